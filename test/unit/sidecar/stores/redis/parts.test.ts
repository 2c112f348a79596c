import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Breaker } from '../../../../../sidecar/stores/redis/breaker.ts';
import { failureOf } from '../../../../../sidecar/stores/redis/failure.ts';
import { Keys } from '../../../../../sidecar/stores/redis/keys.ts';
import {
  createIndex,
  isMatching,
  matching,
  nearestIn,
  selectable,
  selectableFields,
} from '../../../../../sidecar/stores/redis/query.ts';
import {
  decodeRecord,
  decodeVector,
  encodeRecord,
  encodeVector,
} from '../../../../../sidecar/stores/redis/record.ts';
import { UnderRemoval } from '../../../../../sidecar/stores/redis/under-removal.ts';
import type { Selector } from '../../../../../sidecar/stores/store.ts';
import { entryOf } from '../entries.ts';

describe('the breaker', () => {
  const closed = () => {
    const breaker = new Breaker();
    breaker.close();
    return breaker;
  };
  test('begins open: nobody waits for a Redis that was never seen', () => {
    expect(new Breaker().closed).toBe(false);
  });
  test('opens at the fifth failure in a row', () => {
    const breaker = closed();
    expect([0, 1, 2, 3, 4].map((at) => breaker.failed(at))).toEqual([false, false, false, false, true]);
    expect(breaker.closed).toBe(false);
  });
  test('opens at a failure 100 ms after the first', () => {
    const breaker = closed();
    expect([breaker.failed(0), breaker.failed(99), breaker.failed(100)]).toEqual([false, false, true]);
  });
  test('forgets failures at a success', () => {
    const breaker = closed();
    for (let at = 0; at < 1000; at += 100) {
      expect(breaker.failed(at)).toBe(false);
      breaker.succeeded();
    }
  });
});

describe('failures', () => {
  test.each([
    ['WRONGPASS invalid username-password pair', 'auth', true],
    ['NOAUTH Authentication required.', 'auth', true],
    ["NOPERM this user has no permissions to run the 'hmget' command", 'auth', true],
    ['LOADING Redis is loading the dataset in memory', 'loading', true],
    ["READONLY You can't write against a read only replica.", 'readonly', false],
    ["OOM command not allowed when used memory > 'maxmemory'.", 'memory', false],
    ['MISCONF Redis is configured to save RDB snapshots', 'disk', false],
    ['NOREPLICAS Not enough good replicas to write.', 'replicas', false],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', 'wrong-type', false],
    ['CLUSTERDOWN The cluster is down', 'cluster', true],
    ['fourfold:index:1: no such index', 'no-index', false],
    ["ERR unknown command 'FT.SEARCH', with args beginning with: 'secret'", 'no-search', false],
    ['ERR max number of clients reached', 'connection', true],
    ['Connection is closed.', 'connection', true],
    ['ERR something else', 'other', false],
  ])('%s', (message, kind, away) => {
    const failure = failureOf(new Error(message));
    expect({ kind: failure.kind, away: failure.away }).toEqual({ kind, away });
    expect(failure.message).not.toContain('secret');
  });

  test('errors of sockets and certificates are the connection', () => {
    for (const code of ['ECONNREFUSED', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ENOTFOUND'])
      expect(failureOf(Object.assign(new Error('x'), { code })).kind).toBe('connection');
  });

  test('nothing of the command comes along', () => {
    const error = Object.assign(new Error('WRONGPASS'), { command: { name: 'auth', args: ['hunter2'] } });
    expect(JSON.stringify({ ...failureOf(error), message: failureOf(error).message })).not.toContain(
      'hunter2',
    );
  });
});

describe('records', () => {
  const answers = fc.uint8Array({ maxLength: 3000 });
  test('come back as they were', async () => {
    await fc.assert(
      fc.asyncProperty(
        answers,
        fc.string({ unit: 'binary' }),
        fc.array(fc.string()),
        async (answer, text, tags) => {
          const entry = entryOf('x', { answer, text, tags, tool: text, keptUntil: 5 });
          const decoded = await decodeRecord(await encodeRecord(entry));
          const { vector: _, ...stored } = entry;
          expect(decoded).toEqual({ ...stored, text: text.toWellFormed(), tool: text.toWellFormed() });
        },
      ),
    );
  });
  test('large ones too, and smaller than they were', async () => {
    const answer = new TextEncoder().encode('word '.repeat(100_000));
    const bytes = await encodeRecord(entryOf('x', { answer }));
    expect(bytes.length).toBeLessThan(answer.length / 10);
    expect(await decodeRecord(bytes)).toMatchObject({ answer });
  });
  test('any other bytes are no record', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect(await decodeRecord(Buffer.from(bytes))).toMatch(/corrupt|newer/);
      }),
    );
  });
  test('of a later version they are left to it', async () => {
    const bytes = await encodeRecord(entryOf('x'));
    bytes[1] = 2;
    expect(await decodeRecord(bytes)).toBe('newer');
  });
  test('vectors come back; another length, or what is not finite, is none', () => {
    const vector = new Float32Array([1, -0.5, 0.25]);
    expect(decodeVector(encodeVector(vector), 3)).toEqual(vector);
    expect(decodeVector(encodeVector(vector), 4)).toBeUndefined();
    expect(decodeVector(encodeVector(new Float32Array([1, Number.NaN, 0])), 3)).toBeUndefined();
  });
});

