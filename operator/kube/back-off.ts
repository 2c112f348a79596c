/** How long to wait before the next try: doubling up to a cap, with jitter so that many clients do not come back at once. */
export class BackOff {
  readonly #firstMs: number;
  readonly #mostMs: number;
  readonly #random: () => number;
  #tries = 0;

  constructor(firstMs: number, mostMs: number, random: () => number) {
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
    this.#random = random;
  }

  /** Milliseconds: between half of the step and the whole of it. */
  next(): number {
    const step = Math.min(this.#mostMs, this.#firstMs * 2 ** Math.min(this.#tries++, 30));
    return step * (0.5 + this.#random() / 2);
  }

  reset(): void {
    this.#tries = 0;
  }
}
