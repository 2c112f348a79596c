import { verdictOf } from './endpoint.ts';

/** What a compliance endpoint may say of an exchange. */
export type PolicyVerdict = 'allow' | 'block' | 'personal';

/** What it is told. */
export interface PolicyQuestion {
  readonly entry: string;
  readonly dialect: string;
  readonly model: string;
  /** The last text of the user; null where the request has none of its own, for example with tools. */
  readonly prompt: string | null;
  readonly answer: string;
}

/**
 * One call. @throws where there is no verdict: as `verdictOf`, or another word than these.
 */
export async function askPolicy(
  endpoint: string,
  token: string | undefined,
  question: PolicyQuestion,
  signal: AbortSignal,
): Promise<PolicyVerdict> {
  const verdict = await verdictOf({ endpoint, token, name: 'the policy endpoint' }, question, signal);
  if (verdict === 'allow' || verdict === 'block' || verdict === 'personal') return verdict;
  throw new Error('the policy endpoint gave no verdict');
}
