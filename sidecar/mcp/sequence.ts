/** Does one thing after the other, in the order in which they were added. */
export class Sequence {
  #last: Promise<unknown> = Promise.resolve();
  readonly #failed: (error: unknown) => void;

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  add(work: () => unknown): void {
    this.#last = this.#last.then(work).catch(this.#failed);
  }

  /** When all that was added so far is done. */
  async done(): Promise<void> {
    await this.#last;
  }
}
