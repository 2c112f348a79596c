import { parse } from '../../crds/parse.ts';
import { parseRedisUrl, type RedisUrl } from '../../crds/redis-url.ts';
import type { Settings } from '../../crds/settings.ts';
import { createEmbedder } from '../../sidecar/embedders/index.ts';
import type { Entry } from '../../sidecar/lookup/entry.ts';
import { ensureModel, modelFolders } from '../../sidecar/models/index.ts';
import type { Command } from '../../sidecar/stores/redis/client.ts';
import { hashed } from '../../sidecar/stores/redis/keys.ts';
import { field, nearestIn, vectorField } from '../../sidecar/stores/redis/query.ts';
import { openRedisStore, type RedisStore } from '../../sidecar/stores/redis/store.ts';
import type { StoreFeed } from '../../sidecar/stores/store.ts';
import { startBystander } from '../support/redis/bystander.ts';
import { type RedisServer, startRedis } from '../support/redis/server.ts';
import { entryOf, hash } from '../unit/sidecar/stores/entries.ts';
import { measureAlone } from './keep.ts';
import { spread } from './load/plan.ts';
import type { Findings } from './results.ts';
import { unrelated } from './texts.ts';

/**
 * `node test/bench/redis-index.ts [entries]`: FLAT against HNSW in a real Redis Stack, through the store: how fast entries
 * come, how near ones are found among 1, 100 and 10,000 scopes, what each takes, and who waits while many are removed.
 */
