import { readFile } from 'node:fs/promises';
import type { Settings } from '../../crds/settings.ts';
import { verdictOf } from '../policy/endpoint.ts';
import type { Answers, Comparison } from './compare.ts';

/** What a judge is told. */
export interface JudgeQuestion extends Answers {
  readonly entry: string;
  readonly model: string;
  /** What was asked, and the text that the served answer was given to; null where a request has none of its own. */
  readonly prompt: string | null;
  readonly stored: string | null;
}

/**
 * Asks the configured endpoint; undefined where there is none.
 * @throws where there is no verdict: as `verdictOf`, another word than these, or a token that cannot be read.
 */
export async function askJudge(
  { endpoint, tokenFile }: Settings['judge'],
  question: JudgeQuestion,
  signal: AbortSignal,
): Promise<Comparison | undefined> {
  if (endpoint === undefined) return undefined;
  const token = tokenFile === undefined ? undefined : (await readFile(tokenFile, 'utf8')).trim();
  const verdict = await verdictOf({ endpoint, token, name: 'the judge' }, question, signal);
  if (verdict === 'same' || verdict === 'different' || verdict === 'unjudged') return verdict;
  throw new Error('the judge gave no verdict');
}
