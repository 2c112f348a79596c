import { readFile } from 'node:fs/promises';
import type { Settings } from '../../crds/settings.ts';
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
 * @throws where there is no verdict: no answer in time, another status than 200, or anything but a verdict in it.
 */
export async function askJudge(
  { endpoint, tokenFile }: Settings['judge'],
  question: JudgeQuestion,
  signal: AbortSignal,
): Promise<Comparison | undefined> {
  if (endpoint === undefined) return undefined;
  const token = tokenFile === undefined ? undefined : (await readFile(tokenFile, 'utf8')).trim();
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(question),
    redirect: 'error',
    signal,
  });
  const body = await upTo(longestAnswer, response);
  if (response.status !== 200) throw new Error(`the judge answered ${response.status}`);
  const verdict: unknown = JSON.parse(body)?.verdict;
  if (verdict === 'same' || verdict === 'different' || verdict === 'unjudged') return verdict;
  throw new Error('the judge gave no verdict');
}

async function upTo(bytes: number, response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let read = 0;
  for await (const chunk of response.body ?? []) {
    read += chunk.length;
    if (read > bytes) throw new Error(`the judge answered more than ${bytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const longestAnswer = 65_536;
