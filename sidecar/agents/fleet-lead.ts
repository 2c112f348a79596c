import { setTimeout as sleep } from 'node:timers/promises';
import { type Following, type Lead, LeaseLostError, type Leases } from '../leases/lease.ts';
import type { Outcome } from './executions.ts';
import { parseJson } from './json.ts';

/** The right to execute, among all sidecars of a cache. It is renewed until it is told or released. */
export class FleetLead {
  readonly #lead: Lead;
  #beat: NodeJS.Timeout | undefined;
  #beating = Promise.resolve();

  constructor(lead: Lead) {
    this.#lead = lead;
    this.#schedule();
  }

  /** Tells the other sidecars; in the background, and costs them an execution of their own where it cannot be told. */
  tell(outcome: Outcome): void {
    this.#stop(async () => {
      const text = JSON.stringify(outcome);
      if (text.length > smallOutcome && !(await this.#lead.publish([]))) return;
      const record =
        text.length <= largestOutcome
          ? ({ kind: 'data', chunk: Buffer.from(text) } as const)
          : ({ kind: 'failed' } as const);
      await this.#lead.publish([record]);
    });
  }

  /** There is nothing to share: the others go on by themselves. */
  dismiss(): void {
    this.#stop(async () => void (await this.#lead.publish([{ kind: 'failed' }])));
  }

  release(): void {
    this.#stop(async () => {});
  }

  #stop(last: () => Promise<void>): void {
    clearTimeout(this.#beat);
    this.#beat = undefined;
    // In turn: what is under way has the same number otherwise. A lost lease is another's by now.
    this.#beating = this.#beating
      .then(last)
      .catch(() => {})
      .finally(() => this.#lead.release());
  }

  #schedule(): void {
    this.#beat = setTimeout(() => {
      this.#beating = this.#lead.publish([]).then(
        () => this.#again(),
        (error) => {
          // Others may execute from here on; a store that is away may be back before the lease ends.
          if (!(error instanceof LeaseLostError)) this.#again();
        },
      );
    }, beatMs).unref();
  }

  #again(): void {
    if (this.#beat !== undefined) this.#schedule();
  }
}

/**
 * The lead, or what another sidecar found out, which may take as long as its execution does. `alone` where nothing can be
 * learnt of the others, `left` when the signal aborts. Never rejects.
 */
export async function claim(
  leases: Leases,
  key: string,
  signal: AbortSignal,
): Promise<FleetLead | { readonly outcome: Outcome } | 'alone' | 'left'> {
  for (;;) {
    const lease = await leases.take(`execution ${key}`, leaseMs);
    if (lease === undefined) return 'alone';
    if (lease.role === 'leads') {
      const lead = new FleetLead(lease);
      if (!signal.aborted) return lead;
      lead.release();
      return 'left';
    }
    const end = await follow(lease, signal);
    if (end === 'failed') return 'alone';
    if (end !== 'gone') return end;
  }
}

async function follow(
  lease: Following,
  signal: AbortSignal,
): Promise<{ readonly outcome: Outcome } | 'gone' | 'failed' | 'left'> {
  let pause = shortestPause;
  let heard = performance.now();
  while (!signal.aborted) {
    try {
      const { records, led } = await lease.read();
      heard = performance.now();
      for (const record of records) {
        if (record.kind === 'data') return { outcome: parseJson(record.chunk.toString()) as Outcome };
        if (record.kind === 'failed') return 'failed';
      }
      if (!led) return 'gone';
    } catch {
      // Counted by the connection. The store may be back in a moment, with the outcome.
      if (performance.now() - heard > longestSilence) return 'failed';
    }
    await sleep(pause, undefined, { ref: false });
    pause = Math.min(pause * 1.5, longestPause);
  }
  return 'left';
}

/** Milliseconds. Longer than for a call to a model: two executions are worse than a wait for one who has died. */
const leaseMs = 5_000;

/** Milliseconds; a fraction of the lease, so that a busy process keeps it. */
const beatMs = 500;

/** Milliseconds between two readings. */
const shortestPause = 5;
const longestPause = 100;

/** Milliseconds without the store. */
const longestSilence = 3_000;

/** Characters. What is larger is told only where somebody waits: who comes later finds it in the store. */
const smallOutcome = 4_000;

/** Characters. What is larger than that the others compute for themselves, or find in the store. */
const largestOutcome = 1_000_000;
