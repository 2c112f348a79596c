import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  rmdir,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openStore } from '../../../../sidecar/stores/index.ts';
import { readSnapshot, snapshotHeader, writeSnapshot } from '../../../../sidecar/stores/snapshot-file.ts';
import type { Store } from '../../../../sidecar/stores/store.ts';
import { entryOf, hash, numbers, randomUnit } from './entries.ts';

const DIMENSION = 8;
let folder: string;
let now: number;
let warnings: { details: object; message: string }[];
const open: Store[] = [];

const file = () => join(folder, 'entries.zst');
async function opened(options: { model?: string; dimension?: number; intervalMilliseconds?: number } = {}) {
  const store = await openStore(`memory://${folder}`, {
    maxEntries: 1000,
    dimension: DIMENSION,
    model: 'minilm',
    now: () => now,
    log: { warn: (details, message) => warnings.push({ details, message }) },
    ...options,
  });
  open.push(store);
  return store;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fourfold-'));
  now = 1_000_000;
  warnings = [];
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((store) => store.close()));
  await rm(folder, { recursive: true });
});

async function filled(count: number): Promise<void> {
  const store = await opened();
  const random = numbers(3);
  for (let i = 0; i < count; i++) {
    const vector = i % 3 === 0 ? undefined : randomUnit(DIMENSION, random);
    const text = i % 5 === 0 ? undefined : `Frage ${i} 🏰`;
    await store.put(entryOf(`e${i}`, { text, vector, tags: [`tag ${i % 7}`], sources: [`doc-${i}`] }), now);
  }
  await store.alias(hash('alias'), 'e1', now);
  await store.close();
}

describe('a restart', () => {
  test('keeps entries, vectors, tags, sources and aliases', async () => {
    await filled(50);
    const store = await opened();
    expect(store.stats()).toMatchObject({ entries: 50, snapshot: { loaded: 50, damaged: 0 } });
    const entry = await store.entry('e1', now);
    expect(entry).toMatchObject({ text: 'Frage 1 🏰', tags: ['tag 1'], sources: ['doc-1'], tokens: 1 });
    expect(new TextDecoder().decode(entry?.answer)).toBe('answer to e1');
    expect((await store.get(hash('alias'), now))?.id).toBe('e1');
    expect((await store.entry('e0', now))?.text).toBeUndefined();
    const [found] = await store.nearest('scope', entry?.vector as Float32Array, 1, now);
    expect(found?.entry.id).toBe('e1');
    expect(await store.remove({ tag: 'tag 3' })).toBe(7);
    expect(warnings).toEqual([]);
  });

  test('keeps lifetimes, and leaves out what has expired meanwhile', async () => {
    const store = await opened();
    await store.put(entryOf('brief', { expiresAt: now + 10 }), now);
    await store.put(entryOf('long', { expiresAt: now + 100 }), now);
    await store.close();
    now += 10;
    const again = await opened();
    expect(again.stats()).toMatchObject({ entries: 1, expirations: 0, snapshot: { loaded: 1 } });
    now += 90;
    expect(await again.entry('long', now)).toBeUndefined();
  });

  test('keeps the order of use', async () => {
    const store = await opened();
    for (const name of ['a', 'b', 'c']) await store.put(entryOf(name), now);
    await store.entry('a', now);
    await store.close();
    const again = await opened();
    again.configure({ maxEntries: 2 });
    await vi.waitFor(() => expect(again.stats().entries).toBe(2), 10_000);
    expect(await again.entry('b', now)).toBeUndefined();
  });

  test('does not bring back what was removed, even without a clean end', async () => {
    await filled(10);
    const store = await opened();
    await store.remove({ id: 'e4' });
    await vi.waitFor(() => expect(store.stats().snapshot?.written).toBe(1), { timeout: 5000 });
    const ids: string[] = [];
    await readSnapshot(file(), { header() {}, record: async ({ entry }) => void ids.push(entry.id) });
    expect(ids).toHaveLength(9);
    expect(ids).not.toContain('e4');
  });

  test('with another model keeps exact entries, drops vectors and says so', async () => {
    await filled(9);
    const store = await opened({ model: 'other', dimension: 3 });
    expect(store.stats()).toMatchObject({ entries: 9, snapshot: { loaded: 9, vectorsDropped: 6 } });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ details: { found: 'minilm (8)', expected: 'other (3)' } });
    expect(await store.nearest('scope', new Float32Array([1, 0, 0]), 9, now)).toEqual([]);
    await store.close();
    warnings = [];
    await opened({ model: 'other', dimension: 3 });
    expect(warnings).toEqual([]);
  });

  test('nothing is written when nothing has changed', async () => {
    await filled(3);
    const before = await stat(file());
    const store = await opened({ intervalMilliseconds: 1 });
    await store.entry('e1', now);
    await sleep(30);
    await store.close();
    expect((await stat(file())).mtimeMs).toBe(before.mtimeMs);
  });
});

