import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { desired, type Facts, newPasswords } from '../../cdk8s/cache/index.ts';
import { mounts } from '../../cdk8s/cache/mounts.ts';
import { apiVersion, kind } from '../../crds/names.ts';
import type { SemanticCache } from '../../crds/semantic-cache.ts';
import { type Bench, clusterIsHere, openBench } from './cluster.ts';

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
  const ready = (pods: number, withinMs?: number) =>
    bench.wait('statefulset/support-redis', `jsonpath={.status.readyReplicas}=${pods}`, withinMs);
  /** In a pod, with the words that its own scripts have: `redis HOST …`, `primary`. */
  const inPod = (ordinal: number, script: string) =>
    bench.in(
      'exec',
      `support-redis-${ordinal}`,
      '-c',
      'redis',
      '--',
      'sh',
      '-c',
      `. ${mounts.config}/common.sh; ${script}`,
    );

  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench(namespace);
  });
  afterAll(() => bench?.close());

  it('one pod: a real Redis Stack that searches, under the restricted level', async () => {
    await bench.apply(desired(cache(1), facts));
    await ready(1);
    expect(await inPod(0, 'redis 127.0.0.1 module list')).toContain('search');
    expect(await inPod(0, 'redis 127.0.0.1 FT.CREATE things SCHEMA name TEXT')).toContain('OK');
    expect(await inPod(0, 'redis 127.0.0.1 FT._LIST')).toContain('things');
    expect(await inPod(0, 'redis 127.0.0.1 SET first kept')).toContain('OK');
  });

  it('three pods: they follow the first, and the sentinels agree on it', async () => {
    await bench.apply(desired(cache(3), facts));
    await ready(3, 180_000);
    for (const ordinal of [0, 1, 2]) expect(await inPod(ordinal, 'primary')).toMatch(/^support-redis-0\./);
    expect(await inPod(2, 'redis 127.0.0.1 GET first')).toContain('kept');
    await bench.until('three sentinels that know each other', async () =>
      (
        await inPod(0, 'sentinel 127.0.0.1 sentinel master "$PRIMARY" | field num-other-sentinels')
      ).startsWith('2'),
    );
  });

  it('the primary killed: writes again within seconds, and nothing that was acknowledged is lost', async () => {
    const written = inPod(1, writeFor(40));
    await new Promise((resolve) => setTimeout(resolve, 5000));
    await bench.in('delete', 'pod', 'support-redis-0', '--grace-period=0', '--force');
    const acknowledged = (await written)
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map(Number));
    const gaps = acknowledged.slice(1).map(([, at = 0], index) => at - (acknowledged[index]?.[1] ?? 0));
    console.log(`${acknowledged.length} writes acknowledged; the longest pause took ${Math.max(...gaps)} s`);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(pause);
    const keys = acknowledged.map(([number]) => `key${number}`).join(' ');
    const found = await inPod(1, `redis "$(primary)" EXISTS ${keys}`);
    expect(Number(found.replace(/\D/g, ''))).toBe(acknowledged.length);
    await ready(3);
  });
});

/** Seconds: what a killed primary may cost. Four of them are what the sentinels wait before they believe it. */
const pause = 10;

/** One line for each acknowledged write: its number, and the second. */
const writeFor = (seconds: number) => `
end=$(($(date +%s) + ${seconds})); n=0; host=$(primary)
while [ "$(date +%s)" -lt "$end" ]; do
  n=$((n + 1))
  if [ "$(redis "$host" set "key$n" v)" = OK ]; then echo "$n $(date +%s)"; else host=$(primary); fi
  sleep 0.1
done`;
