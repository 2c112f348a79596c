import type { Bucket } from '../kube/bucket.ts';
import type { Clock } from '../kube/clock.ts';
import type { Retries } from './retries.ts';

export interface QueueObserver {
  added(depth: number): void;
  /** A worker has taken a key that waited for so long. */
  taken(depth: number, waitedMs: number): void;
  retried(): void;
}

/**
 * Keys that need a look, each at most once however often it was asked for. A key that is being looked at is not given to a
 * second worker; asked for meanwhile, it comes again afterwards, because its worker may have read the old state.
 */
export class Queue {
  readonly #clock: Clock;
  readonly #retries: Retries;
  readonly #bucket: Bucket;
  readonly #observer: QueueObserver;
  /** In the order of asking, with the time of it. */
  readonly #ready = new Map<string, number>();
  readonly #underWay = new Set<string>();
  readonly #again = new Set<string>();
  readonly #later = new Map<string, { due: number; cancel: () => void; retry: boolean }>();
  readonly #idle: ((key: string | undefined) => void)[] = [];
  #closed = false;

  constructor(parts: { clock: Clock; retries: Retries; bucket: Bucket; observer: QueueObserver }) {
    this.#clock = parts.clock;
    this.#retries = parts.retries;
    this.#bucket = parts.bucket;
    this.#observer = parts.observer;
  }

  /** Ready and not yet taken. */
  get depth(): number {
    return this.#ready.size;
  }

  /** Now, or as soon as its worker is done with it. */
  add(key: string): void {
    if (this.#closed) return;
    if (this.#underWay.has(key)) {
      this.#again.add(key);
      return;
    }
    this.#cancel(key);
    if (this.#ready.has(key)) return;
    this.#ready.set(key, this.#clock.monotonic());
    this.#observer.added(this.depth);
    this.#hand();
  }

  /** In a while; an earlier date that the key has already stays. */
  addAfter(key: string, milliseconds: number): void {
    this.#schedule(key, milliseconds, false);
  }

  /** Again, because it failed: after its pause, and not before the server wants to be asked. */
  retry(key: string, atLeastMs = 0): void {
    this.#observer.retried();
    const pause = Math.max(this.#retries.next(key), this.#bucket.take());
    this.#schedule(key, Math.max(pause, atLeastMs), true);
  }

  /** It went well: the next failure is a first one. */
  forget(key: string): void {
    this.#retries.forget(key);
  }

  /** What kept them from succeeding is over: everything that waits for a retry is ready now. */
  wake(): void {
    for (const [key, { retry }] of [...this.#later]) if (retry) this.add(key);
  }

  /** The next key, for this worker alone until it says `done`; `undefined` when the queue is closed. */
  async next(): Promise<string | undefined> {
    if (this.#closed) return undefined;
    const [key] = this.#ready.keys();
    return key === undefined ? await new Promise((resolve) => this.#idle.push(resolve)) : this.#take(key);
  }

  done(key: string): void {
    this.#underWay.delete(key);
    if (this.#again.delete(key)) this.add(key);
  }

  /** Idle workers end, nothing is given out or taken in any more. */
  close(): void {
    this.#closed = true;
    for (const { cancel } of this.#later.values()) cancel();
    this.#later.clear();
    this.#ready.clear();
    for (const resolve of this.#idle.splice(0)) resolve(undefined);
  }

  #schedule(key: string, milliseconds: number, retry: boolean): void {
    if (this.#closed || this.#ready.has(key)) return;
    const due = this.#clock.monotonic() + milliseconds;
    const earlier = this.#later.get(key);
    if (earlier !== undefined && earlier.due <= due) return;
    earlier?.cancel();
    const cancel = this.#clock.after(milliseconds, () => {
      this.#later.delete(key);
      this.add(key);
    });
    this.#later.set(key, { due, cancel, retry });
  }

  #cancel(key: string): void {
    this.#later.get(key)?.cancel();
    this.#later.delete(key);
  }

  #hand(): void {
    const [key] = this.#ready.keys();
    if (key === undefined) return;
    const worker = this.#idle.shift();
    if (worker !== undefined) worker(this.#take(key));
  }

  #take(key: string): string {
    const waited = this.#clock.monotonic() - (this.#ready.get(key) ?? 0);
    this.#ready.delete(key);
    this.#underWay.add(key);
    this.#observer.taken(this.depth, waited);
    return key;
  }
}