describe('damage', () => {
  async function expectSetAside(damage: string): Promise<void> {
    warnings = [];
    const store = await opened();
    expect(store.stats(), damage).toMatchObject({ entries: 0, snapshot: { damaged: 1, loaded: 0 } });
    expect(warnings, damage).toHaveLength(1);
    expect(warnings[0]?.message).toContain('damaged');
    const aside = (await readdir(folder)).filter((name) => name.startsWith('entries.zst.damaged-'));
    expect(aside, damage).toHaveLength(1);
    await store.put(entryOf('new'), now);
    await store.close();
    const again = await opened();
    expect((await again.entry('new', now))?.id).toBe('new');
    await again.close();
    for (const name of aside) await rm(join(folder, name));
  }

  test('cut anywhere: reported, set aside, started empty', { timeout: 60_000 }, async () => {
    await filled(20);
    const whole = await readFile(file());
    const lengths = new Set([0, 1, 3, 4, 8, whole.length - 1, whole.length - 4]);
    for (let length = 5; length < whole.length; length += 37) lengths.add(length);
    for (const length of lengths) {
      await writeFile(file(), whole);
      await truncate(file(), length);
      await expectSetAside(`cut to ${length} of ${whole.length}`);
    }
  });

  test('one bit anywhere: nothing but the very same entries ever comes back', {
    timeout: 60_000,
  }, async () => {
    await filled(20);
    const whole = await readFile(file());
    const content = zstdDecompressSync(whole);
    let refused = 0;
    for (let bit = 0; bit < whole.length * 8; bit += 61) {
      const flipped = Buffer.from(whole);
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      await writeFile(file(), flipped);
      const read = readSnapshot(file(), { header() {}, record: async () => {} });
      const outcome = await read.then(
        () => 'read',
        (error: Error) => error.name,
      );
      if (outcome === 'DamagedSnapshot') refused++;
      // A bit that the decompressor does not use.
      else expect(zstdDecompressSync(flipped).equals(content), `bit ${bit}`).toBe(true);
    }
    expect(refused).toBeGreaterThan(100);
  });

  test('one bit anywhere in what is compressed is noticed', async () => {
    await filled(20);
    const content = zstdDecompressSync(await readFile(file()));
    for (let bit = 0; bit < content.length * 8; bit += 101) {
      const flipped = Buffer.from(content);
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      await writeFile(file(), zstdCompressSync(flipped));
      const read = readSnapshot(file(), { header() {}, record: async () => {} });
      await expect(read, `bit ${bit}`).rejects.toMatchObject({ name: 'DamagedSnapshot' });
    }
  });

  test.each([
    ['text', Buffer.from('not a snapshot')],
    ['nothing', Buffer.alloc(0)],
    ['compressed nothing', zstdCompressSync(Buffer.alloc(0))],
    ['huge lengths', zstdCompressSync(Buffer.alloc(1000, 0xff))],
    ['zeros', zstdCompressSync(Buffer.alloc(1000))],
  ])('a file of %s', async (damage, content) => {
    await writeFile(file(), content);
    await expectSetAside(damage);
  });

  test('a later version of the format is not guessed at', async () => {
    await writeSnapshot(file(), { ...snapshotHeader('minilm', DIMENSION), version: 2 as 1 }, []);
    await expectSetAside('version');
    expect(warnings[0]).toMatchObject({
      details: { err: { message: expect.stringContaining('version 1, got 2') } },
    });
  });

  test('a file that cannot be read is an error, not damage', async () => {
    await writeSnapshot(join(folder, 'x'), snapshotHeader('minilm', DIMENSION), []);
    await expect(readSnapshot(folder, { header() {}, record: async () => {} })).rejects.toMatchObject({
      code: 'EISDIR',
    });
  });
});

