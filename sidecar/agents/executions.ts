import { randomUUID } from 'node:crypto';
import type { Leases } from '../leases/lease.ts';
import { claim, type FleetLead } from './fleet-lead.ts';

/** What the caller who executes found out, for all who wait for it. */
export type Outcome =
  /** `failed`: the caller said that it is the result of a call that failed. */
  | { readonly result: unknown; readonly failed?: boolean }
  | { readonly error: string }
  /** It is in the cache already: the others find it there. */
  | { readonly known: true };

/** How a caller stands to an execution: it is his to do, or somebody did it, or it took too long to wait for. */
export type Turn = { readonly lease: string } | { readonly outcome: Outcome } | { readonly waited: true };

interface Waiting {
  /** Milliseconds of the lease that he wants. */
  readonly leaseMs: number;
  readonly settle: (turn: Turn) => void;
}

interface Execution {
  /** Of the caller who executes; none while it is still sought who that is. */
  lease: string | undefined;
  /** Milliseconds since the epoch. */
  until: number;
  timer: NodeJS.Timeout | undefined;
  /** Aborts the search among the other sidecars, when nobody waits for it any more. */
  seeking: AbortController | undefined;
  /** Held for the other sidecars, while somebody here executes. */
  lead: FleetLead | undefined;
  /** First come, first to execute or to take over. */
  readonly waiting: Waiting[];
}

/**
 * One execution for identical calls at the same time, in this process and, where they share a store, in all sidecars. The
 * first caller gets a lease and executes; the others wait for what comes of it. A lease that is not renewed passes to the
 * next one who waits, here or elsewhere, so that a caller who dies is replaced.
 */
export class Executions {
  readonly #running = new Map<string, Execution>();
  readonly #clock: () => number;
  readonly #leases: Leases | undefined;
  #closed = false;

  constructor(clock: () => number, leases?: Leases) {
    this.#clock = clock;
    this.#leases = leases;
  }

  /** At most `milliseconds` later. `gone` aborts when the caller is no longer there to hear it. */
  join(key: string, leaseMs: number, milliseconds: number, gone: AbortSignal): Promise<Turn> {
    if (this.#closed || gone.aborted) return Promise.resolve({ waited: true });
    const execution = this.#running.get(key) ?? this.#begin(key);
    if (execution.waiting.length >= mostWaiting) return Promise.resolve({ waited: true });
    return new Promise((resolve) => {
      const settle = (turn: Turn): void => {
        clearTimeout(patience);
        gone.removeEventListener('abort', leave);
        resolve(turn);
      };
      const waiting = { leaseMs, settle };
      const leave = (): void => {
        const at = execution.waiting.indexOf(waiting);
        if (at >= 0) execution.waiting.splice(at, 1);
        if (execution.waiting.length === 0) execution.seeking?.abort();
        settle({ waited: true });
      };
      const patience = setTimeout(leave, milliseconds);
      gone.addEventListener('abort', leave, { once: true });
      execution.waiting.push(waiting);
      if (execution.lease === undefined && execution.seeking === undefined) void this.#seek(key, execution);
    });
  }

  /** False where the lease has passed to another, or never was. */
  renew(lease: string, leaseMs: number): boolean {
    const execution = this.#held(lease);
    if (execution === undefined) return false;
    this.#extend(keyOf(lease), execution, leaseMs);
    return true;
  }

  /** Tells all who wait. False where the lease has passed to another: what he found out counts. */
  settle(lease: string, outcome: Outcome): boolean {
    const execution = this.#held(lease);
    if (execution === undefined) return false;
    execution.lead?.tell(outcome);
    this.#end(keyOf(lease), execution, { outcome });
    return true;
  }

  /** The holder will not execute: the next who waits does. False as for `settle`. */
  release(lease: string): boolean {
    const execution = this.#held(lease);
    if (execution === undefined) return false;
    this.#pass(keyOf(lease), execution);
    return true;
  }

  /** What the holder found out cannot be shared: all who wait go on by themselves, at once. False as for `settle`. */
  dismiss(lease: string): boolean {
    const execution = this.#held(lease);
    if (execution === undefined) return false;
    execution.lead?.dismiss();
    this.#end(keyOf(lease), execution, { waited: true });
    return true;
  }

  /** All who wait go on without the others, and other sidecars need not wait for this one. */
  close(): void {
    this.#closed = true;
    for (const [key, execution] of this.#running) {
      execution.seeking?.abort();
      execution.lead?.release();
      this.#end(key, execution, { waited: true });
    }
  }

  #begin(key: string): Execution {
    const execution: Execution = {
      lease: undefined,
      until: 0,
      timer: undefined,
      seeking: undefined,
      lead: undefined,
      waiting: [],
    };
    this.#running.set(key, execution);
    return execution;
  }

  /** Finds out who executes: somebody here, or another sidecar, whose outcome then counts here too. */
  async #seek(key: string, execution: Execution): Promise<void> {
    if (this.#leases === undefined) return this.#pass(key, execution);
    while (execution.waiting.length > 0 && !this.#closed) {
      const seeking = new AbortController();
      execution.seeking = seeking;
      const claimed = await claim(this.#leases, key, seeking.signal);
      execution.seeking = undefined;
      if (claimed === 'left') continue;
      if (claimed !== 'alone' && 'outcome' in claimed) return this.#end(key, execution, claimed);
      execution.lead = claimed === 'alone' ? undefined : claimed;
      break;
    }
    this.#pass(key, execution);
  }

  /** To the next who waits, if there is one. */
  #pass(key: string, execution: Execution): void {
    const next = execution.waiting.shift();
    if (next === undefined) {
      execution.lead?.release();
      this.#forget(key, execution);
      return;
    }
    execution.lease = `${key}.${randomUUID()}`;
    this.#extend(key, execution, next.leaseMs);
    next.settle({ lease: execution.lease });
  }

  #end(key: string, execution: Execution, turn: Turn): void {
    this.#forget(key, execution);
    for (const { settle } of execution.waiting.splice(0)) settle(turn);
  }

  #forget(key: string, execution: Execution): void {
    clearTimeout(execution.timer);
    if (this.#running.get(key) === execution) this.#running.delete(key);
  }

  #held(lease: string): Execution | undefined {
    const execution = this.#running.get(keyOf(lease));
    return execution?.lease === lease && execution.until > this.#clock() ? execution : undefined;
  }

  #extend(key: string, execution: Execution, leaseMs: number): void {
    clearTimeout(execution.timer);
    execution.until = this.#clock() + leaseMs;
    execution.timer = setTimeout(() => this.#pass(key, execution), leaseMs).unref();
  }
}

/** A lease names its key, so that its holder needs nothing else to speak of it. */
export const keyOf = (lease: string): string => lease.slice(0, Math.max(0, lease.lastIndexOf('.')));

/** More than that wait for nothing that one sidecar is for. */
const mostWaiting = 10_000;
