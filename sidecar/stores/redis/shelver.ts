import type { Entry } from '../../lookup/entry.ts';

export interface ShelverOptions {
  readonly read: (id: string) => Promise<{ readonly entry: Entry } | undefined>;
  /** `since`: by `steady`, when it was begun to be read; what was removed meanwhile must not come in. */
  readonly shelve: (entry: Entry, since: number) => void;
  readonly steady: () => number;
}

/**
 * Brings entries of other sidecars to the phases in this process: few at a time, in the background. Where more come than
 * can be read, the oldest announcements are dropped; phase 3 finds those entries.
 */
export class Shelver {
  readonly #options: ShelverOptions;
  readonly counts = { received: 0, skipped: 0 };
  #ids = new Set<string>();
  #reading = false;

  constructor(options: ShelverOptions) {
    this.#options = options;
  }

  take(ids: readonly string[]): void {
    for (const id of ids) {
      // Announced again is announced last.
      this.#ids.delete(id);
      this.#ids.add(id);
    }
    for (const id of this.#ids) {
      if (this.#ids.size <= MOST_WAITING) break;
      this.#ids.delete(id);
      this.counts.skipped++;
    }
    if (!this.#reading) void this.#run();
  }

  /** Reads these before anything else, in this order. @throws as the store does. */
  async warm(ids: readonly string[], since: number): Promise<void> {
    for (let from = 0; from < ids.length; from += AT_ONCE)
      await this.#read(ids.slice(from, from + AT_ONCE), since);
  }

  clear(): void {
    this.#ids.clear();
  }

  async #run(): Promise<void> {
    this.#reading = true;
    try {
      while (this.#ids.size > 0) {
        const ids = [...this.#ids].slice(0, AT_ONCE);
        for (const id of ids) this.#ids.delete(id);
        await this.#read(ids, this.#options.steady()).catch(() => {
          // Redis is away: phase 3 will find them when it is back.
          this.counts.skipped += ids.length;
        });
      }
    } finally {
      this.#reading = false;
    }
  }

  async #read(ids: readonly string[], since: number): Promise<void> {
    const found = await Promise.all(ids.map((id) => this.#options.read(id)));
    for (const each of found) {
      if (each === undefined) continue;
      this.counts.received++;
      this.#options.shelve({ ...each.entry, vector: undefined }, since);
    }
  }
}

const AT_ONCE = 32;
const MOST_WAITING = 2_000;