describe('writing', () => {
  test('a failure leaves the old file, is counted, and the cache goes on', async () => {
    await filled(5);
    const before = await readFile(file());
    await writeFile(join(folder, 'probe'), '');
    const records = (function* () {
      yield { entry: entryOf('x'), aliases: [] };
      throw new Error('in the midst of it');
    })();
    await expect(writeSnapshot(file(), snapshotHeader('minilm', DIMENSION), records)).rejects.toThrow(
      'in the midst',
    );
    expect(await readFile(file())).toEqual(before);
    expect((await readdir(folder)).toSorted()).toEqual(['entries.zst', 'probe']);
  });

  test('kill -9 in the midst of it leaves the old file or the new one', { timeout: 60_000 }, async () => {
    const program = `
      import { openStore } from ${JSON.stringify(join(process.cwd(), 'sidecar/stores/index.ts'))};
      const store = await openStore('memory://${folder}', { maxEntries: 1e5, dimension: 8, model: 'minilm', intervalMilliseconds: 1 });
      console.log('open', store.stats().entries, store.stats().snapshot.damaged);
      const entry = (i) => ({ id: 'i' + i, exactKey: 'k' + i, scope: 's', partition: 'p', dialect: 'd', model: 'm', text: 't',
        vector: new Float32Array(8).fill(1), answer: crypto.getRandomValues(new Uint8Array(20000)), tags: [], sources: [],
        createdAt: 0, expiresAt: 1e15, tokens: 0 });
      for (let i = 0; ; i++) { await store.put(entry(i % 1000), Date.now()); if (i % 10 === 0) await new Promise((go) => setTimeout(go, 1)); }`;
    let left = 0;
    for (let round = 0; round < 4; round++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = await once(child.stdout, 'data');
      const [, entries, damaged] = String(line).trim().split(' ').map(Number);
      expect(damaged).toBe(0);
      expect(entries).toBeGreaterThanOrEqual(left > 0 ? 1 : 0);
      await sleep(300 + 70 * round);
      child.kill('SIGKILL');
      await once(child, 'exit');
      left = await readSnapshot(file(), { header() {}, record: async () => {} });
    }
    expect(left).toBeGreaterThan(0);
  });
});

describe('a folder', () => {
  test('serves one store at a time, and says who has it', async () => {
    const store = await opened();
    await expect(opened()).rejects.toThrow(/in use by this process/);
    await store.close();
    await opened();
  });

  const lock = (holder: object) => writeFile(join(folder, 'lock'), JSON.stringify(holder));

  test('of a living process is refused', async () => {
    await lock({ pid: process.ppid, host: hostname() });
    await expect(opened()).rejects.toThrow(`in use by process ${process.ppid} on ${hostname()}`);
  });

  test('of a process that is gone is taken over', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await lock({ pid: child.pid, host: hostname() });
    await opened();
  });

  test('of an earlier process with the same number, as in a container, is taken over', async () => {
    await lock({ pid: process.pid, host: hostname() });
    await opened();
  });

  test('of another host is taken over only when its lock has gone quiet', async () => {
    await lock({ pid: 1, host: 'elsewhere' });
    await expect(opened()).rejects.toThrow('in use by process 1 on elsewhere');
    const quiet = new Date(Date.now() - 60_000);
    await utimes(join(folder, 'lock'), quiet, quiet);
    await opened();
  });

  test('taken over by another is not written to', async () => {
    const store = await opened();
    await store.put(entryOf('a'), now);
    await lock({ pid: 1, host: 'elsewhere' });
    await store.close();
    expect(await readdir(folder)).toEqual(['lock']);
    expect(warnings).toMatchObject([
      { details: { err: { message: 'another process has taken the folder' } } },
    ]);
  });
});

