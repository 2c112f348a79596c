import type { Entry } from '../../lookup/entry.ts';
import { matches } from '../removals.ts';
import type { Selector } from '../store.ts';

/**
 * What is being removed at this moment, here or by another sidecar. Taking a thousand vectors out of a graph takes Redis
 * seconds if others are not to wait for it; until the last is gone, none of them answers any more.
 */
export class UnderRemoval {
  readonly #running = new Map<string, { readonly selector: Selector; readonly until: number }>();

  /** `now` in milliseconds of any steady clock. */
  begins(by: string, selector: Selector, now: number): void {
    this.#running.delete(by);
    this.#running.set(by, { selector, until: now + LONGEST });
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

  has(entry: Entry, now: number): boolean {
    if (this.#running.size === 0) return false;
    for (const { selector, until } of this.#running.values())
      if (until > now && matches(selector, entry)) return true;
    return false;
  }
}

/** Of one who died on it nobody hears the end. Milliseconds. */
const LONGEST = 300_000;
const MOST = 1_000;
