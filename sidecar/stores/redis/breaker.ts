/**
 * Whether Redis is asked at all. It opens at the fifth failure in a row, or at the first that comes 100 ms or more after
 * another with no success between; only a probe in the background closes it. Open, it costs a request one look at a field.
 */
export class Breaker {
  #closed = false;
  #failures = 0;
  #firstAt = 0;

  get closed(): boolean {
    return this.#closed;
  }

  /** The last one asked failed. */
  get failing(): boolean {
    return this.#failures > 0;
  }

  close(): void {
    this.#closed = true;
    this.#failures = 0;
  }

  open(): void {
    this.#closed = false;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** `now` in milliseconds of any steady clock. Answers whether this failure opened it. */
  failed(now: number): boolean {
    if (!this.#closed) return false;
    if (this.#failures === 0) this.#firstAt = now;
    this.#failures++;
    if (this.#failures < MOST_FAILURES && now - this.#firstAt < LONGEST_TROUBLE) return false;
    this.#closed = false;
    return true;
  }
}

const MOST_FAILURES = 5;
/** Milliseconds. */
const LONGEST_TROUBLE = 100;