test.each([
  ['memory://folder', 'expected memory:// or memory:///absolute/folder'],
  ['memory:///folder?x=1', 'expected memory:// or memory:///absolute/folder'],
  ['sqlite:///x', 'expected a URL that begins with memory://, redis://'],
  ['nonsense', 'expected a URL'],
])('%s names no store', async (url, message) => {
  await expect(openStore(url, { maxEntries: 1, dimension: 1, model: 'm' })).rejects.toThrow(message);
});

describe('blocked pairs', () => {
  const pairs = ['a', 'b', 'c'].map((name) => hash(name).slice(0, 22));
  const blocks = () => join(folder, 'blocks');

  test('are on the disk when the report is answered, and told again after a crash', async () => {
    const store = await opened();
    await store.block(pairs.slice(0, 2));
    const written = await readFile(blocks());
    // As after kill -9: whatever the end of the process would write is not written.
    await store.close();
    await writeFile(blocks(), written);
    const told: string[] = [];
    const again = await openStore(`memory://${folder}`, {
      maxEntries: 10,
      dimension: DIMENSION,
      model: 'minilm',
      feed: { removed: () => {}, blocked: (news) => void told.push(...news) },
    });
    open.push(again);
    expect(told).toEqual(pairs.slice(0, 2));
    expect(await again.blocks()).toEqual(pairs.slice(0, 2));
  });

  test('are not known before the disk has them, so that a report that failed may be sent again', async () => {
    const store = await opened();
    await mkdir(blocks());
    const failed = await Promise.allSettled([store.block(pairs), store.block(pairs)]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await store.blocks()).toEqual([]);
    await rmdir(blocks());
    await Promise.all([store.block(pairs), store.block(pairs)]);
    const lines = (await readFile(blocks(), 'utf8')).split('\n').filter(Boolean);
    expect(lines).toEqual(pairs);
    expect(await store.blocks()).toEqual(pairs);
  });

  test('that were removed do not come back with the next start', async () => {
    const store = await opened();
    await store.block(pairs);
    expect(await store.unblock(pairs.slice(0, 2))).toBe(2);
    await store.close();
    expect(await (await opened()).blocks()).toEqual(pairs.slice(2));
  });

  test('a line that was cut is none, and the next report stands beside it', async () => {
    const store = await opened();
    await store.block(pairs.slice(0, 1));
    await store.close();
    await writeFile(blocks(), `${await readFile(blocks(), 'utf8')}\n${pairs[1]?.slice(0, 9)}`);
    const second = await opened();
    await second.block(pairs.slice(2));
    await second.close();
    expect(await (await opened()).blocks()).toEqual([pairs[0], pairs[2]]);
  });
});

test('what was learned is told again at the next start, the newest of it', async () => {
  const store = await opened();
  await store.learn(['a', 'b']);
  await store.learn(['c']);
  await store.close();
  const many = Array.from({ length: 45_000 }, (_, n) => `label ${n}`);
  await writeFile(join(folder, 'labels'), many.join('\n'), { flag: 'a' });
  const told: string[] = [];
  const feed = { removed: () => {}, learned: (labels: readonly string[]) => void told.push(...labels) };
  const again = await openStore(`memory://${folder}`, {
    maxEntries: 10,
    dimension: DIMENSION,
    model: 'm',
    feed,
  });
  open.push(again);
  expect(told).toEqual(many.slice(-20_000));
  expect((await readFile(join(folder, 'labels'), 'utf8')).trim().split('\n')).toHaveLength(20_000);
});
