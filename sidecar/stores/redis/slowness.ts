/**
 * Tells a slow Redis from a busy process. An answer is slow that took long while nothing else was going on here for a good
 * part of that; one that took long while this process worked may have lain here, and says nothing. One quick answer ends it.
 */
export class Slowness {
  readonly #longMs: number;
  /** Moments with a slow answer since the last quick one. What comes together came one way, and counts once. */
  #moments = 0;
  #last = Number.NEGATIVE_INFINITY;

  constructor(longMs: number) {
    this.#longMs = longMs;
  }

  /** An answer took so long, and of that this process was `idle`. Milliseconds; `now` of any steady clock. */
  note(took: number, idle: number, now: number): void {
    if (took < this.#longMs) this.#moments = 0;
    else if (idle >= this.#longMs / 2 && now - this.#last >= ONE_MOMENT) {
      this.#moments++;
      this.#last = now;
    }
  }

  get likely(): boolean {
    return this.#moments > 0;
  }

  get certain(): boolean {
    return this.#moments >= ENOUGH;
  }
}

const ONE_MOMENT = 1;
/** A machine that is too busy to run Redis in time does so now and then, and not eight times in a row. */
const ENOUGH = 8;
