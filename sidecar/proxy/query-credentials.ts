import type { Dialect } from '../dialects/dialect.ts';
import type { Headers } from '../lookup/identity.ts';

/**
 * Takes credentials out of the query and counts each as the header that it stands for: hashed, in the owner. Nothing else
 * sees them. A request that carries several is an owner of its own: which of them holds, the provider knows.
 */
export function withoutCredentials(
  { credentials }: Dialect,
  request: { headers: Headers; query: string },
): { headers: Headers; query: string } {
  if (credentials === undefined || request.query === '') return request;
  const headers = { ...request.headers };
  const rest: string[] = [];
  for (const part of request.query.slice(1).split('&')) {
    const [name = '', ...value] = part.split('=').map(decoded);
    const header = Object.hasOwn(credentials, name) ? credentials[name] : undefined;
    if (header === undefined) rest.push(part);
    else headers[header] = among(headers[header], value.join('='));
  }
  return { headers, query: rest.length === 0 ? '' : `?${rest.join('&')}` };
}

/** One key is the same wherever it stands; several are a list. */
const among = (known: Headers[string], key: string): string | string[] =>
  known === undefined ? key : [known, key].flat();

/** What cannot be decoded stays as it is, for the provider to judge. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
