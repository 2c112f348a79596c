import { ApiError, isFailure } from './api-error.ts';
import { BackOff } from './back-off.ts';
import type { Client } from './client.ts';
import type { Clock } from './clock.ts';
import { type Kind, nameOf } from './kind.ts';
import { type Change, Known } from './known.ts';
import type { KubeObject } from './object.ts';
import { watchEvents } from './watch-events.ts';

export interface ReflectorOptions<T extends KubeObject> {
  readonly client: Client;
  readonly kind: Kind;
  /** All of them where none is given. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string;
  /** What of an object is kept. */
  readonly keep: (object: KubeObject) => T;
  readonly onChange: (change: Change<T>) => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observer: ReflectorObserver;
  /** A watch that says nothing for so long, not even a bookmark, is taken for dead. */
  readonly inactivityMs?: number;
  /** After so long a kind that the server does not know is looked for again. */
  readonly notServedPauseMs?: number;
  /** A namespace that refuses us for so long is taken for one that is gone. */
  readonly forbiddenMs?: number;
}

export interface ReflectorObserver {
  listed(kind: string): void;
  /** A list or a watch has failed; it is tried again. */
  failed(kind: string, error: Error): void;
  /** `onChange` has thrown; the object is known all the same. */
  handlerFailed(kind: string, error: unknown): void;
}

/**
 * Keeps a copy of the objects of one kind: a list first, then a watch from where the list ended, for as long as it runs.
 * Whatever breaks – an answer that is an error, a connection that is cut or says nothing, a version that is too old – is
 * begun again with a growing pause; after it the copy is what the server has, and every difference has been told.
 */
export class Reflector<T extends KubeObject> {
  readonly kind: string;
  readonly #options: ReflectorOptions<T>;
  readonly #known = new Known<T>();
  readonly #backOff: BackOff;
  readonly #synced = Promise.withResolvers<void>();
  #resourceVersion: string | undefined;
  #heardAt: number;
  #served = false;
  #forbiddenSince: number | undefined;
  #restart = new AbortController();

  constructor(options: ReflectorOptions<T>) {
    this.kind = nameOf(options.kind);
    this.#options = options;
    this.#heardAt = options.clock.monotonic();
    this.#backOff = new BackOff(firstPauseMs, longestPauseMs, options.random);
  }

  /** After the first list; a kind that the server does not serve, or a namespace that is closed to us, has none and is synced. */
  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  /** When the server last said anything about this kind, be it a bookmark; monotonic milliseconds. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Whether the server knows the kind, and lets us see it. */
  get served(): boolean {
    return this.#served;
  }

  get(key: string): T | undefined {
    return this.#known.get(key);
  }

  values(): IterableIterator<T> {
    return this.#known.values();
  }

  get size(): number {
    return this.#known.size;
  }

  /** What one of our own writes has just answered: nobody needs to wait for the watch to say it. */
  learn(object: KubeObject): void {
    this.#known.learn(this.#options.keep(object));
  }

  /** Begins the watch anew: the connection that it has may be dead without knowing. */
  restart(): void {
    this.#restart.abort();
  }