describe('queries', () => {
  const index = { name: 'i', vectorField: 'v1' };
  const page = { from: 0, count: 10, timeoutMs: 100 };
  const names = fc.string({ unit: 'binary' });

  test('no word of a user stands in one', () => {
    fc.assert(
      fc.property(names, names, names, (tag, source, partition) => {
        const [, , query] = matching(index, { tag, source, partition }, page);
        expect(query).toMatch(/^@t:\{[0-9a-f]{32}\} @o:\{[0-9a-f]{32}\} @p:\{[0-9a-f]{32}\}$/);
        const [, , nearest] = nearestIn(index, {
          scope: tag,
          vector: Buffer.alloc(4),
          count: 3,
          timeoutMs: 9,
        });
        expect(nearest).toMatch(/^\(@s:\{[0-9a-f]{32,64}\}\)=>\[KNN \$count @v1 \$vector AS distance\]$/);
      }),
    );
  });

  test('an entry is matched by what it has, and by nothing else', () => {
    const entry = entryOf('x', { tags: ['a', 'b,c'], sources: ['s'], model: 'm', tool: 't' });
    const fields = selectable(entry);
    const values = selectableFields.map((name) => fields[name]);
    const matches = (selector: Selector) => isMatching(selector, values);
    for (const yes of [
      { tag: 'a' },
      { tag: 'b,c' },
      { source: 's', model: 'm' },
      { tool: 't' },
      { all: true },
    ])
      expect(matches(yes), JSON.stringify(yes)).toBe(true);
    for (const no of [
      { tag: 'b' },
      { tag: '' },
      { source: 'a' },
      { tag: 'a', model: 'n' },
      { partition: 'q' },
    ])
      expect(matches(no), JSON.stringify(no)).toBe(false);
  });

  test('an index covers the entries of its prefix', () => {
    const keys = new Keys('a:');
    const shape = {
      name: keys.index(1, 'm', 3, 'flat'),
      prefix: keys.entries,
      vectorField: 'v1',
      dimension: 3,
    };
    const graph = { type: 'hnsw', m: 24, efConstruction: 150, efRuntime: 80 } as const;
    expect(createIndex({ ...shape, kind: graph }).join(' ')).toMatch(
      / VECTOR HNSW 12 .* M 24 EF_CONSTRUCTION 150 EF_RUNTIME 80$/,
    );
    expect(createIndex({ ...shape, kind: { type: 'flat' } }).join(' ')).toBe(
      'FT.CREATE a:index:1:m:3:flat ON HASH PREFIX 1 a:e: STOPWORDS 0 SCHEMA ' +
        's TAG SEPARATOR , p TAG SEPARATOR , m TAG SEPARATOR , f TAG SEPARATOR , t TAG SEPARATOR , ' +
        'o TAG SEPARATOR , v1 VECTOR FLAT 6 TYPE FLOAT32 DIM 3 DISTANCE_METRIC COSINE',
    );
  });
});

describe('what is under removal', () => {
  test('is what was stored before it began, as far as clocks can tell', () => {
    const removals = new UnderRemoval();
    removals.begins('somebody', { source: 'doc' }, 0, 1_000_000);
    const stored = (createdAt: number) => entryOf('x', { sources: ['doc'], createdAt });
    expect(removals.has(stored(999_999), 1)).toBe(true);
    expect(removals.has(stored(1_001_000), 1)).toBe(true);
    expect(removals.has(stored(1_010_000), 1)).toBe(false);
    removals.ends('somebody');
    expect(removals.has(stored(999_999), 1)).toBe(false);
  });
});
