/** Beginnings that, put on the same stem, make other words. A dash alone stands for nothing put on. */
export const beginnings = pairs(
  '-un -in -im -il -ir -a -e -de -re -dis -non -mis in-ex im-ex in-de as-des a-de sub-ob sub-super hypo-hyper micro-macro inter-intra intro-extro pre-pro pre-post pro-anti anti-ante uni-bi bi-tri uni-multi mono-poly mono-bi over-under en-dis up-down in-out on-off eu-dys endo-exo homo-hetero maxi-mini fore-hind',
);

/** Endings that do: employer and employee, sulfide and sulfite. */
export const endings = pairs(
  'er-ee or-ee or-er ed-er ed-ee ed-or ide-ite ide-ate ite-ate ane-ene ene-yne ane-yne ine-ene ine-ane ose-ase ol-al ful-less ics-ist ic-al ian-ia ish-ia',
);

export type Affixes = readonly (readonly [string, string])[];

function pairs(table: string): Affixes {
  return table.split(' ').map((pair) => pair.split('-') as [string, string]);
}

export function differsByBeginning(a: string, b: string, pairs: Affixes = beginnings): boolean {
  return pairs.some(([p, q]) => begun(a, p, b, q) || begun(b, p, a, q));
}

export function differsByEnding(a: string, b: string, pairs: Affixes = endings): boolean {
  return pairs.some(([p, q]) => ended(a, p, b, q) || ended(b, p, a, q));
}

function begun(a: string, p: string, b: string, q: string): boolean {
  return a.startsWith(p) && b.startsWith(q) && a.slice(p.length) === b.slice(q.length);
}

function ended(a: string, p: string, b: string, q: string): boolean {
  return a.endsWith(p) && b.endsWith(q) && a.slice(0, -p.length) === b.slice(0, -q.length);
}
