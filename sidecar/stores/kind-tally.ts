import { type Kind, kinds } from '../lookup/entry.ts';
import type { KindCounts } from './store.ts';

/** Why an entry left, as `StoreStats` counts it. A replacement is no departure. */
export type Departure = 'evictions' | 'expirations' | 'invalidations';

/** Counts the entries of a store, and those that left it, by what they are for. */
export class KindTally {
  readonly #counts = Object.fromEntries(
    kinds.map((kind) => [kind, { entries: 0, evictions: 0, expirations: 0, invalidations: 0 }]),
  ) as Record<Kind, Mutable<KindCounts>>;

  arrived(kind: Kind): void {
    this.#counts[kind].entries++;
  }

  /** Is no longer held, for whatever reason. */
  dropped(kind: Kind): void {
    this.#counts[kind].entries--;
  }

  /** As counted elsewhere. */
  holds(kind: Kind, entries: number): void {
    this.#counts[kind].entries = entries;
  }

  left(kind: Kind, why: Departure): void {
    this.#counts[kind][why]++;
  }

  byKind(): Record<Kind, KindCounts> {
    return structuredClone(this.#counts);
  }

  totals(): Pick<KindCounts, Departure> {
    const sum = (why: Departure) => kinds.reduce((total, kind) => total + this.#counts[kind][why], 0);
    return {
      evictions: sum('evictions'),
      expirations: sum('expirations'),
      invalidations: sum('invalidations'),
    };
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
