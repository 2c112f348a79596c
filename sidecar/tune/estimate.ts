import type { Decision } from '../decisions/decision.ts';
import type { Point } from './point.ts';
import { thresholds } from './sweep.ts';

/**
 * What a log tells of other thresholds, without its questions. A hit that rests on a cosine stays where that suffices. Of a
 * candidate below the threshold nobody asked the guards: it counts by the share of those above that they let pass. Whether a
 * hit was right is known of those that were audited.
 */
export function estimate(decisions: readonly Decision[]): { byThreshold: readonly Point[]; now: Point } {
  const lookups = decisions.filter(({ outcome }) => outcome !== 'audited' && outcome !== 'collapsed');
  const verdicts = new Map(
    decisions
      .filter(({ outcome }) => outcome === 'audited')
      .map((audited) => [keyOf(audited), audited.verdict]),
  );
  const rows = lookups.map((decision) => ({ ...matchOf(decision), verdict: verdicts.get(keyOf(decision)) }));
  const passed = rows.filter(({ match }) => match === 'cosine').length;
  const guarded = rows.filter(({ match }) => match === 'guarded').length;
  const share = passed + guarded === 0 ? 1 : passed / (passed + guarded);
  const overlap = lookups[0]?.overlapThreshold ?? 0;
  const at = (threshold: number): Point => {
    const point = { threshold, overlap, asked: lookups.length, hits: 0, judged: 0, wrong: 0 };
    for (const { match, cosine, verdict } of rows) {
      if (match === 'none' || match === 'guarded' || cosine < threshold) continue;
      point.hits += match === 'below' ? share : 1;
      if (verdict === undefined) continue;
      point.judged++;
      if (verdict === 'wrong') point.wrong++;
    }
    return point;
  };
  return { byThreshold: thresholds.map(at), now: at(usual(lookups)) };
}

/** `sure`: rests on no cosine. `below`: the best candidate by meaning lay below the threshold. `guarded`: a guard refused it. */
type Match = 'sure' | 'cosine' | 'below' | 'guarded' | 'none';

function matchOf({ outcome, reason, refusals, similarity }: Decision): { match: Match; cosine: number } {
  const isHit = outcome === 'hit' || (outcome === 'bypass' && reason === 'shadow');
  if (isHit)
    return similarity === undefined ? { match: 'sure', cosine: 1 } : { match: 'cosine', cosine: similarity };
  const refused = refusals.find((each) => each.startsWith('semantic:'));
  if (refused === undefined || similarity === undefined) return { match: 'none', cosine: 0 };
  return { match: refused === 'semantic:threshold' ? 'below' : 'guarded', cosine: similarity };
}

/** An audit is a row of its own, which comes later. */
const keyOf = ({ time, scope, entry }: Decision): string => `${time} ${scope} ${entry}`;

/** The threshold of most lookups: it may have been changed, and a request may have its own. */
function usual(lookups: readonly Decision[]): number {
  const counts = new Map<number, number>();
  for (const { threshold } of lookups) counts.set(threshold, (counts.get(threshold) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? 0.9;
}
