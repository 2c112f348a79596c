import { Piscina } from 'piscina';
import type { WorkerAnswer, WorkerSetup } from './task.ts';

export interface WorkerPool {
  /** Rejects only when the pool is broken: a worker could not load the model, or ended. */
  run(text: string): Promise<WorkerAnswer>;
  close(): Promise<void>;
}

export interface WorkerPoolOptions {
  readonly workers: number;
  readonly worker: URL;
  readonly setup: WorkerSetup;
  /** Once; the pool is of no more use then. */
  readonly onBroken: (error: Error) => void;
}

/**
 * Threads that live as long as the pool. It starts one when a task finds none free, and never replaces one: how often to
 * try again is a question for whoever holds the pool, and a model that crashes at once must not be tried in a loop.
 */
export function startWorkerPool({ workers, worker, setup, onBroken }: WorkerPoolOptions): WorkerPool {
  const pool = new Piscina<string, WorkerAnswer>({
    filename: worker.href,
    workerData: setup,
    minThreads: 0,
    maxThreads: workers,
    idleTimeout: Number.POSITIVE_INFINITY,
    recordTiming: false,
    // The worker's own heap holds a vocabulary of 9 MB and short-lived arrays; V8's default would let it grow to twice that.
    resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 },
  });
  let closing = false;
  let failure: Error | undefined;

  function broken(error: Error): void {
    if (closing || failure !== undefined) return;
    failure = error;
    onBroken(error);
    // A task that waits for a worker which never came up would wait for ever.
    void pool.destroy();
  }
  pool.on('error', broken);
  // The task that was running knows more, and hears of it first; this is for a worker that ends while idle.
  pool.on('workerDestroy', () => setImmediate(broken, new Error('the worker thread ended')));

  return {
    run: (text) =>
      pool.run(text).catch((error) => {
        broken(error);
        throw failure ?? error;
      }),
    close() {
      closing = true;
      return pool.destroy();
    },
  };
}
