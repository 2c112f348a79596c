import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { desired, type Facts, newPasswords } from '../../cdk8s/cache/index.ts';
import { apiVersion, kind } from '../../crds/names.ts';
import type { SemanticCache } from '../../crds/semantic-cache.ts';
import { type Bench, clusterIsHere, openBench } from './cluster.ts';
import { type RedisPods, redisPods } from './redis.ts';

/** What a SemanticCache owns, in real pods: applied as the function gives it, with no operator to help. */
describe.skipIf(!clusterIsHere())('Redis of a cache', () => {
  const namespace = 'redis';
  const facts: Facts = {
    images: { redis: 'redis/redis-stack-server:7.4.0-v3', sidecar: 'localhost/fourfold-sidecar:1' },
    passwords: newPasswords((bytes) => randomBytes(bytes), ''),
    operatorNamespace: 'fourfold',
    podMonitors: false,
  };
  const cache = (replicas: number): SemanticCache => ({
    apiVersion,
    kind,
    metadata: { name: 'support', namespace },
    spec: {
      replicas,
      redis: {
        storage: { size: '1Gi' },
        resources: { requests: { cpu: '50m' }, limits: { cpu: '1', memory: '256Mi' } },
      },
    },
  });
  const ready = (pods: number) =>
    bench.wait('statefulset/support-redis', `jsonpath={.status.readyReplicas}=${pods}`, 180_000);

  let bench: Bench;
  let redis: RedisPods;
  beforeAll(async () => {
    bench = await openBench(namespace);
    redis = redisPods(bench, 'support-redis', 3);
  });
  afterAll(() => bench?.close());

  it('one pod: a real Redis Stack that searches, under the restricted level', async () => {
    await bench.apply(desired(cache(1), facts));
    await ready(1);
    expect(await redis.run(0, 'redis 127.0.0.1 module list')).toContain('search');
    expect(await redis.run(0, 'redis 127.0.0.1 FT.CREATE things SCHEMA name TEXT')).toContain('OK');
    expect(await redis.run(0, 'redis 127.0.0.1 FT._LIST')).toContain('things');
    expect(await redis.run(0, 'redis 127.0.0.1 SET first kept')).toContain('OK');
  });

  it('three pods: they follow the first, and the sentinels agree on it', async () => {
    await bench.apply(desired(cache(3), facts));
    await ready(3);
    for (const ordinal of [0, 1, 2]) expect(await redis.primary(ordinal)).toBe(0);
    expect(await redis.run(2, 'redis 127.0.0.1 GET first')).toContain('kept');
    const others = 'sentinel 127.0.0.1 sentinel master "$PRIMARY" | field num-other-sentinels';
    await bench.until('three sentinels know each other', async () =>
      (await redis.run(0, others)).startsWith('2'),
    );
  });

  it('the primary killed: writes again within 10 s, and nothing that was acknowledged is lost', async () => {
    const { acknowledged, longestPause } = await redis.writeWhileKilled(40);
    console.log(`${acknowledged.length} writes acknowledged; the longest pause took ${longestPause} s`);
    expect(longestPause).toBeLessThanOrEqual(10);
    await ready(3);
    expect(await redis.count(0, acknowledged)).toBe(acknowledged.length);
  });

  it('K14: a drained node evicts the primary, which hands over; a second pod has to stay until the first is back', async () => {
    await bench.until('its budget allows one', async () => (await allowed()) === '1');
    const { acknowledged, longestPause } = await redis.writeWhile(40, async (primary) => {
      const others = [0, 1, 2].map((each) => `support-redis-${each}`).filter((each) => each !== primary);
      expect(await evict(primary)).toBe(201);
      await bench.until('the pod is leaving', async () => (await allowed()) === '0');
      for (const other of others) expect(await evict(other)).toBe(429);
    });
    console.log(`${acknowledged.length} writes acknowledged; the longest pause took ${longestPause} s`);
    expect(longestPause).toBeLessThanOrEqual(10);
    await ready(3);
    expect(await redis.count(0, acknowledged)).toBe(acknowledged.length);
  });

  const allowed = () =>
    bench.in('get', 'poddisruptionbudget/support-redis', '-o', 'jsonpath={.status.disruptionsAllowed}');

  /** As `kubectl drain` asks for it. */
  const evict = async (name: string): Promise<number> => {
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
    return (await bench.request(path, { method: 'POST', body: eviction })).status;
  };
});
