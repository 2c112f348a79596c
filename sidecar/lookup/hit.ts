import type { Match } from '../quality/label.ts';
import type { Entry } from './entry.ts';
import type { Finding, PhaseName } from './phase.ts';
import type { Question } from './question.ts';

/** An entry that answers a question. */
export interface Hit {
  readonly entry: Entry;
  readonly phase: PhaseName;
  readonly similarity: number;
  /** What its being right rests on; undefined where it was asked in the same words. */
  readonly match?: Match | undefined;
}

/** Keeps answers back that may be wrong more often than is allowed. */
export interface Gate {
  doubts(scope: string, entry: string, match: Match): boolean;
  /** A hit that does not rest on likeness. */
  sure(scope: string): void;
}

export function hitOf(phase: PhaseName, found: Extract<Finding, { hit: Entry }>): Hit {
  return { entry: found.hit, phase, similarity: found.similarity, match: matchOf(phase, found) };
}

function matchOf(
  phase: PhaseName,
  { cosine = 1, overlap, verified = false }: Extract<Finding, { hit: Entry }>,
): Match | undefined {
  if (verified) return undefined;
  if (phase === 'semantic' || cosine < 1) return { kind: 'semantic', similarity: cosine };
  return overlap === undefined ? undefined : { kind: 'near-miss', similarity: overlap };
}

/** A candidate that was in doubt in one phase is not asked about again in the next. */
export function isInDoubt(
  { identity }: Question,
  { entry, match }: Hit,
  doubted: Hit | undefined,
  gate: Gate | undefined,
): boolean {
  if (match !== undefined)
    return doubted?.entry.id === entry.id || (gate?.doubts(identity.scope, entry.id, match) ?? false);
  gate?.sure(identity.scope);
  return false;
}
