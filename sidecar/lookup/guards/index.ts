import type { Guard } from './guard.ts';
import type { Reading } from './reading.ts';

/** In order; the first that refuses gives the reason. */
export const guards: readonly Guard[] = [];

export function guard(asked: Reading, stored: Reading): string | undefined {
  return guards.find((each) => each.refuses(asked, stored))?.reason;
}
