import type { BypassReason } from '../reasons.ts';

/** Keeps a text out of the cache: it is neither looked up nor stored. Pure, and linear in the length of the text. */
export interface Rule {
  readonly reason: BypassReason;
  matches(text: string): boolean;
}
