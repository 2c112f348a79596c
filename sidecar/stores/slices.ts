/**
 * Long work in small pieces. The store lives on the event loop that also answers requests, so nothing here may hold it for
 * more than a few milliseconds, however many entries there are.
 */
export class Slice {
  #until = 0;

  constructor() {
    this.renew();
  }

  get over(): boolean {
    return performance.now() >= this.#until;
  }

  renew(): void {
    this.#until = performance.now() + SLICE_MILLISECONDS;
  }

  /** Lets everything that waits run first when this slice is used up. */
  async pause(): Promise<void> {
    if (!this.over) return;
    await new Promise((resume) => setImmediate(resume));
    this.renew();
  }
}

const SLICE_MILLISECONDS = 2;
