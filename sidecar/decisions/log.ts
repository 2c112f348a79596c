import { Worker } from 'node:worker_threads';
import type { Decision } from './decision.ts';
import type { Order, Told } from './worker.ts';
import type { WriterOptions } from './writer.ts';

export interface DecisionLogOptions extends WriterOptions {
  readonly counts: DecisionCounts;
  readonly worker: URL;
  readonly warn: (details: object, message: string) => void;
}

/** Rows since the start: in a file or on their way into one; given up because too many waited; lost with a failure. */
export interface DecisionCounts {
  written: number;
  dropped: number;
  lost: number;
}

/**
 * The decision log as the request path sees it: a row is pushed onto a list, and that is all. A thread of its own writes.
 * Where it does not keep up, rows are dropped and counted; where it fails, the cache goes on without it and tries again.
 */
export class DecisionLog {
  readonly #options: DecisionLogOptions;
  readonly #counts: DecisionCounts;
  readonly #timer: NodeJS.Timeout;
  #waiting: Decision[] = [];
  #waitingBytes = 0;
  /** What the thread has and has not answered for, the first first: one for each order. */
  #orders: { readonly rows: number; readonly bytes: number }[] = [];
  /** Of all orders together. */
  #underWay = { rows: 0, bytes: 0 };
  #thread: Worker | undefined;
  #pauseUntil = 0;
  #failing = false;
  #closed = false;

  constructor(options: DecisionLogOptions) {
    this.#options = options;
    this.#counts = options.counts;
    this.#timer = setInterval(() => this.#hand(), handEvery).unref();
  }

  add(decision: Decision | undefined): void {
    if (decision === undefined) return;
    const bytes = bytesOf(decision);
    if (
      this.#closed ||
      this.#waiting.length + this.#underWay.rows >= mostWaiting ||
      this.#waitingBytes + this.#underWay.bytes + bytes > mostBytes
    ) {
      this.#counts.dropped++;
      return;
    }
    this.#waiting.push(decision);
    this.#waitingBytes += bytes;
    if (this.#waiting.length >= atOnce) this.#hand();
  }

  /** What was added is in a closed file then, unless the disk is slower than a few seconds. */
  async close(): Promise<void> {
    if (this.#closed) return;
    clearInterval(this.#timer);
    this.#pauseUntil = 0;
    this.#hand();
    this.#closed = true;
    const thread = this.#thread;
    if (thread === undefined) return;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    thread.once('exit', () => resolve());
    this.#tell(thread, { end: true });
    const late = setTimeout(resolve, longestEnd);
    await ended;
    clearTimeout(late);
    void thread.terminate();
  }

  #hand(): void {
    if (this.#waiting.length === 0 || performance.now() < this.#pauseUntil) return;
    this.#thread ??= this.#start();
    const rows = this.#waiting;
    const bytes = this.#waitingBytes;
    this.#orders.push({ rows: rows.length, bytes });
    this.#underWay.rows += rows.length;
    this.#underWay.bytes += bytes;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#tell(this.#thread, { rows });
  }

  #start(): Worker {
    const { folder, maxBytes, rotateMs, maxFiles } = this.#options;
    const thread = new Worker(this.#options.worker, {
      workerData: { folder, maxBytes, rotateMs, maxFiles } satisfies WriterOptions,
      resourceLimits: { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 16 },
    });
    // The log holds nobody up: `close` waits for it.
    thread.unref();
    thread.on('message', ({ written, lost, error }: Told) => {
      // A failure has a message of its own, before the one that answers the order.
      if (error === undefined) this.#answered();
      this.#counts.written += written;
      this.#counts.lost += lost;
      if (error === undefined) this.#failing &&= written === 0;
      else this.#failed(error);
    });
    thread.on('error', (error) => this.#failed(error.message));
    thread.on('exit', () => {
      if (this.#thread !== thread) return;
      this.#counts.lost += this.#underWay.rows;
      this.#orders = [];
      this.#underWay = { rows: 0, bytes: 0 };
      this.#thread = undefined;
    });
    return thread;
  }

  #answered(): void {
    const { rows, bytes } = this.#orders.shift() ?? { rows: 0, bytes: 0 };
    this.#underWay.rows -= rows;
    this.#underWay.bytes -= bytes;
  }

  /** Said once, until rows are written again. */
  #failed(reason: string): void {
    this.#pauseUntil = performance.now() + pause;
    if (this.#failing) return;
    this.#failing = true;
    this.#options.warn(
      { folder: this.#options.folder, reason },
      'the decision log could not be written; its rows are lost',
    );
  }

  #tell(thread: Worker, order: Order): void {
    thread.postMessage(order);
  }
}

/** Milliseconds. */
const handEvery = 500;
const pause = 10_000;
const longestEnd = 5_000;
/** Rows. Handing some hundreds over takes about a millisecond. */
const atOnce = 200;
const mostWaiting = 20_000;
/** Rows with long prompts would be a heap of hundreds of megabytes. */
const mostBytes = 16 * 2 ** 20;

/** An estimate from above. */
function bytesOf({ prompt = '', model, refusals }: Decision): number {
  return 512 + 2 * (prompt.length + model.length + refusals.join().length);
}
