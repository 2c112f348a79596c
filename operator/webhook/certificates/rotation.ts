import type { Issued, Life } from './authority.ts';

/**
 * The authorities of the webhook, as the operator's Secret holds them. A new authority is announced before it signs and the
 * old one stays announced after it has signed for the last time: at no moment does a serving certificate come from an
 * authority that an API server has not heard of.
 */
export interface Authorities {
  /** Signs. */
  readonly current: Issued;
  /** Announced, and signs next. */
  readonly next?: Issued;
  /** Has signed certificates that may still be served. */
  readonly previous?: { readonly cert: string };
}

export interface Times {
  /** How long an authority lives, milliseconds. */
  readonly authorityMs: number;
  /** How long a serving certificate lives; less than the rest of its authority's life when it is made. */
  readonly leafMs: number;
  /** From announcing an authority to signing with it: every API server has read the bundle by then. */
  readonly announceMs: number;
}

/** Authorities of ten months; serving certificates, made anew by each process at its start, of a week. */
export const usualTimes: Times = {
  authorityMs: 300 * 86_400_000,
  leafMs: 7 * 86_400_000,
  announceMs: 600_000,
};

/**
 * The next state; the same object where nothing is due. Pure but for `make`. At two thirds of its life an authority gets a
 * successor, which signs after `announceMs`.
 */
export async function advance(
  state: Authorities | undefined,
  now: number,
  times: Times,
  parts: { readonly lifeOf: (cert: string) => Life; readonly make: () => Promise<Issued> },
): Promise<Authorities> {
  if (state === undefined || parts.lifeOf(state.current.cert).until <= now)
    return { current: await parts.make() };
  const { current, next, previous } = state;
  if (next !== undefined) {
    const { from } = parts.lifeOf(next.cert);
    return now >= from + times.announceMs ? { current: next, previous: { cert: current.cert } } : state;
  }
  if (now >= dueAt(parts.lifeOf(current.cert))) return { ...state, next: await parts.make() };
  if (previous !== undefined && parts.lifeOf(previous.cert).until <= now) return { current };
  return state;
}

/** Two thirds of a life, as cert-manager does it. */
export const dueAt = ({ from, until }: Life): number => from + ((until - from) * 2) / 3;

/** For `caBundle`: authorities only, never a serving certificate. */
export function bundleOf({ current, next, previous }: Authorities): string {
  return [current, next, previous]
    .flatMap((each) => (each === undefined ? [] : [each.cert.trim()]))
    .join('\n');
}

/** Keys of the Secret. */
const keys = {
  current: { cert: 'ca.crt', key: 'ca.key' },
  next: { cert: 'next-ca.crt', key: 'next-ca.key' },
  previous: { cert: 'previous-ca.crt' },
} as const;

export function toSecretData({ current, next, previous }: Authorities): Record<string, string> {
  return {
    [keys.current.cert]: current.cert,
    [keys.current.key]: current.key,
    ...(next === undefined ? {} : { [keys.next.cert]: next.cert, [keys.next.key]: next.key }),
    ...(previous === undefined ? {} : { [keys.previous.cert]: previous.cert }),
  };
}

/** Undefined where the Secret holds no authority that could sign. */
export function fromSecretData(data: Readonly<Record<string, string>>): Authorities | undefined {
  const pair = ({ cert, key }: { cert: string; key: string }): Issued | undefined => {
    const [certificate, privateKey] = [data[cert], data[key]];
    return certificate && privateKey ? { cert: certificate, key: privateKey } : undefined;
  };
  const current = pair(keys.current);
  if (current === undefined) return undefined;
  const next = pair(keys.next);
  const previous = data[keys.previous.cert];
  return {
    current,
    ...(next === undefined ? {} : { next }),
    ...(previous ? { previous: { cert: previous } } : {}),
  };
}
