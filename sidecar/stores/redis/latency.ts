/** How fast answers can be: the fastest of the last seconds. Milliseconds, of any steady clock. */
export class Latency {
  #began = 0;
  #now = Number.POSITIVE_INFINITY;
  /** Of the span before. */
  #before = Number.POSITIVE_INFINITY;

  note(took: number, now: number): void {
    this.#turn(now);
    this.#now = Math.min(this.#now, took);
  }

  /** 0 until there was a whole span of answers. */
  fastest(now: number): number {
    this.#turn(now);
    return this.#before === Number.POSITIVE_INFINITY ? 0 : Math.min(this.#before, this.#now);
  }

  #turn(now: number): void {
    if (now - this.#began < SPAN) return;
    // Of a time in which nothing was asked, nothing is known.
    this.#before = now - this.#began < 2 * SPAN ? this.#now : Number.POSITIVE_INFINITY;
    this.#now = Number.POSITIVE_INFINITY;
    this.#began = now;
  }
}

const SPAN = 2_000;
