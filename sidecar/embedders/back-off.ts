/** How long to wait before the next try: doubling, and from the beginning again once a try has held for a while. */
export class BackOff {
  readonly #firstMs: number;
  readonly #mostMs: number;
  #tries = 0;

  constructor(firstMs: number, mostMs: number) {
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
  }

  /** `heldMs`: how long the last try had worked. */
  next(heldMs: number): number {
    if (heldMs > this.#mostMs) this.#tries = 0;
    return Math.min(this.#mostMs, this.#firstMs * 2 ** this.#tries++);
  }
}
