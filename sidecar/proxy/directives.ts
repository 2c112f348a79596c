import { parseDuration } from '../../crds/duration.ts';
import type { Headers } from '../lookup/identity.ts';

/** What a request says to the cache, in `Cache-Control` (RFC 9111, section 5.2.1) and the `x-fourfold-*` headers. */
export interface Directives {
  readonly noCache: boolean;
  readonly noStore: boolean;
  readonly onlyIfCached: boolean;
  /** These in seconds. */
  readonly maxAge: number | undefined;
  readonly minFresh: number | undefined;
  /** Infinite where the request takes an answer however stale. */
  readonly maxStale: number | undefined;
  /** RFC 5861, section 4. */
  readonly staleIfError: number | undefined;
  readonly threshold: number | undefined;
  readonly ttlSeconds: number | undefined;
  readonly tenant: string | undefined;
  readonly tags: readonly string[];
  readonly sources: readonly string[];
}

/** A header that cannot be read: answered with 400, never ignored. */
export class HeaderError extends Error {
  readonly header: string;
  /** For the cache's own API, which answers every error with its status. */
  readonly statusCode = 400;
  constructor(header: string, expected: string, found: string) {
    super(`${header}: expected ${expected}, found ${JSON.stringify(found)}`);
    this.header = header;
  }
}

const silent: Directives = {
  noCache: false,
  noStore: false,
  onlyIfCached: false,
  maxAge: undefined,
  minFresh: undefined,
  maxStale: undefined,
  staleIfError: undefined,
  threshold: undefined,
  ttlSeconds: undefined,
  tenant: undefined,
  tags: [],
  sources: [],
};

/** @throws HeaderError */
export function readDirectives(headers: Headers): Directives {
  let isSilent = headers['cache-control'] === undefined;
  for (const name in headers) {
    if (!name.startsWith('x-fourfold-')) continue;
    if (!(name in readers)) throw new HeaderError(name, `one of ${Object.keys(readers).join(', ')}`, name);
    isSilent = false;
  }
  if (isSilent) return silent;
  const read = <Name extends keyof typeof readers>(name: Name) => {
    const value = headers[name];
    return value === undefined
      ? undefined
      : (readers[name](trimmed(String(value))) as ReturnType<(typeof readers)[Name]>);
  };
  return {
    ...cacheControl(headers['cache-control']),
    threshold: read('x-fourfold-threshold'),
    ttlSeconds: read('x-fourfold-ttl'),
    tenant: read('x-fourfold-tenant'),
    tags: read('x-fourfold-tags') ?? [],
    sources: read('x-fourfold-sources') ?? [],
  };
}

/** White space of HTTP only (RFC 9110, section 5.6.3): the last byte of a name in UTF-8 may look like a blank in Latin-1. */
const trimmed = (value: string): string => value.replace(/^[ \t]+|[ \t]+$/g, '');

/** All that is read of the headers of a request that the cache does not look at. */
export function isOnlyIfCached(headers: Headers): boolean {
  return /(?:^|,)\s*only-if-cached\s*(?:[,=]|$)/i.test(String(headers['cache-control'] ?? ''));
}

function cacheControl(header: string | string[] | undefined) {
  const directives = {
    noCache: false,
    noStore: false,
    onlyIfCached: false,
    maxAge: undefined as number | undefined,
    minFresh: undefined as number | undefined,
    maxStale: undefined as number | undefined,
    staleIfError: undefined as number | undefined,
  };
  // A comma within quotes does not end a directive; those that have quotes there are not ours.
  const text = String(header ?? '').replaceAll(/"[^"]*"/g, (quoted) => quoted.replaceAll(',', ' '));
  for (const part of text.split(',')) {
    const [name = '', value] = part.trim().split('=', 2);
    switch (name.toLowerCase()) {
      case 'no-cache':
        directives.noCache = true;
        break;
      case 'no-store':
        directives.noStore = true;
        break;
      case 'only-if-cached':
        directives.onlyIfCached = true;
        break;
      case 'max-age':
        directives.maxAge = least(directives.maxAge, seconds('max-age', part, value));
        break;
      case 'min-fresh':
        directives.minFresh = Math.max(directives.minFresh ?? 0, seconds('min-fresh', part, value));
        break;
      case 'max-stale':
        directives.maxStale = least(
          directives.maxStale,
          value === undefined ? Number.POSITIVE_INFINITY : seconds('max-stale', part, value),
        );
        break;
      case 'stale-if-error':
        directives.staleIfError = least(directives.staleIfError, seconds('stale-if-error', part, value));
        break;
      // RFC 9111 asks caches to ignore the directives that they do not know.
    }
  }
  return directives;
}

/** RFC 9111, section 4.2.1: where a directive is said twice, the stricter one holds. */
const least = (before: number | undefined, now: number): number => Math.min(before ?? now, now);

function seconds(name: string, part: string, value: string | undefined): number {
  if (!/^(\d+|"\d+")$/.test(value ?? '')) {
    throw new HeaderError('cache-control', `${name}=N in whole seconds`, part.trim());
  }
  return Math.min(Number(value?.replaceAll('"', '')), mostSeconds);
}

/** RFC 9111, section 1.2.2: what is greater than a cache can represent is taken for this. */
const mostSeconds = 2 ** 31;

const readers = {
  'x-fourfold-threshold': (value: string): number => {
    const threshold = Number(value);
    if (!/^[\d.]+$/.test(value) || !(threshold > 0 && threshold <= 1)) {
      throw new HeaderError('x-fourfold-threshold', 'a number greater than 0 and at most 1', value);
    }
    return threshold;
  },
  'x-fourfold-ttl': (value: string): number => {
    const seconds = parseDuration(value);
    if (seconds === undefined || !(seconds > 0)) {
      throw new HeaderError('x-fourfold-ttl', 'a duration such as 10m, or seconds', value);
    }
    return seconds;
  },
  'x-fourfold-tenant': (value: string): string => {
    if (value === '' || value.length > 256)
      throw new HeaderError('x-fourfold-tenant', '1 to 256 characters', value);
    return value;
  },
  'x-fourfold-tags': (value: string): string[] => list('x-fourfold-tags', value),
  'x-fourfold-sources': (value: string): string[] => list('x-fourfold-sources', value),
};

function list(header: string, value: string): string[] {
  const items = textOf(value)
    .split(',')
    .map((item) => item.trim());
  if (items.length > 64 || items.some((item) => item === '' || item.length > 256)) {
    throw new HeaderError(header, 'at most 64 names of 1 to 256 characters, separated by commas', value);
  }
  return [...new Set(items)];
}

/** Node gives the bytes of a header as Latin-1; a name is UTF-8 where it can be read so, as it is in a query or in JSON. */
function textOf(header: string): string {
  try {
    return strictUtf8.decode(Buffer.from(header, 'latin1'));
  } catch {
    return header;
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
