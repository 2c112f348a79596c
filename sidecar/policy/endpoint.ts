/** An endpoint of the user's that judges what is stored or served. */
export interface Judging {
  readonly endpoint: string;
  /** Sent as a bearer token. */
  readonly token: string | undefined;
  /** What it is called where it fails. */
  readonly name: string;
}

/**
 * One call. Not by way of the provider's connections, and not for long. @returns what it says in `verdict`.
 * @throws where it says nothing: no answer in time, another status than 200, too long an answer, or no JSON in it.
 */
export async function verdictOf(
  { endpoint, token, name }: Judging,
  question: object,
  signal: AbortSignal,
): Promise<unknown> {
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
  const chunks: Uint8Array[] = [];
  let read = 0;
  for await (const chunk of response.body ?? []) {
    read += chunk.length;
    if (read > longestAnswer) throw new Error(`${name} answered more than ${longestAnswer} bytes`);
    chunks.push(chunk);
  }
  if (response.status !== 200) throw new Error(`${name} answered ${response.status}`);
  return JSON.parse(Buffer.concat(chunks).toString())?.verdict;
}

const longestAnswer = 65_536;