export async function measureRedisIndex(total = 100_000): Promise<Findings> {
  const sizes = [1_000, 5_000, 10_000, 20_000, 50_000, 100_000].filter((size) => size < total).concat(total);
  const vectors = await embedded(total + QUERIES);
  const data = { sizes, vectors: vectors.slice(0, total), questions: vectors.slice(total) };
  const kinds = [await fill('flat', data), await fill('hnsw', data)] as const;
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
        note: `Questions that have nothing to do with one another, as the model embeds them in ${DIMENSION} components; ${QUERIES} more of them are asked, one after the other, by a client on the same machine.`,
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
        note: `${AT_ONCE} at a time; answers of 1 kB that zstd shortens to half. Of ${REMOVALS} removals, one after the other, the slowest; "others" ask Redis for a key all the time, from a process of their own.`,
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
/** A few hundred questions of others are asked during one: too few to say what one of a hundred takes. */
const REMOVALS = 5;
const MODEL = 'all-MiniLM-L6-v2';
const scopes = [1, 100, 10_000];

interface Kind {
  readonly type: 'flat' | 'hnsw';
  readonly searches: readonly { size: number; scopes: number; times: ReturnType<typeof spread> }[];
  readonly storedPerSecond: number;
  readonly bytesEach: number;
  readonly removal: {
    readonly count: number;
    /** The longest until another sidecar answered with none of them any more. */
    readonly silent: number;
    /** The longest until the last had left Redis. */
    readonly milliseconds: number;
    readonly before: ReturnType<typeof spread>;
    readonly meanwhile: ReturnType<typeof spread>;
  };
}

const p50 = ({ searches }: Kind, size: number, among: number) =>
  searches.find((each) => each.size === size && each.scopes === among)?.times.p50;

interface Data {
  readonly sizes: readonly number[];
  readonly vectors: readonly Float32Array[];
  readonly questions: readonly Float32Array[];
}

/**
 * Questions, as the model embeds them. Random vectors would not do: they are all about equally far from one another, and a
 * few of them become neighbours of thousands, which costs a graph most when they leave it.
 */
async function embedded(count: number): Promise<Float32Array[]> {
  const embedder = createEmbedder({
    model: MODEL,
    files: (signal) => ensureModel({ name: MODEL, ...modelFolders(process.env), signal }),
    log: { info: () => {}, warn: () => {} },
    workers: 2,
    deadlineMs: 10_000,
  });
  await embedder.started();
  const question = unrelated(1);
  const vectors: Float32Array[] = [];
  while (vectors.length < count) {
    const texts = Array.from({ length: Math.min(AT_ONCE, count - vectors.length) }, question);
    for (const embedding of await Promise.all(texts.map((text) => embedder.embed(text)))) {
      if ('skipped' in embedding) throw new Error(`a text could not be embedded: ${embedding.skipped}`);
      vectors.push(embedding.vector);
    }
  }
  await embedder.close();
  return vectors;
}

async function fill(type: 'flat' | 'hnsw', { sizes, vectors, questions }: Data): Promise<Kind> {
  const server = await startRedis();
  const store = await open(server, type);
  const total = sizes.at(-1) ?? 0;
  const sources = Math.max(1, Math.floor(total / 1_000));
  const empty = await memoryOf(server);
  const searches: Kind['searches'][number][] = [];
  let stored = 0;
  let milliseconds = 0;
  for (const size of sizes) {
    const start = performance.now();
    for (; stored < size; stored += AT_ONCE) {
      const batch = Array.from({ length: Math.min(AT_ONCE, size - stored) }, (_, at) => stored + at);
      await Promise.all(batch.map((at) => store.put(entryAt(at, at % sources, vectors[at]), Date.now())));
    }
    stored = size;
    milliseconds += performance.now() - start;
    const rate = Math.round((stored * 1000) / milliseconds);
    console.log(`${type}: ${stored} entries, ${rate} stored a second`);
    for (const each of scopes)
      searches.push({ size, scopes: each, times: await search(server, type, each, questions) });
  }
  const bytesEach = ((await memoryOf(server)) - empty) / total;
  const bystander = await startBystander(server.port);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const before = spread(await bystander.taken());
  const removals: { count: number; silent: number; took: number }[] = [];
  const meanwhile: number[] = [];
  let heard = (_: number) => {};
  const elsewhere = await open(server, type, {
    removed: () => {},
    invalidated: () => heard(performance.now()),
  });
  for (let source = 0; source < Math.min(REMOVALS, sources); source++) {
    const { promise: silence, resolve } = Promise.withResolvers<number>();
    heard = resolve;
    await bystander.taken();
    const begun = performance.now();
    const count = await store.remove({ source: `source ${source}` });
    const took = performance.now() - begun;
    meanwhile.push(...(await bystander.taken()));
    removals.push({ count, took, silent: (await silence) - begun });
  }
  bystander.close();
  await elsewhere.close();
  await store.close();
  await server.close();
  return {
    type,
    searches,
    storedPerSecond: (total * 1000) / milliseconds,
    bytesEach,
    removal: {
      count: removals[0]?.count ?? 0,
      silent: Math.max(...removals.map(({ silent }) => silent)),
      milliseconds: Math.max(...removals.map(({ took }) => took)),
      before,
      meanwhile: spread(meanwhile),
    },
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
function entryAt(at: number, source: number, vector: Float32Array | undefined): Entry {
  const exactKey = hash(`entry ${at}`);
  return entryOf(`entry ${at}`, {
    id: Buffer.from(exactKey.slice(0, 32), 'hex').toString('base64url'),
    exactKey,
    scope: hash(`scope ${at % 10_000}`),
    tags: [`tag ${at % 100}`],
    model: 'gpt-4o-mini',
    sources: [`source ${source}`],
    vector,
    answer: new Uint8Array(1_000).map((_, i) => (i % 2 === 0 ? 65 : (at * 31 + i * 17) & 255)),
    createdAt: Date.now(),
    expiresAt: Date.now() + 24 * 3_600_000,
  });
}

async function search(server: RedisServer, type: string, among: number, questions: readonly Float32Array[]) {
  const { client } = server;
  const names = (await client.call('FT._LIST')) as string[];
  const name = names.find((each) => each.includes(type)) ?? '';
  const times: number[] = [];
  for (const [query, vector] of questions.entries()) {
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