  /** Runs until the signal is given. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#restart = new AbortController();
      const one = AbortSignal.any([signal, this.#restart.signal]);
      try {
        this.#resourceVersion ??= await this.#list(one);
        await this.#watch(this.#resourceVersion, one);
      } catch (error) {
        if (!one.aborted) await this.#recover(error as Error, one);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<string> {
    const { client, kind, namespace, labelSelector, keep } = this.#options;
    const kept: T[] = [];
    for (let next: string | undefined; ; ) {
      const page = await client.list<KubeObject>(kind, {
        namespace,
        labelSelector,
        limit: pageSize,
        continue: next,
        signal,
      });
      this.#heard();
      for (const object of page.items) kept.push(keep(object));
      next = page.metadata.continue || undefined;
      if (next !== undefined) continue;
      this.#served = true;
      this.#forbiddenSince = undefined;
      this.#tell(this.#known.replace(kept));
      this.#options.observer.listed(this.kind);
      this.#synced.resolve();
      return page.metadata.resourceVersion;
    }
  }

  async #watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const { client, kind, namespace, labelSelector, clock, random } = this.#options;
    const silent = new AbortController();
    const patience = this.#options.inactivityMs ?? inactivityMs;
    let cancel = clock.after(patience, () => silent.abort());
    const begunAt = clock.monotonic();
    let opened = false;
    try {
      const body = await client.watch(
        kind,
        {
          namespace,
          labelSelector,
          resourceVersion,
          // Not all at the same time.
          timeoutSeconds: Math.round(shortestWatchSeconds * (1 + random())),
        },
        AbortSignal.any([signal, silent.signal]),
      );
      opened = true;
      this.#heard();
      for await (const { type, object } of watchEvents(body)) {
        cancel();
        cancel = clock.after(patience, () => silent.abort());
        this.#heard();
        this.#backOff.reset();
        this.#resourceVersion = object.metadata.resourceVersion ?? this.#resourceVersion;
        if (type === 'BOOKMARK') continue;
        const kept = this.#options.keep(object);
        this.#tell(type === 'DELETED' ? this.#known.delete(kept) : this.#known.set(kept));
      }
    } catch (error) {
      if (silent.signal.aborted)
        throw new ApiError('retry', `watch of ${this.kind}: silent for ${patience} ms`);
      throw error;
    } finally {
      cancel();
      // One that has held for a while has failed for a reason of its own.
      if (opened && clock.monotonic() - begunAt > heldMs) this.#backOff.reset();
    }
    // A server that ends each watch at once must not be asked in a loop.
    if (clock.monotonic() - begunAt < 1_000)
      throw new ApiError('retry', `watch of ${this.kind}: ended at once`);
  }

  async #recover(error: Error, signal: AbortSignal): Promise<void> {
    const { clock, observer, random } = this.#options;
    const notServed = isFailure(error, 'not-served');
    if (isFailure(error, 'gone', 'not-served')) this.#resourceVersion = undefined;
    if (notServed) {
      this.#served = false;
      this.#tell(this.#known.replace([]));
      this.#heard();
      this.#synced.resolve();
    } else {
      observer.failed(this.kind, error);
      if (this.#isClosedToUs(error)) {
        this.#served = false;
        this.#heard();
        this.#synced.resolve();
      }
    }
    const asked = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
    const patience = this.#options.notServedPauseMs ?? notServedPauseMs;
    const pause = notServed ? patience * (1 + random()) : Math.max(asked, this.#backOff.next());
    await clock.sleep(pause, signal);
  }

  /**
   * A namespace that was deleted took the permissions in it along. The others must not wait for it, and what is known of it
   * stays: permissions that are made anew, as by an upgrade, are away for a moment too.
   */
  #isClosedToUs(error: Error): boolean {
    const { namespace, clock } = this.#options;
    if (namespace === undefined || !isFailure(error, 'forbidden')) return false;
    const now = clock.monotonic();
    this.#forbiddenSince ??= now;
    return now - this.#forbiddenSince >= (this.#options.forbiddenMs ?? forbiddenMs);
  }

  #tell(changes: readonly Change<T>[]): void {
    for (const change of changes) {
      try {
        this.#options.onChange(change);
      } catch (error) {
        this.#options.observer.handlerFailed(this.kind, error);
      }
    }
  }

  #heard(): void {
    this.#heardAt = this.#options.clock.monotonic();
  }
}

const pageSize = 500;
const heldMs = 1_000;
const forbiddenMs = 30_000;
const firstPauseMs = 100;
/** Short, because what happened meanwhile waits; a handful of kinds every few seconds is no load. */
const longestPauseMs = 3_000;
/** The API server sends a bookmark about once a minute. */
const inactivityMs = 100_000;
const shortestWatchSeconds = 240;
/** An optional kind, such as PodMonitor, may be installed later. */
const notServedPauseMs = 60_000;
