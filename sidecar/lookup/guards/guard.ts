import type { Reading } from './reading.ts';

/**
 * A guard stands between a loose match and a hit: it sees what two texts say differently and refuses with its one word.
 * Pure: no I/O, no clock, no state.
 */
export interface Guard {
  /** The word in `x-fourfold-reason`, log, metric and reference. */
  readonly reason: string;
  /** One sentence for the reference page. */
  readonly description: string;
  refuses(asked: Reading, stored: Reading): boolean;
}
