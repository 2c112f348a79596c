import { fileURLToPath } from 'node:url';
import { parseRedisUrl, redisSchemes } from '../../crds/redis-url.ts';
import type { RedisSettings } from '../../crds/settings.ts';
import { createMemoryStore } from './memory.ts';
import type { SnapshotOptions } from './snapshot.ts';
import { openSnapshotStore } from './snapshot.ts';
import type { Store } from './store.ts';

export interface StoreOptions extends SnapshotOptions {
  /** Of a Redis URL. */
  readonly redis?: RedisSettings;
}

/** The store that a URL names. A new one is one file and one line here. */
const stores: Record<string, (url: string, options: StoreOptions) => Promise<Store>> = {
  'memory:': memory,
  ...Object.fromEntries(Object.keys(redisSchemes).map((scheme) => [scheme, redis])),
};

/** @throws TypeError when the URL names no store; whatever the store throws when it cannot be opened. */
export async function openStore(url: string, options: StoreOptions): Promise<Store> {
  const [, protocol = ''] = /^([a-z+]+:)\/\//.exec(url) ?? [];
  const open = stores[protocol];
  if (open !== undefined) return open(url, options);
  const known = Object.keys(stores).map((protocol) => `${protocol}//`);
  // Not the URL: it may hold a password.
  throw new TypeError(`store: expected a URL that begins with ${known.join(', ')}`);
}

/** `memory://` forgets with the process; `memory:///folder` finds its entries again. */
async function memory(text: string, options: StoreOptions): Promise<Store> {
  if (!URL.canParse(text))
    throw new TypeError(`store: expected memory:// or memory:///absolute/folder, got ${text}`);
  const url = new URL(text);
  if (url.host !== '' || url.search !== '' || url.hash !== '')
    throw new TypeError(`store: expected memory:// or memory:///absolute/folder, got ${url}`);
  if (url.pathname === '' || url.pathname === '/') return createMemoryStore(options);
  return openSnapshotStore(fileURLToPath(`file://${url.pathname}`), options);
}

async function redis(text: string, { redis: settings, ...options }: StoreOptions): Promise<Store> {
  const url = parseRedisUrl(text);
  if ('expected' in url) throw new TypeError(`store: expected ${url.expected}`);
  if (settings === undefined) throw new TypeError('store: a Redis URL needs the settings of `redis`');
  // Loaded when it is needed: the client library takes time and memory.
  const { openRedisStore } = await import('./redis/store.ts');
  return openRedisStore({ ...options, url, settings });
}
