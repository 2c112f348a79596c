import type { MemoryStoreOptions } from './memory.ts';
import { createMemoryStore } from './memory.ts';
import type { Store } from './store.ts';

export interface StoreOptions extends MemoryStoreOptions {
  /** Name of the embedding model: vectors of another one are not comparable. */
  readonly model: string;
}

/** The store behind a URL. */
export async function openStore(url: string, options: StoreOptions): Promise<Store> {
  const { protocol } = new URL(url);
  if (protocol === 'memory:') return createMemoryStore(options);
  throw new Error(`no store for ${protocol}//: expected memory://`);
}
