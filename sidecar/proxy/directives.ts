import { parseDuration } from '../../crds/duration.ts';
import type { Headers } from '../lookup/identity.ts';

/** What a request says to the cache, in `Cache-Control` (RFC 9111, section 5.2.1) and the `x-fourfold-*` headers. */
export interface Directives {
  readonly noCache: boolean;
  readonly noStore: boolean;
  readonly onlyIfCached: boolean;
  /** Seconds. */
  readonly maxAge: number | undefined;
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
  threshold: undefined,
  ttlSeconds: undefined,
  tenant: undefined,
  tags: [],
  sources: [],
};

/** @throws HeaderError */
export function readDirectives(headers: Headers): Directives {
  const own = Object.keys(headers).filter((name) => name.startsWith('x-fourfold-'));
  if (own.length === 0 && headers['cache-control'] === undefined) return silent;
  for (const name of own)
    if (!(name in readers)) throw new HeaderError(name, `one of ${Object.keys(readers).join(', ')}`, name);
  const read = <Name extends keyof typeof readers>(name: Name) => {
    const value = headers[name];
    return value === undefined
      ? undefined
      : (readers[name](String(value).trim()) as ReturnType<(typeof readers)[Name]>);
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

function cacheControl(header: string | string[] | undefined) {
  const directives = {
    noCache: false,
    noStore: false,
    onlyIfCached: false,
    maxAge: undefined as number | undefined,
  };
  for (const part of String(header ?? '').split(',')) {
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
        if (!/^"?\d{1,10}"?$/.test(value ?? '')) {
          throw new HeaderError('cache-control', 'max-age=N in whole seconds', part.trim());
        }
        directives.maxAge = Number(value?.replaceAll('"', ''));
        break;
      // RFC 9111 asks caches to ignore the directives that they do not know.
    }
  }
  return directives;
}

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
  const items = value.split(',').map((item) => item.trim());
  if (items.length > 64 || items.some((item) => item === '' || item.length > 256)) {
    throw new HeaderError(header, 'at most 64 names of 1 to 256 characters, separated by commas', value);
  }
  return [...new Set(items)];
}
