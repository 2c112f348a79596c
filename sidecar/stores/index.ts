import { fileURLToPath } from 'node:url';
import { createMemoryStore } from './memory.ts';
import type { SnapshotOptions } from './snapshot.ts';
import { openSnapshotStore } from './snapshot.ts';
import type { Store } from './store.ts';

export type StoreOptions = SnapshotOptions;

/** The store that a URL names. A new one is one file and one line here. */
const stores: Record<string, (url: URL, options: StoreOptions) => Promise<Store>> = {
  'memory:': memory,
};

/** @throws TypeError when the URL names no store; whatever the store throws when it cannot be opened. */
export async function openStore(url: string, options: StoreOptions): Promise<Store> {
  if (!URL.canParse(url)) throw new TypeError(`store: expected a URL such as memory://, got ${url}`);
  const parsed = new URL(url);
  const open = stores[parsed.protocol];
  if (open !== undefined) return open(parsed, options);
  const known = Object.keys(stores).map((protocol) => `${protocol}//`);
  throw new TypeError(`store: expected ${known.join(', ')}, got ${parsed.protocol}//`);
}

/** `memory://` forgets with the process; `memory:///folder` finds its entries again. */
async function memory(url: URL, options: StoreOptions): Promise<Store> {
  if (url.host !== '' || url.search !== '' || url.hash !== '')
    throw new TypeError(`store: expected memory:// or memory:///absolute/folder, got ${url}`);
  if (url.pathname === '' || url.pathname === '/') return createMemoryStore(options);
  return openSnapshotStore(fileURLToPath(`file://${url.pathname}`), options);
}
