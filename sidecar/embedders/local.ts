import type { ModelFiles, Pooling, Shape } from '../models/index.ts';
import type { Embedder, Embedding } from './embedder.ts';
import { type Job, Queue } from './queue.ts';
import { supervise } from './supervisor.ts';
import type { WorkerAnswer, WorkerSetup } from './task.ts';
import { startWorkerPool, type WorkerPool } from './worker-pool.ts';

export interface LocalEmbedder extends Embedder {
  /** May be changed at any time; it counts for the texts that come after. */
  deadlineMs: number;
  /** Loads the model, if nothing has yet. Resolves after the first try, however it went: `state()` says how. */
  started(): Promise<void>;
}

export interface LocalEmbedderOptions {
  readonly model: string;
  readonly dimension: number;
  /** Infinite where only the files say it. */
  readonly window: number;
  /** By default `mean`. */
  readonly pooling?: Pooling;
  readonly prefix?: string;
  /** By default `embed`. */
  readonly task?: WorkerSetup['task'];
  /** Asked before every start: the first time it may fetch, later it finds a file that was repaired. What it says counts. */
  readonly files: (signal: AbortSignal) => Promise<ModelFiles & Partial<Shape>>;
  readonly worker: URL;
  readonly workers: number;
  /** The first text loads the model, or `started`, and nothing before: it takes 80 of 180 MiB. */
  readonly idle?: boolean;
  /** Texts that may wait for a worker; one more is refused. */
  readonly queue: number;
  readonly deadlineMs: number;
  /** A run that takes longer is taken for hung, and the worker is replaced. */
  readonly hungMs: number;
  readonly backOffMs: { readonly first: number; readonly most: number };
  readonly log: EmbedderLog;
  readonly observe: (sample: EmbeddingSample) => void;
}

/** As pino has it. */
export interface EmbedderLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface EmbeddingSample {
  readonly outcome: 'embedded' | Skipped;
  /** From the call to its answer. */
  readonly totalMs: number;
}

type Skipped = Extract<Embedding, { skipped: unknown }>['skipped'];

/**
 * No text of more characters can be told to fit without reading it: a piece has 18 at most, and white space costs nothing.
 * The bound keeps a text of megabytes from crossing to the worker, and from being tokenised there.
 */
const charactersPerPiece = 32;

/** A model in worker threads of this process: a bounded queue before it, a deadline over both. */
export function localEmbedder(options: LocalEmbedderOptions): LocalEmbedder {
  const { log, model, dimension, workers } = options;
  let { window } = options;
  const { pooling = 'mean', prefix = '', task = 'embed' } = options;
  const queue = new Queue();
  let running = 0;
  let lastReason = '';

  const supervisor = supervise<WorkerPool>({
    name: `The embedding model ${model}`,
    backOffMs: options.backOffMs,
    async start(onBroken, signal) {
      const setup = { window, dimension, pooling, prefix, ...(await options.files(signal)), task };
      ({ window } = setup);
      const pool = startWorkerPool({ worker: options.worker, workers, setup, onBroken });
      try {
        await pool.started;
      } catch (error) {
        void pool.close();
        throw error;
      }
      return pool;
    },
    stop: (pool) => pool.close(),
    onUp(startMs) {
      lastReason = '';
      log.info({ model, workers, startMs: Math.round(startMs) }, 'embedding model ready');
    },
    onDown(error, retryMs) {
      running = 0;
      refuseWaiting();
      // A model that stays away is one line, not one for each try.
      if (error.message === lastReason) return;
      lastReason = error.message;
      log.warn({ model, retryMs, reason: error.message }, 'embedding model unavailable');
    },
  });

  function refuseWaiting(): void {
    for (let job = queue.next(); job; job = queue.next()) job.answer({ skipped: 'model-unavailable' });
  }

  function dispatch(): void {
    const pool = supervisor.current;
    while (pool !== undefined && running < pool.capacity) {
      const job = queue.next();
      if (job === undefined) return;
      // Its timer is late when the event loop was: the work would be for nobody.
      if (job.deadline <= performance.now()) job.answer({ skipped: 'embedder-deadline' });
      else void run(job, pool);
    }
  }

  async function run(job: Job, pool: WorkerPool): Promise<void> {
    running++;
    const hung = setTimeout(() => {
      job.answer({ skipped: 'embedder-error' });
      supervisor.giveUp(pool, new Error(`a text took longer than ${options.hungMs / 1000} s`));
    }, options.hungMs).unref();
    // Rejected, the pool is broken and says so itself; this text may be what broke it.
    const answer = await pool.run(job.text).catch((): WorkerAnswer => ({ skipped: 'embedder-error' }));
    clearTimeout(hung);
    job.answer('vector' in answer ? embeddingOf(answer) : { skipped: answer.skipped });
    if (pool !== supervisor.current) return;
    running--;
    dispatch();
  }

  function embed(text: string): Promise<Embedding> {
    const begin = performance.now();
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      let answered = false;
      const answer = (embedding: Embedding) => {
        if (answered) return;
        answered = true;
        clearTimeout(timer);
        const outcome = 'vector' in embedding ? 'embedded' : embedding.skipped;
        options.observe({ outcome, totalMs: performance.now() - begin });
        resolve(embedding);
      };
      if (text.length > window * charactersPerPiece) return answer({ skipped: 'window' });
      if (supervisor.current === undefined) {
        void supervisor.start();
        return answer({ skipped: 'model-unavailable' });
      }
      if (queue.length >= options.queue) return answer({ skipped: 'embedder-busy' });
      const { deadlineMs } = embedder;
      const job: Job = { text, deadline: begin + deadlineMs, answer };
      timer = setTimeout(() => {
        queue.remove(job);
        answer({ skipped: 'embedder-deadline' });
      }, deadlineMs);
      queue.add(job);
      dispatch();
    });
  }

  const embedder: LocalEmbedder = {
    model,
    dimension,
    deadlineMs: options.deadlineMs,
    embed,
    state: () => ({
      ready: supervisor.current !== undefined,
      detail: supervisor.detail,
      queued: queue.length,
    }),
    started: () => supervisor.start(),
    async close() {
      const closed = supervisor.close();
      refuseWaiting();
      await closed;
    },
  };
  if (!options.idle) void supervisor.start();
  return embedder;
}

const embeddingOf = ({ vector, unknown }: { vector: Float32Array; unknown: number }): Embedding =>
  unknown > 0 ? { vector, unknown } : { vector };
