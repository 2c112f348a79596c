import { startRedis } from '../support/redis/index.ts';
import { numbers, randomUnit } from '../unit/sidecar/stores/entries.ts';

/**
 * `node test/bench/redis-index.ts [entries]`: FLAT against HNSW in a real Redis Stack, filtered by scope, as
 * docs/decisions tells. One fill for each kind; every document has a scope of each granularity.
 */
const DIMENSION = 384;
const QUERIES = 200;
const total = Number(process.argv[2] ?? 100_000);
const granularities = [1, 100, 10_000];
const random = numbers(1);

const bytes = (vector: Float32Array) => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
const percentile = (sorted: readonly number[], share: number) =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2);

for (const kind of ['FLAT', 'HNSW']) {
  const server = await startRedis();
  const { client } = server;
  const attributes = ['TYPE', 'FLOAT32', 'DIM', DIMENSION, 'DISTANCE_METRIC', 'COSINE'];
  if (kind === 'HNSW') attributes.push('M', 16, 'EF_CONSTRUCTION', 200, 'EF_RUNTIME', 64);
  const tags = granularities.flatMap((each) => [`s${each}`, 'TAG']);
  await client.call(
    'FT.CREATE',
    ...['i', 'ON', 'HASH', 'PREFIX', 1, 'e:', 'SCHEMA', ...tags],
    ...['v', 'VECTOR', kind, attributes.length, ...attributes],
  );
  const empty = Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
  const start = performance.now();
  for (let from = 0; from < total; from += 500) {
    const pipeline = client.pipeline();
    for (let at = from; at < Math.min(total, from + 500); at++) {
      const scopes = granularities.flatMap((each) => [`s${each}`, `x${at % each}`]);
      pipeline.hset(`e:${at}`, ...scopes, 'v', bytes(randomUnit(DIMENSION, random)));
    }
    await pipeline.exec();
    const done = Math.min(total, from + 500);
    if (![10_000, 20_000, 50_000, total].includes(done)) continue;
    const used = Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
    const seconds = (performance.now() - start) / 1000;
    console.log(
      `${kind} ${done}: filled in ${seconds.toFixed(0)} s, ${Math.round((used - empty) / done)} bytes each`,
    );
    for (const each of granularities) {
      const times: number[] = [];
      for (let query = 0; query < QUERIES; query++) {
        const vector = bytes(randomUnit(DIMENSION, random));
        const before = performance.now();
        await client.callBuffer(
          'FT.SEARCH',
          ...['i', `(@s${each}:{x${query % each}})=>[KNN 9 @v $v AS d]`, 'PARAMS', 2, 'v', vector],
          ...['SORTBY', 'd', 'LIMIT', 0, 9, 'RETURN', 1, 'd', 'DIALECT', 2],
        );
        times.push(performance.now() - before);
      }
      times.sort((a, b) => a - b);
      console.log(`  ${each} scopes: p50 ${percentile(times, 0.5)} ms, p95 ${percentile(times, 0.95)} ms`);
    }
  }
  await server.close();
}
