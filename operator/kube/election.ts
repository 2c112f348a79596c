import { isFailure } from './api-error.ts';
import type { Client } from './client.ts';
import type { Clock } from './clock.ts';
import type { Fence } from './fence.ts';
import { type Lease, type LeasePlace, microTime, readLease, writeLease } from './lease.ts';

export interface ElectionTimes {
  /** Others wait for so long after the last renewal that they saw. */
  readonly leaseMs: number;
  /** Without a renewal for so long, counted from before it was asked for, we no longer lead. Less than `leaseMs`. */
  readonly renewDeadlineMs: number;
  readonly retryMs: number;
}

/** Those of the controllers of Kubernetes itself. */
export const defaultTimes: ElectionTimes = { leaseMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 };

export interface ElectionOptions {
  readonly client: Client;
  readonly place: LeasePlace;
  /** Unique to this process. */
  readonly identity: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly times?: ElectionTimes;
  /** Something kept us from asking; tried again. */
  readonly onTrouble: (error: Error) => void;
}

/**
 * One leader at most, by a Lease. Each process measures on a clock of its own how long a lease has not been renewed; the
 * clocks of two machines are never compared. A leader stops writing `leaseMs - renewDeadlineMs` before anybody else may
 * begin, and asks before each write whether it still leads: a process that was stopped and goes on finds that it does not.
 */
export class Election {
  readonly #options: ElectionOptions;
  readonly #times: ElectionTimes;
  /** The lease as last seen, and since when it looks like that. */
  #seen: { lease: Lease; version: string; at: number } | undefined;

  constructor(options: ElectionOptions) {
    this.#options = options;
    this.#times = options.times ?? defaultTimes;
  }

  /**
   * Leads whenever it may, until `signal` is given; then the lease is given back for the next one to take at once, but not
   * before `lead` has returned, which it is to do soon after `stopping` or `signal` of its term is given.
   */
  async run(signal: AbortSignal, lead: (term: Term) => Promise<void>): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      const since = await this.#take();
      if (since !== undefined)
        await this.#lead(new Term(clock, since + this.#times.renewDeadlineMs), signal, lead);
      await this.#pause(signal);
    }
  }

  async #lead(term: Term, signal: AbortSignal, lead: (term: Term) => Promise<void>): Promise<void> {
    const { clock } = this.#options;
    const led = lead(term).finally(() => term.end());
    let cancel = () => {};
    // What is under way may end; whoever follows must not meet a write of ours that is still on its way.
    const stop = () => {
      term.stop();
      cancel = clock.after(graceMs, () => term.end());
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      while (term.mayWrite()) {
        await clock.sleep(this.#times.retryMs, term.signal);
        if (!term.mayWrite()) break;
        const renewed = await this.#take();
        if (renewed !== undefined) term.until(renewed + this.#times.renewDeadlineMs);
      }
    } finally {
      signal.removeEventListener('abort', stop);
      cancel();
      term.end();
      await led;
    }
    if (signal.aborted) await this.#release();
  }

  /**
   * Takes or renews the lease. @returns from when on it counts, or nothing where it is not ours. Nobody breaks it off: a
   * lease that was written without our knowing could not be given back.
   */
  async #take(): Promise<number | undefined> {
    const { clock, client, place, identity, onTrouble } = this.#options;
    const limit = AbortSignal.timeout(Math.ceil(this.#times.renewDeadlineMs / 2));
    try {
      const lease = await this.#read(limit);
      if (lease !== undefined && !this.#mayTake(lease)) return undefined;
      // Before the request: by when it is answered, others may have counted for a while.
      const askedAt = clock.monotonic();
      const spec = lease?.spec ?? {};
      const mine = spec.holderIdentity === identity;
      const now = microTime(clock.wall());
      const written = await writeLease(client.writer(always, limit), place, lease, {
        holderIdentity: identity,
        leaseDurationSeconds: Math.ceil(this.#times.leaseMs / 1000),
        acquireTime: mine ? (spec.acquireTime ?? now) : now,
        renewTime: now,
        leaseTransitions: (spec.leaseTransitions ?? 0) + (mine || lease === undefined ? 0 : 1),
      });
      this.#see(written);
      return askedAt;
    } catch (error) {
      if (isFailure(error, 'conflict', 'exists')) this.#seen = undefined;
      else onTrouble(error as Error);
      return undefined;
    }
  }

  /** Read each time, so that whoever takes it from us is seen; `undefined` where there is none. */
  async #read(signal: AbortSignal): Promise<Lease | undefined> {
    const { client, place } = this.#options;
    try {
      const lease = await readLease(client, place, signal);
      if (this.#seen?.version !== lease.metadata.resourceVersion) this.#see(lease);
      return lease;
    } catch (error) {
      if (isFailure(error, 'not-found')) return undefined;
      throw error;
    }
  }

  #see(lease: Lease): void {
    this.#seen = {
      lease,
      version: lease.metadata.resourceVersion ?? '',
      at: this.#options.clock.monotonic(),
    };
  }

  #mayTake({ spec }: Lease): boolean {
    const { identity, clock } = this.#options;
    if (!spec?.holderIdentity || spec.holderIdentity === identity) return true;
    const length = (spec.leaseDurationSeconds ?? this.#times.leaseMs / 1000) * 1000;
    return this.#seen !== undefined && clock.monotonic() > this.#seen.at + length;
  }

  async #release(): Promise<void> {
    const { client, place, identity, clock, onTrouble } = this.#options;
    const limit = AbortSignal.timeout(2_000);
    try {
      const lease = await this.#read(limit);
      if (lease?.spec?.holderIdentity !== identity) return;
      const now = microTime(clock.wall());
      await writeLease(client.writer(always, limit), place, lease, {
        holderIdentity: '',
        leaseDurationSeconds: 1,
        acquireTime: now,
        renewTime: now,
        leaseTransitions: lease.spec.leaseTransitions ?? 0,
      });
    } catch (error) {
      // The next one waits for its end instead.
      onTrouble(error as Error);
    }
  }

  #pause(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    return clock.sleep(this.#times.retryMs * (0.75 + random() / 2), signal);
  }
}

/** How long what is under way may take to end after a stop. */
const graceMs = 8_000;

/** The lease itself is guarded by its resource version. */
const always: Fence = { mayWrite: () => true };

/** One time of leading, from taking the lease to losing it. */
export class Term implements Fence {
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  readonly #stopping = new AbortController();
  #until: number;

  constructor(clock: Clock, until: number) {
    this.#clock = clock;
    this.#until = until;
  }

  mayWrite(): boolean {
    if (!this.#ended.signal.aborted && this.#clock.monotonic() >= this.#until) this.end();
    return !this.#ended.signal.aborted;
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Nothing new is to be begun. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  stop(): void {
    this.#stopping.abort();
  }

  until(monotonic: number): void {
    this.#until = monotonic;
  }

  /** For good: a later term is another object. */
  end(): void {
    this.#stopping.abort();
    this.#ended.abort();
  }
}
