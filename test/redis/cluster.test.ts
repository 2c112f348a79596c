import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type RedisCluster, redisAtHand, startCluster } from '../support/redis/index.ts';
import { hash } from '../unit/sidecar/stores/entries.ts';
import { entry, type Member, member } from './member.ts';

describe.skipIf(!redisAtHand)('a cluster of Redis Stack', () => {
  let cluster: RedisCluster;
  let members: Member[];
  beforeAll(async () => {
    cluster = await startCluster();
    members = [await member(cluster.url), await member(cluster.url)];
  });
  afterAll(async () => {
    await Promise.all((members ?? []).map(({ store }) => store.close()));
    await cluster?.close();
  });

  test('phase 3 works, removal too; phase 4 is refused with a condition, since search sees one shard only', async () => {
    const [a, b] = members as [Member, Member];
    await vi.waitFor(
      () => expect(a.store.stats().shared).toMatchObject({ up: true, search: { condition: 'partial' } }),
      5000,
    );
    for (const { store } of [a, b]) await store.begun(10_000);
    for (let i = 0; i < 30; i++) await a.store.put(entry(`e${i}`, { tags: [`t${i % 2}`] }), Date.now());
    for (let i = 0; i < 30; i++) expect((await b.store.get(hash(`e${i}`), Date.now()))?.text).toBe(`e${i}`);
    const { scope, vector } = entry('e1');
    await expect(a.store.nearest(scope, vector as Float32Array, 1, Date.now())).rejects.toMatchObject({
      unavailable: 'search-unavailable',
    });
    await vi.waitFor(() => expect(b.added).toHaveLength(30), 5000);
    expect(await b.store.remove({ tag: 't0' }, { dryRun: true })).toBe(15);
    expect(await b.store.remove({ tag: 't0' })).toBe(15);
    await vi.waitFor(() => expect(a.invalidated).toContainEqual({ tag: 't0' }), 2000);
    expect(a.warnings.filter((line) => line.includes('does not span'))).toHaveLength(1);
  });
});
