import type { Entry } from '../../lookup/entry.ts';
import { matches } from '../removals.ts';
import type { Selector } from '../store.ts';

/**
 * What is being removed at this moment, here or by another sidecar. Taking a thousand vectors out of a graph takes Redis
 * seconds if others are not to wait for it; until the last is gone, none of them answers any more.
 */
export class UnderRemoval {
  readonly #running = new Map<string, Running>();

  /** `now` in milliseconds of any steady clock; `date` is the same moment as entries count it. */
  begins(by: string, selector: Selector, now: number, date: number): void {
    this.#running.delete(by);
    this.#running.set(by, { selector, until: now + LONGEST, newest: date + MARGIN });
    for (const [each, { until }] of this.#running)
      if (until <= now || this.#running.size > MOST) this.#running.delete(each);
  }

  ends(by: string): void {
    this.#running.delete(by);
  }

  /** What was heard before this moment says nothing any more. */
  clear(): void {
    this.#running.clear();
  }

  /** What was stored after the beginning is not what was to go. */
  has(entry: Entry, now: number): boolean {
    if (this.#running.size === 0) return false;
    for (const { selector, until, newest } of this.#running.values())
      if (until > now && entry.createdAt <= newest && matches(selector, entry)) return true;
    return false;
  }
}

interface Running {
  readonly selector: Selector;
  readonly until: number;
  readonly newest: number;
}

/** Of one who died on it nobody hears the end. Milliseconds. */
const LONGEST = 300_000;
const MOST = 1_000;
/** Milliseconds by which the clocks of two sidecars may differ, each by less than a second from that of Redis. */
const MARGIN = 2_000;
