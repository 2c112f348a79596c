import { setFlagsFromString } from 'node:v8';
import { Piscina } from 'piscina';
import { nativeGate, waitUntilOutside } from './native-gate.ts';
import type { WorkerAnswer, WorkerSetup } from './task.ts';

export interface WorkerPool {
  /** When every worker has loaded the model; rejects when one cannot. */
  readonly started: Promise<void>;
  /** Texts that are taken at once. One more would wait where nobody can take it back. */
  readonly capacity: number;
  /** Rejects only when the pool is broken: a worker could not load the model, or ended. */
  run(text: string): Promise<WorkerAnswer>;
  /** After what is running has ended: a thread that is stopped inside the native runtime aborts the process. */
  close(): Promise<void>;
}

export interface WorkerPoolOptions {
  readonly workers: number;
  readonly worker: URL;
  readonly setup: Omit<WorkerSetup, 'gate'>;
  /** Once; the pool is of no more use then. */
  readonly onBroken: (error: Error) => void;
}

/**
 * The one that is embedded and the one after it: a worker goes on at once, where it would wait for this thread to hear of the
 * first and send the second, as long as whatever this thread is at takes.
 */
const textsPerWorker = 2;

/** A run takes milliseconds. One that takes longer than this is not waited for, and its thread is left behind. */
const closeMs = 2000;

/**
 * Threads that live as long as the pool. It starts one when a task finds none free, and never replaces one: how often to
 * try again is a question for whoever holds the pool, and a model that crashes at once must not be tried in a loop.
 */
export function startWorkerPool({ workers, worker, setup, onBroken }: WorkerPoolOptions): WorkerPool {
  // The native runtime reports its use to its makers unless told not to, and a cache of private questions tells nobody
  // anything. It reads the environment of the process, of which a worker's own is only a copy.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const gate = nativeGate();
  leaveYoungGenerationToLimits();
  const pool = new Piscina<string, WorkerAnswer>({
    filename: worker.href,
    workerData: { ...setup, gate },
    minThreads: 0,
    maxThreads: workers,
    concurrentTasksPerWorker: textsPerWorker,
    idleTimeout: Number.POSITIVE_INFINITY,
    recordTiming: false,
    // The worker's own heap holds a vocabulary of 9 MB and short-lived arrays; V8's default would let it grow to twice that.
    resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 },
  });
  const running = new Set<Promise<unknown>>();
  const { promise: started, resolve, reject } = Promise.withResolvers<void>();
  let closing = false;
  let failure: Error | undefined;

  function broken(error: Error): void {
    if (closing || failure !== undefined) return;
    failure = error;
    reject(error);
    onBroken(error);
  }
  pool.on('error', broken);
  // The task that was running knows more, and hears of it first; this is for a worker that ends while idle.
  pool.on('workerDestroy', () => setImmediate(broken, new Error('the worker thread ended')));

  const beforeExit = () => waitUntilOutside(gate, closeMs);
  process.once('exit', beforeExit);

  async function run(text: string): Promise<WorkerAnswer> {
    const answer = pool.run(text);
    running.add(answer);
    try {
      return await answer;
    } catch (error) {
      broken(error as Error);
      throw failure ?? error;
    } finally {
      running.delete(answer);
    }
  }

  async function close(): Promise<void> {
    closing = true;
    const ended = await settledWithin(closeMs, running);
    // Without threads, what still waits is a task whose worker never came up.
    if (!ended && pool.threads.length > 0) return;
    process.removeListener('exit', beforeExit);
    await pool.destroy();
  }

  // As many texts as all workers take: the model is loaded now, and the first request finds it warm.
  const capacity = workers * textsPerWorker;
  Promise.all(Array.from({ length: capacity }, () => run('warm-up'))).then(() => resolve(), reject);
  return { started, capacity, run, close };
}

async function settledWithin(ms: number, promises: Iterable<Promise<unknown>>): Promise<boolean> {
  const late = Symbol('late');
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise((resolve) => {
    timer = setTimeout(resolve, ms, late);
  });
  const first = await Promise.race([Promise.allSettled(promises), timeout]);
  clearTimeout(timer);
  return first !== late;
}

/**
 * The command's flags give every thread that is yet to start a young generation that is large enough for thousands of hits a
 * second, whatever the thread's own limits say. The main thread has read them.
 */
function leaveYoungGenerationToLimits(): void {
  setFlagsFromString('--min-semi-space-size=0');
  setFlagsFromString('--max-semi-space-size=0');
}
