import type { FastifyReply } from 'fastify';
import { Refused } from '../admin/refused.ts';
import type { Lookup } from '../lookup/run.ts';
import { secondsOf } from './bodies.ts';
import { type Executions, keyOf, type Outcome, type Turn } from './executions.ts';
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
  readonly steady: () => number;
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
    const { executions, results, tally, steady } = this.#parts;
    const leaseMs = millisecondsOf('lease', patience.lease) ?? 0;
    const waitMs = millisecondsOf('wait', patience.wait) ?? usualWait;
    const find = async () => {
      const asOf = steady();
      const lookup = await results.find({ ...wanted, since: asOf });
      const hit = lookup.hit === undefined ? undefined : await shown(lookup.hit);
      return { lookup: hit === undefined ? { ...lookup, hit: undefined } : lookup, hit, asOf };
    };
    let found = await find();
    let turn: Turn | undefined;
    if (found.hit === undefined && leaseMs > 0 && results.areServed) {
      turn = await executions.join(executionOf(wanted), leaseMs, waitMs, left(reply));
      if ('outcome' in turn && !('known' in turn.outcome)) {
        tally.collapsed(wanted.kind);
        return collapsed(wanted, turn.outcome);
      }
      // Once more: another may have stored it between the first look and the turn, and would have executed in vain.
      found = await find();
    }
    const { lookup, hit, asOf } = found;
    tally.looked(wanted.kind, lookup);
    const lease = turn !== undefined && 'lease' in turn ? turn.lease : undefined;
    if (hit !== undefined) {
      if (lease !== undefined) executions.settle(lease, { known: true });
      return { hit: true, ...hit };
    }
    if (lease !== undefined) unheard(reply, () => void executions.release(lease));
    return {
      hit: false,
      ...(lookup.best === undefined ? {} : { similarity: lookup.best }),
      ...(lookup.reason === undefined ? {} : { reason: lookup.reason }),
      ...(lease === undefined ? {} : { lease }),
      asOf,
    };
  }

  /** @throws Refused where the lease is for something else: its result would reach those who asked for that. */
  check(lease: string | undefined, wanted: Wanted): void {
    if (lease === undefined || keyOf(lease).startsWith(wanted.identity.exactKey)) return;
    throw new Refused(
      400,
      'lease: expected the lease of a lookup of the same, found one of another',
      'lease',
    );
  }

  /** What was computed goes to all who wait for it, whether or not it was kept. */
  taken(
    kept: { entry: string } | { reason: string },
    wanted: Wanted,
    computed: { readonly lease: string | undefined; readonly result: unknown; readonly failed: boolean },
    reply: FastifyReply,
  ): object {
    const { lease, result, failed } = computed;
    if (lease !== undefined) this.#parts.executions.settle(lease, { result, ...(failed ? { failed } : {}) });
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

/** Who searched for fewer has not found what others want. */
const executionOf = ({ identity, wants }: Wanted): string =>
  wants === undefined ? identity.exactKey : `${identity.exactKey}-${wants}`;

function collapsed({ kind }: Wanted, outcome: Exclude<Outcome, { known: true }>): Found {
  if ('error' in outcome) return { hit: false, error: { message: outcome.error } };
  const { result, failed = false } = outcome;
  return {
    hit: true,
    phase: 'collapsed',
    ...(kind === 'tools' ? { result, success: !failed } : { cached: true, results: result }),
  };
}

/** A caller who leaves waits for nothing. */
function left(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  unheard(reply, () => gone.abort());
  return gone.signal;
}

/** Tells when the caller leaves before he has his answer, also where he has left already. */
function unheard({ raw }: FastifyReply, tell: () => void): void {
  const closed = (): void => {
    if (!raw.writableFinished) tell();
  };
  if (raw.destroyed) closed();
  else raw.once('close', closed);
}

const millisecondsOf = (field: string, time: string | number | undefined): number | undefined => {
  const seconds = secondsOf(field, time);
  return seconds === undefined ? undefined : bounded(seconds * 1000);
};

/** Milliseconds: a lease is for one execution, and is renewed while that runs; nobody waits for longer than one lasts. */
export const bounded = (milliseconds: number): number => Math.min(Math.max(milliseconds, 50), 300_000);

/** Milliseconds. */
const usualWait = 30_000;
