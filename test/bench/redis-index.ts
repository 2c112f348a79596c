import { parse } from '../../crds/parse.ts';
import { parseRedisUrl, type RedisUrl } from '../../crds/redis-url.ts';
import type { Settings } from '../../crds/settings.ts';
import type { Entry } from '../../sidecar/lookup/entry.ts';
import type { Command } from '../../sidecar/stores/redis/client.ts';
import { hashed } from '../../sidecar/stores/redis/keys.ts';
import { field, nearestIn, vectorField } from '../../sidecar/stores/redis/query.ts';
import { openRedisStore, type RedisStore } from '../../sidecar/stores/redis/store.ts';
import type { StoreFeed } from '../../sidecar/stores/store.ts';
import { startBystander } from '../support/redis/bystander.ts';
import { type RedisServer, startRedis } from '../support/redis/server.ts';
import { entryOf, hash, numbers, randomUnit } from '../unit/sidecar/stores/entries.ts';
import { measureAlone } from './keep.ts';
import { spread } from './load/plan.ts';
import type { Findings } from './results.ts';

/**
 * `node test/bench/redis-index.ts [entries]`: FLAT against HNSW in a real Redis Stack, through the store: how fast entries
 * come, how near ones are found among 1, 100 and 10,000 scopes, what each takes, and who waits while many are removed.
 */
export async function measureRedisIndex(total = 100_000): Promise<Findings> {
  const sizes = [1_000, 5_000, 10_000, 20_000, 50_000, 100_000].filter((size) => size < total).concat(total);
  const kinds = [await fill('flat', sizes), await fill('hnsw', sizes)] as const;
  const [flat, hnsw] = kinds;
  /** From there on, at each size that was measured. */
  const crossover = sizes.find((_, from) =>
    sizes
      .slice(from)
      .every((size) => (p50(flat, size, 1) ?? 0) > (p50(hnsw, size, 1) ?? Number.POSITIVE_INFINITY)),
  );
  const removal = kinds.map(({ removal }) => removal);
  return {
    figures: [
      {
        name: `1,000 of ${total.toLocaleString('en')} entries removed by source: no other sidecar answers with them after`,
        goal: '< 1 s',
        measured: kinds.map(({ type, removal }) => `${type} ${removal.silent.toFixed(1)} ms`).join(', '),
        met: removal.every(({ silent }) => silent < 1_000),
      },
      {
        name: 'and the last of them has left Redis after',
        goal: '< 1 s',
        measured: kinds
          .map(({ type, removal }) => `${type} ${Math.round(removal.milliseconds)} ms`)
          .join(', '),
        met: removal.every(({ milliseconds }) => milliseconds < 1_000),
      },
      {
        name: 'Redis for others meanwhile: p99',
        goal: '< 10 ms',
        measured: kinds
          .map(({ type, removal }) => `${type} ${removal.meanwhile.p99.toFixed(2)} ms`)
          .join(', '),
        met: removal.every(({ meanwhile }) => meanwhile.p99 < 10),
      },
      {
        name: 'From how many entries of one scope HNSW is faster',
        goal: '–',
        measured: crossover === undefined ? 'not up to here' : crossover.toLocaleString('en'),
        met: true,
      },
    ],
    tables: [
      {
        title: 'The nearest 9 of a scope',
        note: `${DIMENSION} components, ${QUERIES} random questions each, one after the other, by a client on the same machine.`,
        columns: [
          'index',
          'entries',
          ...scopes.flatMap((each) => [
            `${each.toLocaleString('en')} scopes: p50 ms`,
            `${each.toLocaleString('en')} scopes: p95 ms`,
          ]),
        ],
        rows: kinds.flatMap(({ type, searches }) =>
          sizes.map((size) => [
            type,
            size,
            ...scopes.flatMap((each) => {
              const found = searches.find((search) => search.size === size && search.scopes === each);
              return [round(found?.times.p50), round(found?.times.p95)];
            }),
          ]),
        ),
      },
      {
        title: 'Storing and removing',
        note: `${AT_ONCE} at a time; answers of 1 kB that zstd shortens to half. "Others" ask Redis for a key all the time, from a process of their own.`,
        columns: [
          'index',
          'entries',
          'stored/s',
          'bytes each in Redis',
          'removed by source',
          'no answer elsewhere after ms',
          'gone after ms',
          'removed/s',
          'others before: p50, p99, longest ms',
          'others meanwhile',
        ],
        rows: kinds.map(
          ({
            type,
            storedPerSecond,
            bytesEach,
            removal: { count, silent, milliseconds, before, meanwhile },
          }) => [
            type,
            total,
            Math.round(storedPerSecond),
            Math.round(bytesEach),
            count,
            round(silent),
            Math.round(milliseconds),
            Math.round((count * 1000) / milliseconds),
            [before.p50, before.p99, before.max].map(round).join(', '),
            [meanwhile.p50, meanwhile.p99, meanwhile.max].map(round).join(', '),
          ],
        ),
      },
    ],
  };
}

const DIMENSION = 384;
const QUERIES = 200;
const AT_ONCE = 40;
const MODEL = 'all-MiniLM-L6-v2';
const scopes = [1, 100, 10_000];

