import { Piscina } from 'piscina';
import type { WorkerAnswer, WorkerSetup } from './task.ts';

export interface WorkerPool {
  /** Rejects when the worker could not load the model, or ended while it worked. */
  run(text: string): Promise<WorkerAnswer>;
  close(): Promise<void>;
}

export interface WorkerPoolOptions {
  readonly workers: number;
  readonly worker: URL;
  readonly setup: WorkerSetup;
  /** A worker ended, or could not start. The pool is of no more use. */
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
  const broken = (error: Error) => {
    if (!closing) onBroken(error);
  };
  pool.on('error', broken);
  pool.on('workerDestroy', () => broken(new Error('the worker thread ended')));
  return {
    run: (text) => pool.run(text),
    close() {
      closing = true;
      return pool.destroy();
    },
  };
}
