import type { Embedding } from './embedder.ts';

/** A text on its way. It is answered once: by its vector, or by whatever ends it before. */
export interface Job {
  readonly text: string;
  /** On the clock of `performance.now()`. */
  readonly deadline: number;
  answer(embedding: Embedding): void;
}

/** First come, first served. A job that gave up leaves from its place, so that it does not count against the bound. */
export class Queue {
  readonly #jobs = new Set<Job>();

  get length(): number {
    return this.#jobs.size;
  }

  add(job: Job): void {
    this.#jobs.add(job);
  }

  remove(job: Job): void {
    this.#jobs.delete(job);
  }

  next(): Job | undefined {
    for (const job of this.#jobs) {
      this.#jobs.delete(job);
      return job;
    }
    return undefined;
  }
}
