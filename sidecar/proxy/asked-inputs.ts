import type { Entry } from '../lookup/entry.ts';

/**
 * Inputs that are being asked for at this moment. A batch that has some of them in common waits for those, and asks for the
 * rest meanwhile. Whoever waits has asked for his own before, so nobody waits in a circle.
 */
export class AskedInputs {
  readonly #asked = new Map<string, Promise<Entry | undefined>>();

  /** Until `settle`, which says what became of each: an entry, or nothing where the call failed. */
  begin(keys: readonly string[]): { settle(found: (key: string) => Entry | undefined): void } {
    const mine = keys.filter((key) => !this.#asked.has(key));
    const settlers = mine.map((key) => {
      const { promise, resolve } = Promise.withResolvers<Entry | undefined>();
      this.#asked.set(key, promise);
      return resolve;
    });
    return {
      settle: (found) => {
        for (const [at, key] of mine.entries()) {
          this.#asked.delete(key);
          settlers[at]?.(found(key));
        }
      },
    };
  }

  /** What becomes of it; undefined where nobody asks for it. */
  get(key: string): Promise<Entry | undefined> | undefined {
    return this.#asked.get(key);
  }
}
