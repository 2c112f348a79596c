/** Flat list of names and values, as node and undici give and take raw headers: case, order and repetition kept. */
export type RawHeaders = readonly string[];

/** RFC 9110, section 7.6.1: these belong to one connection and are made anew on the next. */
const hopByHop = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'te',
  'transfer-encoding',
  'upgrade',
  'proxy-authenticate',
  'proxy-authorization',
]);

/** What goes to the provider: everything but hop-by-hop headers, `Host` (undici writes the upstream's) and our own. */
export function toUpstream(raw: RawHeaders, drop: ReadonlySet<string> = noHeaders): string[] {
  const listed = connectionListed(raw);
  return filter(
    raw,
    (name) =>
      !hopByHop.has(name) &&
      !listed.has(name) &&
      name !== 'host' &&
      // node has answered `Expect: 100-continue` already.
      name !== 'expect' &&
      !name.startsWith('x-fourfold-') &&
      !drop.has(name),
  );
}

/** What goes to the client. `Content-Length` stays: the body is passed on as it came. */
export function toClient(raw: RawHeaders): string[] {
  const listed = connectionListed(raw);
  return filter(raw, (name) => !hopByHop.has(name) && !listed.has(name));
}

/**
 * What others who share the answer are told of its head: what describes the body. All else (cookies, limits, ids of account
 * and request) is between the provider and the one who asked.
 */
export const describingBody = (raw: RawHeaders): string[] =>
  filter(raw, (name) => name.startsWith('content-'));

/** All but those of one name, in lower case. */
export const without = (name: string, raw: RawHeaders): string[] => filter(raw, (each) => each !== name);

const noHeaders: ReadonlySet<string> = new Set();

/** The request header that speaks to us on a cached path, and would only confuse the provider's own caches. */
export const cacheControl: ReadonlySet<string> = new Set(['cache-control']);

function connectionListed(raw: RawHeaders): ReadonlySet<string> {
  let listed: Set<string> | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i]?.toLowerCase() !== 'connection') continue;
    listed ??= new Set();
    for (const name of raw[i + 1]?.split(',') ?? []) listed.add(name.trim().toLowerCase());
  }
  return listed ?? noHeaders;
}

function filter(raw: RawHeaders, keep: (name: string) => boolean): string[] {
  const kept: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    if (keep(name.toLowerCase())) kept.push(name, raw[i + 1] as string);
  }
  return kept;
}

export function headerValue(raw: RawHeaders, name: string): string | undefined {
  for (let i = 0; i < raw.length; i += 2) if (raw[i]?.toLowerCase() === name) return raw[i + 1];
  return undefined;
}
