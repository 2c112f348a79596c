import type { Dialect } from '../dialects/dialect.ts';
import type { Headers } from '../lookup/identity.ts';

/**
 * Takes a credential out of the query and counts it as the header that it stands for: hashed, in the owner. Nothing else
 * sees it. A request that carries both, or several, is an owner of its own: which of them holds, the provider knows.
 */
export function withoutCredential(
  { credential }: Dialect,
  request: { headers: Headers; query: string },
): { headers: Headers; query: string } {
  const { headers, query } = request;
  if (credential === undefined || query === '') return request;
  const parts = query.slice(1).split('&');
  const found = parts.filter((part) => nameOf(part) === credential.parameter);
  if (found.length === 0) return request;
  const rest = parts.filter((part) => !found.includes(part)).join('&');
  const keys = [headers[credential.header] ?? [], found.map(keyOf)].flat();
  return {
    headers: { ...headers, [credential.header]: keys.length === 1 ? keys[0] : keys },
    query: rest === '' ? '' : `?${rest}`,
  };
}

const nameOf = (part: string): string => decoded(part.split('=', 1)[0] ?? '');
const keyOf = (part: string): string => decoded(part.slice(part.indexOf('=') + 1));

/** What cannot be decoded stays as it is, for the provider to judge. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
