/** Sizes as Kubernetes writes them: `512Ki`, `1Mi`, `10M`; a number alone is bytes. */
export const quantityPattern = '^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|k|M|G)?$';

const form = /^([0-9]+(?:\.[0-9]+)?)(Ki|Mi|Gi|k|M|G)?$/;

const factors: Record<string, number> = {
  Gi: 2 ** 30,
  Mi: 2 ** 20,
  Ki: 2 ** 10,
  G: 1e9,
  M: 1e6,
  k: 1e3,
};

/** Whole bytes, or undefined for a text that is no size. */
export function parseQuantity(text: string): number | undefined {
  const [, count, suffix] = form.exec(text) ?? [];
  const bytes = Number(count) * (suffix === undefined ? 1 : (factors[suffix] ?? Number.NaN));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** The form with the largest suffix that loses nothing: `1048576` is `1Mi`. */
export function formatQuantity(bytes: number): string {
  const found = Object.entries(factors).find(([, factor]) => bytes >= factor && bytes % factor === 0);
  return found === undefined ? String(bytes) : `${bytes / found[1]}${found[0]}`;
}
