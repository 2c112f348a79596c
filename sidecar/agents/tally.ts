import type { Lookup } from '../lookup/run.ts';
import type { ResultKind } from './results.ts';

/** What became of the lookups of one kind. A lookup counts once, however long it waited. */
export interface ResultCounts {
  lookups: number;
  exactHits: number;
  semanticHits: number;
  misses: number;
  /** Waited for the execution of another caller: neither hit nor miss. */
  collapsed: number;
  stored: number;
  errors: number;
}

export class ResultTally {
  readonly counts: Readonly<Record<ResultKind, ResultCounts>> = { tools: none(), memories: none() };

  looked(kind: ResultKind, lookup: Lookup): void {
    const counts = this.counts[kind];
    counts.lookups++;
    if (lookup.hit === undefined) counts.misses++;
    else if (lookup.hit.phase === 'exact') counts.exactHits++;
    else counts.semanticHits++;
  }

  collapsed(kind: ResultKind): void {
    this.counts[kind].lookups++;
    this.counts[kind].collapsed++;
  }
}

const none = (): ResultCounts => ({
  lookups: 0,
  exactHits: 0,
  semanticHits: 0,
  misses: 0,
  collapsed: 0,
  stored: 0,
  errors: 0,
});
