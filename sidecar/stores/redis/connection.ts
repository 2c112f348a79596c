import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisUrl } from '../../../crds/redis-url.ts';
import type { StoreLog } from '../store.ts';
import { storeUnavailable } from '../unavailable.ts';
import { Breaker } from './breaker.ts';
import { type Client, type Command, openClient, type Reply } from './client.ts';
import { within } from './deadline.ts';
import { type FailureKind, failureOf, RedisFailure } from './failure.ts';
import { readSecrets, type SecretPaths, type Secrets } from './secrets.ts';
import { Slowness } from './slowness.ts';

export interface ConnectionOptions {
  readonly url: RedisUrl;
  readonly secretPaths: SecretPaths;
  /** Milliseconds that a lookup waits for Redis at most; the probe must answer within them too. */
  readonly deadlineMs: number;
  /** Answers quickly wherever Redis works for this cache, and fails where it does not. */
  readonly probe: Command;
  readonly log?: StoreLog | undefined;
}

export interface ConnectionState {
  readonly up: boolean;
  /** Why Redis is not asked, where it is not. */
  readonly reason?: FailureKind | 'starting' | undefined;
  readonly detail?: string | undefined;
  /** Commands that failed, by kind. */
  readonly errors: Readonly<Record<string, number>>;
  /** How often the breaker opened. */
  readonly opened: number;
}

/**
 * The connection of one sidecar to its Redis. Whoever asks waits for `deadlineMs` at most and never queues: while Redis is
 * away, every command is refused at once, and a loop in the background connects and probes until it is back. One log
 * line for each change between the two.
 */
export class Connection {
  readonly form: RedisUrl['form'];
  readonly #options: ConnectionOptions;
  readonly #breaker = new Breaker();
  readonly #errors: Record<string, number> = {};
  readonly #listeners: (() => void)[] = [];
  readonly #closing = new AbortController();
  #client: Client | undefined;
  /** Aborts when the present client is lost. */
  #session = new AbortController();
  #why: { reason: FailureKind | 'starting'; detail?: string } = { reason: 'starting' };
  #told: 'up' | 'down' | undefined;
  /** What was last said to be wrong with the secrets, since it is away. */
  #toldSecrets: string | undefined;
  #downSince = performance.now();
  #opened = 0;
  #pending = 0;
  readonly #slowness: Slowness;
  #lastReply = 0;
  #checking = false;
  /** Lookups that wait for an answer. */
  readonly #waiting = new Set<(why: Error) => void>();
  /** An answer did not come in time, nor any other; whether it is away is looked into, and no lookup waits meanwhile. */
  #silent = false;
  /** When the last session was given up because its server takes no writes. */
  #leftReadonly = Number.NEGATIVE_INFINITY;
  #wake: () => void = () => {};
  readonly #running: Promise<void>;

  constructor(options: ConnectionOptions) {
    this.form = options.url.form;
    this.#options = options;
    // So slow, several answers one after the other would come to the deadline.
    this.#slowness = new Slowness(options.deadlineMs / 4);
    this.#running = this.#run();
  }

  get up(): boolean {
    return this.#breaker.closed;
  }

  /** Its last answer took a good part of the deadline: what a request will ask, it should ask at once. */
  get slow(): boolean {
    return this.#slowness.likely;
  }

  /** It failed a moment ago, or is slow for certain: a request should not ask once more than it must. */
  get strained(): boolean {
    return this.#breaker.failing || this.#slowness.certain;
  }

