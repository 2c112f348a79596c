import type { Signature } from './signature.ts';

/** Share of aligned tokens, in [0, 1]; 1 for equal signatures. */
export function overlap(a: Signature, b: Signature): number {
  return a.key === b.key ? 1 : 0;
}
