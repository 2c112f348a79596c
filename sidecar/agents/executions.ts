import { randomUUID } from 'node:crypto';

/** What the caller who executes found out, for all who wait for it. */
export type Outcome =
  | { readonly result: unknown }
  | { readonly error: string }
  /** It is in the cache already: the others find it there. */
  | { readonly known: true };

/** How a caller stands to an execution: it is his to do, or somebody did it, or it took too long to wait for. */
export type Turn = { readonly lease: string } | { readonly outcome: Outcome } | { readonly waited: true };

interface Execution {
  lease: string;
  /** Milliseconds since the epoch. */
  until: number;
  timer: NodeJS.Timeout | undefined;
  /** First come, first to take over. */
  readonly waiting: ((turn: Turn) => void)[];
}

/**
 * One execution for identical calls at the same time. The first caller gets a lease and executes; the others wait for
 * what comes of it. A lease that is not renewed passes to the next one who waits, so that a caller who dies is replaced.
 */
export class Executions {
  readonly #running = new Map<string, Execution>();
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** At most `milliseconds` later. `gone` aborts when the caller is no longer there to hear it. */
  join(key: string, leaseMs: number, milliseconds: number, gone: AbortSignal): Promise<Turn> {
    const running = this.#running.get(key);
    if (running === undefined) {
      const execution: Execution = { lease: '', until: 0, timer: undefined, waiting: [] };
      this.#running.set(key, execution);
      return Promise.resolve({ lease: this.#grant(key, execution, leaseMs) });
    }
    if (running.waiting.length >= mostWaiting) return Promise.resolve({ waited: true });
    return new Promise((resolve) => {
      const settle = (turn: Turn): void => {
        clearTimeout(patience);
        gone.removeEventListener('abort', leave);
        resolve(turn);
      };
      const leave = (): void => {
        const at = running.waiting.indexOf(settle);
        if (at >= 0) running.waiting.splice(at, 1);
        settle({ waited: true });
      };
      const patience = setTimeout(leave, milliseconds);
      gone.addEventListener('abort', leave, { once: true });
      running.waiting.push(settle);
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
    clearTimeout(execution.timer);
    this.#running.delete(keyOf(lease));
    for (const waiting of execution.waiting.splice(0)) waiting({ outcome });
    return true;
  }

  #held(lease: string): Execution | undefined {
    const execution = this.#running.get(keyOf(lease));
    return execution?.lease === lease && execution.until > this.#clock() ? execution : undefined;
  }

  #grant(key: string, execution: Execution, leaseMs: number): string {
    execution.lease = `${key}.${randomUUID()}`;
    this.#extend(key, execution, leaseMs);
    return execution.lease;
  }

  #extend(key: string, execution: Execution, leaseMs: number): void {
    clearTimeout(execution.timer);
    execution.until = this.#clock() + leaseMs;
    execution.timer = setTimeout(() => this.#expire(key, execution, leaseMs), leaseMs).unref();
  }

  #expire(key: string, execution: Execution, leaseMs: number): void {
    const next = execution.waiting.shift();
    if (next === undefined) this.#running.delete(key);
    else next({ lease: this.#grant(key, execution, leaseMs) });
  }
}

/** A lease names its key, so that its holder needs nothing else to speak of it. */
const keyOf = (lease: string): string => lease.slice(0, lease.lastIndexOf('.'));

/** More than that wait for nothing that one sidecar is for. */
const mostWaiting = 10_000;
