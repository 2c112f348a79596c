import type { FastifyReply } from 'fastify';
import type { Lookup } from '../lookup/run.ts';
import { secondsOf } from './bodies.ts';
import type { Executions, Outcome } from './executions.ts';
import type { Results, Wanted } from './results.ts';
import type { ResultTally } from './tally.ts';

/** The body of an answer to a lookup. */
export interface Found {
  readonly hit: boolean;
  readonly [field: string]: unknown;
}

export interface AnsweringParts {
  readonly results: Results;
  readonly executions: Executions;
  readonly tally: ResultTally;
  readonly clock: () => number;
}

export interface Patience {
  readonly lease?: string | number;
  readonly wait?: string | number;
}

/** Answers lookups and takes results in, with one execution for identical callers where they ask for that. */
export class Answering {
  readonly #parts: AnsweringParts;

  constructor(parts: AnsweringParts) {
    this.#parts = parts;
  }

  /**
   * `shown` writes a hit, or says by undefined that it is none for this caller. The lookup counts once, whether it is
   * answered at once, after waiting, or not at all.
   */
  async look(
    wanted: Wanted,
    patience: Patience,
    reply: FastifyReply,
    shown: (hit: NonNullable<Lookup['hit']>) => Promise<object | undefined>,
  ): Promise<Found> {
    const { executions, results, tally } = this.#parts;
    const leaseMs = (secondsOf('lease', patience.lease) ?? 0) * 1000;
    const waitMs = (secondsOf('wait', patience.wait) ?? usualWait) * 1000;
    // The lease comes before the lookup: whoever looked before another stored would execute once more.
    const turn =
      leaseMs === 0
        ? undefined
        : await executions.join(wanted.identity.exactKey, bounded(leaseMs), waitMs, left(reply));
    if (turn !== undefined && 'outcome' in turn && !('known' in turn.outcome)) {
      tally.collapsed(wanted.kind);
      return collapsed(wanted, turn.outcome);
    }
    const lookup = await results.find(wanted);
    const hit = lookup.hit === undefined ? undefined : await shown(lookup.hit);
    tally.looked(wanted.kind, hit === undefined ? { ...lookup, hit: undefined } : lookup);
    const lease = turn !== undefined && 'lease' in turn ? turn.lease : undefined;
    if (hit !== undefined) {
      if (lease !== undefined) executions.settle(lease, { known: true });
      return { hit: true, ...hit };
    }
    return {
      hit: false,
      ...(lookup.best === undefined ? {} : { similarity: lookup.best }),
      ...(lookup.reason === undefined ? {} : { reason: lookup.reason }),
      ...(lease === undefined ? {} : { lease }),
      asOf: wanted.since,
    };
  }

  /** What was computed goes to all who wait for it, whether or not it was kept. */
  taken(
    kept: { entry: string } | { reason: string },
    wanted: Wanted,
    computed: { readonly lease: string | undefined; readonly result: unknown },
    reply: FastifyReply,
  ): object {
    const { lease, result } = computed;
    if (lease !== undefined) this.#parts.executions.settle(lease, { result });
    if ('reason' in kept) return { stored: false, reason: kept.reason };
    this.#parts.tally.counts[wanted.kind].stored++;
    reply.code(201);
    return { entry: kept.entry };
  }

  /** What is told of an entry that answers. */
  async about({
    id,
    createdAt,
    expiresAt,
  }: {
    id: string;
    createdAt: number;
    expiresAt: number;
  }): Promise<object> {
    return {
      entry: id,
      age: Math.max(0, Math.floor((this.#parts.clock() - createdAt) / 1000)),
      createdAt: new Date(createdAt).toISOString(),
      expiresAt: new Date(expiresAt).toISOString(),
      // Only told: a store that cannot say so does not take the answer away.
      accessCount: await this.#parts.results.uses(id).catch(() => undefined),
    };
  }
}

function collapsed({ kind }: Wanted, outcome: Exclude<Outcome, { known: true }>): Found {
  if ('error' in outcome) return { hit: false, error: { message: outcome.error } };
  const { result } = outcome;
  return {
    hit: true,
    phase: 'collapsed',
    ...(kind === 'tools' ? { result } : { cached: true, results: result }),
  };
}

/** A caller who leaves waits for nothing. */
function left(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}

/** Milliseconds: a lease is for one execution, and is renewed while that runs. */
export const bounded = (leaseMs: number): number => Math.min(Math.max(leaseMs, 100), 300_000);

/** Seconds. */
const usualWait = 30;
