import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from '../../crds/parse.ts';
import type { Settings } from '../../crds/settings.ts';
import { dialectAt } from '../../sidecar/dialects/index.ts';
import type { Entry } from '../../sidecar/lookup/entry.ts';
import { type Identity, identify, idOf, keysOf, ownerOf, sha256 } from '../../sidecar/lookup/identity.ts';
import { openStore } from '../../sidecar/stores/index.ts';
import { nearestIn, vectorField } from '../../sidecar/stores/redis/query.ts';
import type { Store } from '../../sidecar/stores/store.ts';
import { ask } from '../support/chat.ts';
import { type RedisServer, redisAtHand, startRedis } from '../support/redis/index.ts';
import { type Scene, startScene } from '../support/redis/scene.ts';
import { part } from '../support/require.ts';
import { eventually } from '../support/wire/index.ts';

const dimension = 8;
const { redis: settings } = parse().settings as Settings;

/** What is another's is nobody else's, whatever he is called and however near his question lies. */
describe.skipIf(!redisAtHand)('in one Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    // RediSearch answers in the shape that the store reads.
    redis = await startRedis({ client: { protocol: 2 } });
  });
  afterAll(() => redis?.close());

  const open = (model: string, dimensions = dimension): Promise<Store> =>
    openStore(`${redis.url}/0?prefix=isolation:`, {
      maxEntries: 100_000,
      dimension: dimensions,
      model,
      redis: { ...settings, deadlineMs: 5_000, writeDeadlineMs: 10_000 },
    });

  it('two credentials never share: 10,000 random pairs', { timeout: 600_000 }, async () => {
    const store = await open('pairs');
    const now = Date.now();
    const pairs = fc.sample(
      fc.tuple(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), fc.string()).filter(([a, b]) => a !== b),
      13_000,
    );
    const vector = Float32Array.from({ length: dimension }, (_, at) => at + 1);
    let checked = 0;
    const check = async ([one, other]: readonly [string, string]) => {
      const [mine, yours] = [identityOf(one), identityOf(other)];
      expect(mine.scope).not.toBe(yours.scope);
      await store.put(entryOf(mine, vector), now);
      expect(await store.get(yours.exactKey, now)).toBeUndefined();
      expect(await store.nearest(yours.scope, vector, 5, now)).toEqual([]);
      expect((await store.get(mine.exactKey, now))?.scope).toBe(mine.scope);
      expect((await store.nearest(mine.scope, vector, 5, now)).map(({ entry }) => entry.id)).toEqual([
        mine.id,
      ]);
      expect(await store.remove({ all: true, partition: yours.partition }, { dryRun: true })).toBe(0);
      await store.remove({ id: mine.id, partition: mine.partition });
      checked++;
    };
    try {
      // A credential comes more than once among ten thousand: those of one group are all different.
      for (let at = 0; at < pairs.length; at += 50) {
        const group = new Map(pairs.slice(at, at + 50).map((pair) => [pair[0], pair]));
        const names = new Set(group.keys());
        const apart = [...group.values()].filter(([, other]) => !names.has(other));
        await Promise.all(apart.map(check));
      }
    } finally {
      await store.close();
    }
    console.log(`${checked} pairs`);
    expect(checked).toBeGreaterThan(10_000);
  });

  it('the scope is a filter of the search itself: nearer neighbours of others are not even found', async () => {
    const store = await open('filter');
    const now = Date.now();
    const [mine, yours] = [identityOf('mine'), identityOf('yours')];
    const vector = Float32Array.from({ length: dimension }, (_, at) => at + 1);
    const further = vector.toReversed();
    try {
      await store.put(entryOf(mine, further), now);
      for (let n = 0; n < 20; n++) {
        const exactKey = sha256(`other ${n}`);
        await store.put(entryOf({ ...yours, exactKey, id: idOf(exactKey) }, vector), now);
      }
      await eventually(async () => (await store.nearest(yours.scope, vector, 20, now)).length === 20);
      const name = ((await redis.client.call('FT._LIST')) as string[]).find((each) =>
        each.includes('filter'),
      );
      const [command, ...args] = nearestIn(
        { name: name ?? '', vectorField: vectorField('filter', dimension) },
        { scope: mine.scope, vector: Buffer.from(vector.buffer), count: 10, timeoutMs: 1_000 },
      );
      const [total] = (await redis.client.callBuffer(command, ...args)) as [number];
      expect(total).toBe(1);
      expect((await store.nearest(mine.scope, vector, 1, now)).map(({ entry }) => entry.id)).toEqual([
        mine.id,
      ]);
    } finally {
      await store.close();
    }
  });

  it('E5: vectors of two models, and of two dimensions, are never compared', {
    timeout: 120_000,
  }, async () => {
    const stores = [await open('one'), await open('two'), await open('one', 16)];
    try {
      const identity = identityOf('same for all');
      const now = Date.now();
      const vectors = stores.map((_, at) => new Float32Array(at === 2 ? 16 : dimension).fill(1));
      const [first, second, third] = stores as [Store, Store, Store];
      await first.put(entryOf(identity, vectors[0] as Float32Array), now);
      await eventually(
        async () => (await first.nearest(identity.scope, vectors[0] as Float32Array, 1, now)).length === 1,
      );
      expect(await second.nearest(identity.scope, vectors[1] as Float32Array, 5, now)).toEqual([]);
      expect(await third.nearest(identity.scope, vectors[2] as Float32Array, 5, now)).toEqual([]);
      // By its exact words it is found by all: no vector is compared there
      for (const store of stores) expect((await store.get(identity.exactKey, now))?.id).toBe(identity.id);
      await expect(first.nearest(identity.scope, vectors[2] as Float32Array, 1, now)).rejects.toThrow(
        RangeError,
      );
      await expect(first.put(entryOf(identity, vectors[2] as Float32Array), now)).rejects.toThrow(RangeError);
      const indexes = (await redis.client.call('FT._LIST')) as string[];
      expect(indexes.filter((name) => name.includes('isolation')).length).toBeGreaterThanOrEqual(3);
    } finally {
      for (const store of stores) await store.close();
    }
  });

  describe.skipIf(!part('model', true, ''))('with the real model', () => {
    let scene: Scene;
    beforeAll(async () => {
      scene = await startScene({ store: redis.url, model: true });
    }, 180_000);
    afterAll(() => scene?.close());

    it('a tenant whose name is query syntax reads nothing of others', { timeout: 120_000 }, async () => {
      const url = scene.sidecars[0]?.url ?? '';
      const of = (tenant: string, question: string) =>
        ask(url, question, { headers: { 'x-fourfold-tenant': tenant }, timeoutMs: 30_000 });
      await of('t2', 'How do I reset my password?');
      await eventually(
        async () => (await of('t2', 'What are the steps to reset my password?')).phase === 'semantic',
        30_000,
      );
      for (const tenant of [
        't1} | @tenant:{t2}',
        't1} | @s:{*',
        '*',
        't2*',
        '{t2}',
        't1})=>[KNN 5 @v $vector] | (@s:{t2}',
        "t1' OR '1'='1",
        '$vector',
        't2\\',
      ]) {
        for (const question of ['How do I reset my password?', 'What are the steps to reset my password?']) {
          const reply = await ask(url, question, {
            headers: { 'x-fourfold-tenant': tenant, 'Cache-Control': 'only-if-cached' },
            timeoutMs: 30_000,
          });
          expect(reply.status, tenant).toBe(504);
        }
      }
    });
  });
});

function identityOf(credential: string): Identity {
  const owner = ownerOf(['credential'], { headers: { authorization: credential }, tenant: undefined });
  const dialect = dialectAt('openai');
  const { asked, fixed } = dialect.read(
    { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'The same question' }] },
    { conversation: 'strict', identifyUser: true, path: '/v1/chat/completions', query: '' },
  );
  return identify({
    dialect,
    asked,
    fixed,
    identityHeaders: [],
    query: '',
    upstream: 'https://provider.test',
    owner,
    partitionByUser: false,
  });
}

function entryOf(identity: Identity, vector: Float32Array): Entry {
  const now = Date.now();
  return {
    ...keysOf(identity),
    dialect: 'openai-chat',
    model: 'gpt-4o-mini',
    text: 'The same question',
    vector,
    answer: randomBytes(64),
    tags: [],
    sources: [],
    createdAt: now,
    expiresAt: now + 600_000,
    tokens: 1,
  };
}