  get state(): ConnectionState {
    const { reason, detail } = this.up ? {} : this.#why;
    return { up: this.up, reason, detail, errors: this.#errors, opened: this.#opened };
  }

  /** Called whenever Redis can be asked again, the first time included. */
  onUp(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Rejects with `storeUnavailable` while Redis is away, else with a RedisFailure; it never throws. */
  ask(command: Command, deadlineMs = this.#options.deadlineMs): Promise<Reply> {
    const client = this.#client;
    if (client === undefined || !this.#breaker.closed || this.#pending >= MOST_PENDING) return refused;
    if (this.#silent && deadlineMs <= this.#options.deadlineMs) return refused;
    return this.#watched(client, command, deadlineMs);
  }

  /** The same for each shard; of a single server, one. Not behind the breaker: for work in the background. */
  shards(): readonly { ask(command: Command, deadlineMs: number): Promise<Reply> }[] {
    return (this.#client?.shards() ?? []).map((shard) => ({
      ask: (command, deadlineMs) => within(shard.send(command), deadlineMs),
    }));
  }

  /**
   * A second connection, for commands that block. It ends with the session of the first; `closed` tells.
   * @throws RedisFailure
   */
  async dedicated(purpose: string): Promise<Client & { readonly closed: AbortSignal }> {
    const ended = new AbortController();
    const session = this.#session.signal;
    if (this.#client === undefined || session.aborted) throw storeUnavailable;
    const client = await this.#open(`fourfold-${purpose}`, () => ended.abort());
    const end = () => {
      client.close();
      ended.abort();
    };
    if (session.aborted) end();
    session.addEventListener('abort', end, { once: true });
    return {
      send: (command) => client.send(command),
      shards: () => client.shards(),
      close: () => {
        session.removeEventListener('abort', end);
        end();
      },
      closed: ended.signal,
    };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake();
    this.#client?.close();
    this.#breaker.open();
    await this.#running;
  }

  async #watched(client: Client, command: Command, deadlineMs: number): Promise<Reply> {
    this.#pending++;
    const start = performance.now();
    const { idle } = performance.eventLoopUtilization();
    const sent = client.send(command);
    // What was given up is still waited for: an answer that comes late is a sign of life, and none is held twice.
    sent.then(this.#replied, this.#replied);
    try {
      const waiting = deadlineMs <= this.#options.deadlineMs ? this.#waiting : undefined;
      const reply = await within(sent, deadlineMs, waiting);
      this.#breaker.succeeded();
      const now = performance.now();
      this.#slowness.note(now - start, performance.eventLoopUtilization().idle - idle, now);
      return reply;
    } catch (error) {
      if (error === storeUnavailable) throw error;
      const failure = failureOf(error);
      this.#count(failure);
      if (failure.kind === 'readonly') this.#leaveReadonly();
      else if (!failure.away) this.#breaker.succeeded();
      else if (this.#client === client) this.#failed(failure);
      throw failure;
    }
  }

  readonly #replied = (): void => {
    this.#pending--;
    this.#lastReply = performance.now();
  };

  #count({ kind }: RedisFailure): void {
    this.#errors[kind] = (this.#errors[kind] ?? 0) + 1;
  }

  #failed(failure: RedisFailure): void {
    if (!this.#breaker.closed) return;
    if (this.#breaker.failed(performance.now())) this.#down(failure);
    else void this.#check();
  }

  /** The first failure is looked into at once: where few requests come, five failures would take long. */
  async #check(): Promise<void> {
    const client = this.#client;
    if (this.#checking || client === undefined) return;
    this.#checking = true;
    if (performance.now() - this.#lastReply >= this.#options.deadlineMs / 2) this.#fallSilent();
    try {
      await this.#probe(client);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.away && this.#client === client && this.#breaker.closed) {
        this.#breaker.open();
        this.#down(failure);
      }
    } finally {
      this.#checking = false;
      this.#silent = false;
    }
  }

  /** Answers come in the order of the questions: what was asked later will not be answered sooner. */
  #fallSilent(): void {
    this.#silent = true;
    for (const giveUp of [...this.#waiting]) giveUp(storeUnavailable);
  }

  async #probe(client: Client): Promise<void> {
    const sent = client.send(this.#options.probe);
    this.#pending++;
    sent.then(this.#replied, this.#replied);
    await within(sent, this.#options.deadlineMs);
  }

  /** A primary that was demoted: whoever is found next may take writes. Not tried often where there is no other. */
  #leaveReadonly(): void {
    const now = performance.now();
    const pause = this.form === 'single' ? READONLY_PAUSE_SINGLE : READONLY_PAUSE;
    if (now - this.#leftReadonly < pause) return;
    this.#leftReadonly = now;
    this.#client?.close();
  }

  #down(failure: RedisFailure): void {
    this.#why = { reason: failure.kind, detail: failure.message };
    if (this.#closing.signal.aborted) return;
    if (this.#told === 'down') {
      // While it is away, secrets may turn out to be wrong: somebody has to mend that, and waiting does not.
      if (failure.kind === 'auth') this.#tellSecrets(failure.message);
      return;
    }
    this.#toldSecrets = failure.kind === 'auth' ? failure.message : undefined;
    if (this.#told === 'up') {
      this.#downSince = performance.now();
      this.#opened++;
    }
    this.#told = 'down';
    this.#options.log?.warn(
      { reason: failure.kind, detail: failure.message },
      'redis is not asked: requests go on without the shared cache',
    );
    this.#wake();
  }

  #tellSecrets(detail: string): void {
    if (this.#toldSecrets === detail) return;
    this.#toldSecrets = detail;
    this.#options.log?.warn({ detail }, 'redis cannot be asked with these secrets');
  }

  #isUp(): void {
    this.#breaker.close();
    this.#told = 'up';
    const milliseconds = Math.round(performance.now() - this.#downSince);
    this.#options.log?.info?.({ afterMilliseconds: milliseconds }, 'redis is asked');
    for (const listener of this.#listeners) listener();
  }

  /** Connects, watches, connects again; ends with `close`. */
  async #run(): Promise<void> {
    for (let attempt = 0; !this.#closing.signal.aborted; attempt++) {
      const started = performance.now();
      try {
        await this.#live();
      } catch (error) {
        if (this.#closing.signal.aborted) break;
        const failure = failureOf(error);
        this.#count(failure);
        this.#breaker.open();
        this.#down(failure);
      }
      if (performance.now() - started > STEADY_MILLISECONDS) attempt = 0;
      await this.#pause(Math.min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** attempt) * (0.75 + Math.random() / 2));
    }
  }

  /** One session, from connecting until it is lost. @throws RedisFailure in the end. */
  async #live(): Promise<never> {
    const lost = Promise.withResolvers<never>();
    lost.promise.catch(() => {});
    const client = await this.#open('fourfold', (why) => lost.reject(why));
    this.#session = new AbortController();
    this.#client = client;
    this.#lastReply = performance.now();
    try {
      if (this.form === 'sentinel') await refuseReplica(client);
      for (;;) {
        if (!this.#breaker.closed) await Promise.race([lost.promise, this.#recover(client)]);
        if (this.#closing.signal.aborted) throw new RedisFailure('connection', 'closed');
        await Promise.race([lost.promise, this.#pause(this.#breaker.closed ? A_DAY : PROBE_PAUSE)]);
      }
    } finally {
      this.#wake();
      this.#client = undefined;
      this.#breaker.open();
      this.#session.abort();
      client.close();
    }
  }

  async #recover(client: Client): Promise<void> {
    try {
      await this.#probe(client);
      if (this.#client === client && !this.#closing.signal.aborted) this.#isUp();
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind !== 'timeout') this.#count(failure);
      this.#down(failure);
      // A slow Redis answers late, and a new connection would not make it faster; one that is silent may be gone.
      if (performance.now() - this.#lastReply > SILENCE || failure.kind === 'auth') throw failure;
    }
  }

  async #open(name: string, closed: (why: RedisFailure) => void): Promise<Client> {
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(OPEN_MILLISECONDS)]);
    let secrets: Secrets;
    try {
      secrets = await readSecrets(this.#options.secretPaths);
    } catch (error) {
      throw new RedisFailure('auth', (error as Error).message);
    }
    return openClient({ url: this.#options.url, secrets, name }, signal, closed);
  }

  /** Until the time is over or something has changed. */
  async #pause(milliseconds: number): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await sleep(milliseconds, undefined, { signal: woken.signal, ref: false }).catch(() => {});
  }
}

async function refuseReplica(client: Client): Promise<void> {
  const role = await within(client.send(['ROLE']), OPEN_MILLISECONDS).catch((error: RedisFailure) => {
    // Not everybody may ask for it.
    if (error.kind === 'auth') return null;
    throw error;
  });
  const name = Array.isArray(role) ? role[0] : undefined;
  if (name instanceof Buffer && name.toString() !== 'master')
    throw new RedisFailure('readonly', 'Sentinel named a server that is not the primary');
}

/** One for all, so that a Redis that is away costs nothing; several are often asked together, and each must be a promise. */
const refused: Promise<never> = Promise.reject(storeUnavailable);
refused.catch(() => {});

/** Commands without an answer; as many as a burst has, and little memory. */
const MOST_PENDING = 4_096;
/** Milliseconds. */
const OPEN_MILLISECONDS = 2_000;
const SHORTEST_PAUSE = 50;
const LONGEST_PAUSE = 500;
const PROBE_PAUSE = 100;
const SILENCE = 3_000;
const STEADY_MILLISECONDS = 5_000;
const READONLY_PAUSE = 500;
const READONLY_PAUSE_SINGLE = 10_000;
const A_DAY = 86_400_000;
