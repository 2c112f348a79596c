import { afterEach, expect, test } from 'vitest';
import { createMemoryStore, type MemoryStore } from '../../../../sidecar/stores/memory.ts';
import { entryOf } from './entries.ts';

const MIB = 2 ** 20;
let store: MemoryStore;
let gone: string[];

function opened(maxBytes?: number): void {
  gone = [];
  const feed = { removed: (ids: readonly string[]) => void gone.push(...ids) };
  store = createMemoryStore({ maxEntries: 1000, maxBytes, dimension: 2, feed, now: () => 0 });
}

const put = (name: string, bytes: number) =>
  store.put(entryOf(name, { answer: new Uint8Array(bytes), vector: Float32Array.of(1, 0) }), 0);

afterEach(() => store.close());

test('few large answers fill the store as many small ones do: the least recently used leave', async () => {
  opened(10 * MIB);
  for (const name of ['a', 'b', 'c']) await put(name, 3 * MIB);
  await store.entry('a', 0);
  await put('d', 3 * MIB);
  expect(gone).toEqual(['b']);
  expect(store.stats()).toMatchObject({ entries: 3, evictions: 1 });
  expect(store.stats().bytes).toBeLessThan(10.5 * MIB);
});

test('one that has no room at all is not kept', async () => {
  opened(MIB);
  await put('a', 1000);
  await put('b', 2 * MIB);
  expect(gone).toEqual(['a', 'b']);
  await put('c', 1000);
  expect(await store.entry('c', 0)).toBeDefined();
});

test('what is not said is a GiB, or a quarter of what the process may take', async () => {
  opened();
  for (let at = 0; at < 40; at++) await put(`large ${at}`, 32 * MIB);
  const { entries, bytes } = store.stats();
  expect(bytes).toBeLessThanOrEqual(1024 * MIB);
  expect(entries + gone.length).toBe(40);
  expect(gone[0]).toBe('large 0');
});