interface Kind {
  readonly type: 'flat' | 'hnsw';
  readonly searches: readonly { size: number; scopes: number; times: ReturnType<typeof spread> }[];
  readonly storedPerSecond: number;
  readonly bytesEach: number;
  readonly removal: {
    readonly count: number;
    /** Until another sidecar answered with none of them any more. */
    readonly silent: number;
    /** Until the last had left Redis. */
    readonly milliseconds: number;
    readonly before: ReturnType<typeof spread>;
    readonly meanwhile: ReturnType<typeof spread>;
  };
}

const p50 = ({ searches }: Kind, size: number, among: number) =>
  searches.find((each) => each.size === size && each.scopes === among)?.times.p50;

async function fill(type: 'flat' | 'hnsw', sizes: readonly number[]): Promise<Kind> {
  const server = await startRedis();
  const store = await open(server, type);
  const random = numbers(1);
  const total = sizes.at(-1) ?? 0;
  const marked = Math.max(1, Math.floor(total / 1_000));
  const empty = await memoryOf(server);
  const searches: Kind['searches'][number][] = [];
  let stored = 0;
  let milliseconds = 0;
  for (const size of sizes) {
    const start = performance.now();
    for (; stored < size; stored += AT_ONCE) {
      const batch = Array.from({ length: Math.min(AT_ONCE, size - stored) }, (_, at) => stored + at);
      await Promise.all(batch.map((at) => store.put(entryAt(at, at % marked === 0, random), Date.now())));
    }
    stored = size;
    milliseconds += performance.now() - start;
    const rate = Math.round((stored * 1000) / milliseconds);
    console.log(`${type}: ${stored} entries, ${rate} stored a second`);
    for (const each of scopes) searches.push({ size, scopes: each, times: await search(server, type, each) });
  }
  const bytesEach = ((await memoryOf(server)) - empty) / total;
  const bystander = await startBystander(server.port);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const before = spread(await bystander.taken());
  const heard = Promise.withResolvers<number>();
  const elsewhere = await open(server, type, {
    removed: () => {},
    invalidated: () => heard.resolve(performance.now()),
  });
  const begun = performance.now();
  const count = await store.remove({ source: 'gone' });
  const took = performance.now() - begun;
  const meanwhile = spread(await bystander.taken());
  const silent = (await heard.promise) - begun;
  bystander.close();
  await elsewhere.close();
  await store.close();
  await server.close();
  return {
    type,
    searches,
    storedPerSecond: (total * 1000) / milliseconds,
    bytesEach,
    removal: { count, silent, milliseconds: took, before, meanwhile },
  };
}

async function open(server: RedisServer, type: 'flat' | 'hnsw', feed?: StoreFeed): Promise<RedisStore> {
  const { redis } = parse().settings as Settings;
  return openRedisStore({
    feed,
    url: parseRedisUrl(server.url) as RedisUrl,
    settings: {
      ...redis,
      ttlJitter: 0,
      deadlineMs: 5_000,
      writeDeadlineMs: 60_000,
      index: { ...redis.index, type },
    },
    maxEntries: 10_000_000,
    dimension: DIMENSION,
    model: MODEL,
  });
}

/** Of one in 1, in 100 and in 10,000: the model, a tag, and the scope itself. */
function entryAt(at: number, gone: boolean, random: () => number): Entry {
  const exactKey = hash(`entry ${at}`);
  return entryOf(`entry ${at}`, {
    id: Buffer.from(exactKey.slice(0, 32), 'hex').toString('base64url'),
    exactKey,
    scope: hash(`scope ${at % 10_000}`),
    tags: [`tag ${at % 100}`],
    model: 'gpt-4o-mini',
    sources: [gone ? 'gone' : 'kept'],
    vector: randomUnit(DIMENSION, random),
    answer: new Uint8Array(1_000).map((_, i) => (i % 2 === 0 ? 65 : (at * 31 + i * 17) & 255)),
    createdAt: Date.now(),
    expiresAt: Date.now() + 24 * 3_600_000,
  });
}

async function search(server: RedisServer, type: string, among: number) {
  const { client } = server;
  const names = (await client.call('FT._LIST')) as string[];
  const name = names.find((each) => each.includes(type)) ?? '';
  const random = numbers(among);
  const times: number[] = [];
  for (let query = 0; query < QUERIES; query++) {
    const vector = randomUnit(DIMENSION, random);
    const command: Command = nearestIn(
      { name, vectorField: vectorField(MODEL, DIMENSION) },
      {
        scope: hash(`scope ${query}`),
        vector: Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength),
        count: 9,
        timeoutMs: 5_000,
      },
    );
    const [verb, index, filter, ...rest] = command;
    const filters: Record<number, string> = {
      1: `(@${field.model}:{${hashed('gpt-4o-mini')}})`,
      100: `(@${field.tags}:{${hashed(`tag ${query % 100}`)}})`,
    };
    const asked =
      (filters[among] ?? '') === '' ? filter : String(filter).replace(/^\([^)]*\)/, filters[among] ?? '');
    const before = performance.now();
    await client.callBuffer(verb, index as string, asked as string, ...rest);
    times.push(performance.now() - before);
  }
  return spread(times);
}

const memoryOf = async ({ client }: RedisServer): Promise<number> =>
  Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);

const round = (value: number | undefined): number => Number((value ?? Number.NaN).toFixed(2));

if (import.meta.main) {
  await measureAlone('redis-index', () => measureRedisIndex(Number(process.argv[2] ?? 100_000)));
  process.exit();
}
