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
 * One call. Not by way of the provider's connections, and not for long.
 * @throws where there is no verdict: no answer in time, another status than 200, or anything but a verdict in it.
 */
export async function askPolicy(
  endpoint: string,
  token: string | undefined,
  question: PolicyQuestion,
  signal: AbortSignal,
): Promise<PolicyVerdict> {
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
  if (response.status !== 200) throw new Error(`the policy endpoint answered ${response.status}`);
  const verdict: unknown = JSON.parse(body)?.verdict;
  if (verdict === 'allow' || verdict === 'block' || verdict === 'personal') return verdict;
  throw new Error('the policy endpoint gave no verdict');
}

async function upTo(bytes: number, response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let read = 0;
  for await (const chunk of response.body ?? []) {
    read += chunk.length;
    if (read > bytes) throw new Error(`the policy endpoint answered more than ${bytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const longestAnswer = 65_536;
