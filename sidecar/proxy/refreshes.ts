import type { Client } from './client.ts';
import type { Seat } from './flight.ts';

/** Answers that are asked for again in the background: one call at a time for each entry, and a bounded number of all. */
export class Refreshes {
  readonly #running = new Map<string, Seat | undefined>();
  #stopped = false;

  /**
   * The client for whom the answer of that entry is fetched; nobody reads it. Undefined where it is being fetched already
   * (`known`), or too many are.
   */
  begin(entry: string): Client | 'known' | 'busy' {
    if (this.#running.has(entry)) return 'known';
    if (this.#stopped || this.#running.size >= most) return 'busy';
    this.#running.set(entry, undefined);
    const over = () => void this.#running.delete(entry);
    return {
      sit: (seat) => {
        if (this.#stopped) seat.leave();
        else if (this.#running.has(entry)) this.#running.set(entry, seat);
      },
      head: () => {},
      data: () => true,
      end: over,
      error: over,
    };
  }

  /** The process ends: what nobody waits for must not hold it. */
  stop(): void {
    this.#stopped = true;
    for (const seat of this.#running.values()) seat?.leave();
    this.#running.clear();
  }
}

/** A provider that has just come back must not meet the whole cache at once. */
const most = 16;
