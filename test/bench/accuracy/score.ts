import type { Pair, Request } from './data.ts';
import type { PairDecision, StreamDecision } from './decision.ts';

/** The same figures as those of the sets' own scorer, by the same names, so that no Python is needed for the page. */
export interface PairScore {
  readonly hit_same: number;
  readonly hit_trivial: number;
  readonly fh_diff: number;
  readonly macro_fh: number;
  readonly precision: number;
  /** Share of hits by kind; the kinds of pairs that are the same and of those that differ are told apart. */
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly wrong: readonly { pair: Pair; decision: PairDecision }[];
}

export interface Kind {
  readonly same: boolean;
  readonly kind: string;
  hits: number;
  pairs: number;
}

export interface StreamScore {
  readonly hit: number;
  readonly true_hit: number;
  readonly fh_hits: number;
  readonly fh_req: number;
  readonly recall: number;
  readonly byPhase: ReadonlyMap<string, { hits: number; wrong: number }>;
  readonly wrong: readonly { asked: Request; stored: Request | undefined; decision: StreamDecision }[];
}

export const kindKey = (same: boolean, kind: string): string => `${same ? 'same' : 'different'} ${kind}`;

export function scorePairs(pairs: readonly Pair[], decisions: ReadonlyMap<string, PairDecision>): PairScore {
  const kinds = new Map<string, Kind>();
  const wrong: { pair: Pair; decision: PairDecision }[] = [];
  for (const pair of pairs) {
    const decision = decisions.get(pair.id);
    const key = kindKey(pair.same, pair.kind);
    const kind = kinds.get(key) ?? { same: pair.same, kind: pair.kind, hits: 0, pairs: 0 };
    kinds.set(key, kind);
    kind.pairs++;
    if (!decision?.hit) continue;
    kind.hits++;
    if (!pair.same) wrong.push({ pair, decision });
  }
  const all = [...kinds.values()];
  const same = sum(all.filter((each) => each.same));
  const different = sum(all.filter((each) => !each.same));
  const often = all.filter((each) => !each.same && each.pairs >= 5);
  return {
    hit_same: same.share,
    hit_trivial: sum(all.filter((each) => each.same && each.kind.startsWith('trivial'))).share,
    fh_diff: different.share,
    macro_fh: often.reduce((total, { hits, pairs: n }) => total + hits / n, 0) / Math.max(1, often.length),
    precision: same.hits / Math.max(1, same.hits + different.hits),
    kinds,
    wrong,
  };
}

function sum(kinds: readonly Kind[]) {
  const hits = kinds.reduce((total, each) => total + each.hits, 0);
  const pairs = kinds.reduce((total, each) => total + each.pairs, 0);
  return { hits, share: hits / Math.max(1, pairs) };
}

export function scoreStream(
  requests: readonly Request[],
  decisions: ReadonlyMap<number, StreamDecision>,
): StreamScore {
  const byNumber = new Map(requests.map((request) => [request.i, request]));
  const byPhase = new Map<string, { hits: number; wrong: number }>();
  const stored = new Set<string>();
  const wrong: { asked: Request; stored: Request | undefined; decision: StreamDecision }[] = [];
  let hits = 0;
  let possible = 0;
  for (const asked of requests) {
    const decision = decisions.get(asked.i);
    if (stored.has(asked.intent)) possible++;
    if (!decision?.hit) {
      stored.add(asked.intent);
      continue;
    }
    hits++;
    const phase = byPhase.get(decision.phase) ?? { hits: 0, wrong: 0 };
    byPhase.set(decision.phase, phase);
    phase.hits++;
    const served =
      decision.match !== undefined && decision.match < asked.i ? byNumber.get(decision.match) : undefined;
    if (served?.intent === asked.intent) continue;
    phase.wrong++;
    wrong.push({ asked, stored: served, decision });
  }
  return {
    hit: hits / requests.length,
    true_hit: (hits - wrong.length) / requests.length,
    fh_hits: wrong.length / Math.max(1, hits),
    fh_req: wrong.length / requests.length,
    recall: (hits - wrong.length) / Math.max(1, possible),
    byPhase,
    wrong,
  };
}
