import type { Settings } from '../../crds/settings.ts';
import type { Hit } from '../lookup/hit.ts';
import type { Question } from '../lookup/question.ts';
import type { Report } from '../proxy/context.ts';
import type { Columns } from '../tables/table.ts';

/** What one lookup found and what became of it: a row of the decision log. */
export interface Decision {
  /** When the question came, milliseconds since the epoch. */
  readonly time: number;
  readonly mode: string;
  /** `audited`: no lookup, but what became known later of the hit with the same time, scope and entry. */
  readonly outcome: 'hit' | 'miss' | 'bypass' | 'collapsed' | 'audited';
  /** As in `x-fourfold-phase` and `x-fourfold-reason`. */
  readonly phase: string;
  readonly reason: string | undefined;
  readonly dialect: string;
  readonly model: string;
  /** Hash of everything that must be equal. */
  readonly scope: string;
  /** Cosine of the best candidate by meaning, also of one that was refused; absent where phase 4 found none or was not asked. */
  readonly similarity: number | undefined;
  /** Share of aligned words of the best candidate of phase 2, likewise. */
  readonly overlap: number | undefined;
  /** Why the best candidates were refused, with the phase: `semantic:negation`. */
  readonly refusals: readonly string[];
  /** What similarity and overlap had to reach. */
  readonly threshold: number;
  readonly overlapThreshold: number;
  /** The entry that answered, would have (`shadow`), or was stored. */
  readonly entry: string | undefined;
  readonly stored: boolean | undefined;
  /** Of the answer, seconds. */
  readonly age: number | undefined;
  /** Tokens that were not asked for again. */
  readonly tokensSaved: number;
  /** Milliseconds that the phases took, and the whole request. */
  readonly lookupMs: number;
  readonly totalMs: number;
  readonly prompt: string | undefined;
  /** Of an audit: whether the answer that was served says what the provider says. */
  readonly verdict: 'right' | 'wrong' | undefined;
}

export const decisionColumns: Record<keyof Decision, Columns[string]> = {
  time: { type: 'time', required: true },
  mode: { type: 'text', required: true },
  outcome: { type: 'text', required: true },
  phase: { type: 'text', required: true },
  reason: { type: 'text' },
  dialect: { type: 'text', required: true },
  model: { type: 'text', required: true },
  scope: { type: 'text', required: true },
  similarity: { type: 'number' },
  overlap: { type: 'number' },
  refusals: { type: 'texts' },
  threshold: { type: 'number', required: true },
  overlapThreshold: { type: 'number', required: true },
  entry: { type: 'text' },
  stored: { type: 'boolean' },
  age: { type: 'integer' },
  tokensSaved: { type: 'integer', required: true },
  lookupMs: { type: 'number', required: true },
  totalMs: { type: 'number', required: true },
  prompt: { type: 'text' },
  verdict: { type: 'text' },
};

/** Undefined of a request that the phases were not asked. `totalMs`: milliseconds from its first byte to its last. */
export function decisionOf(
  { dialect, verdict, lookup, tokensSaved = 0 }: Report,
  settings: Settings,
  totalMs: number,
): Decision | undefined {
  if (lookup === undefined || verdict === undefined || dialect === undefined) return undefined;
  const { question, found } = lookup;
  const { phase } = verdict;
  const { text } = question.asked;
  return {
    ...aboutQuestion(question, settings),
    outcome: phase === 'miss' || phase === 'bypass' || phase === 'collapsed' ? phase : 'hit',
    phase,
    reason: verdict.reason,
    dialect,
    ...measured(found.findings),
    entry: verdict.entry,
    stored: verdict.stored,
    age: verdict.age,
    tokensSaved,
    lookupMs: found.milliseconds,
    totalMs,
    prompt:
      settings.decisionLog.logPrompts && text !== undefined && text.length <= longestPrompt
        ? text
        : undefined,
    verdict: undefined,
  };
}

/** What an audit has found out about a hit, which has a row of its own already. */
export function auditedOf(
  question: Question,
  { entry, phase }: Hit,
  right: boolean,
  settings: Settings,
): Decision {
  return {
    ...aboutQuestion(question, settings),
    outcome: 'audited',
    phase,
    reason: undefined,
    dialect: entry.dialect,
    ...{ similarity: undefined, overlap: undefined, refusals: [] },
    entry: entry.id,
    ...{ stored: undefined, age: undefined, tokensSaved: 0, lookupMs: 0, totalMs: 0, prompt: undefined },
    verdict: right ? 'right' : 'wrong',
  };
}

const aboutQuestion = ({ now, asked, identity, threshold }: Question, settings: Settings) => ({
  time: now,
  mode: settings.mode,
  model: asked.model.slice(0, longestName),
  scope: identity.scope,
  threshold,
  overlapThreshold: settings.phases.nearMiss.overlap,
});

function measured(
  findings: NonNullable<Report['lookup']>['found']['findings'],
): Pick<Decision, 'similarity' | 'overlap' | 'refusals'> {
  let similarity: number | undefined;
  let overlap: number | undefined;
  const refusals: string[] = [];
  for (const { phase, finding } of findings) {
    const best = finding.hit === undefined ? finding.best : finding.similarity;
    if (phase === 'semantic') similarity = best;
    if (phase === 'near-miss') overlap = best;
    // A wording that was promoted answers because a cosine once sufficed.
    if (finding.hit !== undefined && finding.cosine !== undefined && finding.cosine < 1)
      similarity ??= finding.cosine;
    if (finding.hit === undefined && finding.refused !== undefined)
      refusals.push(`${phase}:${finding.refused}`);
  }
  return { similarity, overlap, refusals };
}

/** Characters; longer texts are compared by their exact bytes only, so there is nothing to tune. */
const longestPrompt = 8_192;
const longestName = 256;
