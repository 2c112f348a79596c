import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operatorObjects } from '../support/kubernetes/operator.ts';
import { type Bench, clusterIsHere, openBench } from './cluster.ts';
import { type RedisPods, redisPods } from './redis.ts';

const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const crd = file('crds/fourfold.dev_semanticcaches.yaml');
const minimal = file('docs/examples/minimal.yaml');

/** From `kubectl apply` to a cache that works, and through the loss of its primary, with the operator in a pod. */
describe.skipIf(!clusterIsHere())('a SemanticCache', () => {
  let system: Bench;
  let bench: Bench;
  let redis: RedisPods;
  beforeAll(async () => {
    system = await openBench('fourfold-system');
    bench = await openBench('team');
    await system.kubectl(['apply', '--server-side', '-f', crd]);
    await system.kubectl(['wait', '--for=condition=Established', 'crd/semanticcaches.fourfold.dev']);
    await system.apply(operatorObjects(system.namespace));
    await system.wait('deployment/fourfold', 'condition=Available');
    redis = redisPods(bench, 'support-redis', 3);
  });
  afterAll(async () => {
    // The caches first: somebody has to be there who takes their things away.
    await bench?.in('delete', 'semanticcaches', '--all', '--timeout=60s');
    await bench?.close();
    await system?.close();
  });

  it('is applied, becomes Ready, and its Redis searches', async () => {
    const began = Date.now();
    await bench.in('apply', '-f', minimal);
    await bench.wait('semanticcache/support', 'condition=Ready');
    console.log(`Ready ${((Date.now() - began) / 1000).toFixed(1)} s after kubectl apply`);
    expect(await redis.run(0, 'redis 127.0.0.1 FT._LIST; echo $?')).toMatch(/0\n$/);
    expect(await redis.run(0, 'redis 127.0.0.1 SET first kept')).toContain('OK');
  });

  it('is scaled to three: sentinels watch, and what was written is there', async () => {
    await bench.in('scale', 'semanticcache/support', '--replicas=3');
    await bench.wait('semanticcache/support', 'jsonpath={.status.readyReplicas}=3', 180_000);
    await bench.wait('semanticcache/support', 'condition=Ready');
    expect(await redis.primary(2)).toBe(0);
    expect(await redis.run(2, 'redis 127.0.0.1 GET first')).toContain('kept');
  });

  it('survives its primary: writes again within 10 s, says so in its conditions, and has lost nothing', async () => {
    const watched = bench.in(
      ...['get', 'semanticcache/support', '--watch', '--request-timeout=60s'],
      '-o=jsonpath={.status.conditions[?(@.type=="RedisReady")].status}{" "}{.status.readyReplicas}{"\\n"}',
    );
    const { acknowledged, longestPause } = await redis.writeWhileKilled(40);
    console.log(`${acknowledged.length} writes acknowledged; the longest pause took ${longestPause} s`);
    expect(longestPause).toBeLessThanOrEqual(10);
    await bench.wait('semanticcache/support', 'condition=Ready');
    await bench.wait('semanticcache/support', 'jsonpath={.status.readyReplicas}=3');
    expect(await redis.count(0, acknowledged)).toBe(acknowledged.length);
    const seen = await watched.catch((error) => String(error.message));
    expect(seen.split('\n').some((line) => / [012]$|False/.test(line))).toBe(true);
  });

  it('is deleted, and leaves nothing behind', async () => {
    await bench.in('delete', 'semanticcache/support', '--timeout=60s');
    await bench.until(
      'all that it owned is gone',
      async () => {
        const kinds =
          'statefulset,service,configmap,secret,networkpolicy,poddisruptionbudget,persistentvolumeclaim,pod';
        const names = (await bench.in('get', kinds, '-o', 'name'))
          .split('\n')
          .filter((name) => name.includes('support'));
        return names.length === 0;
      },
      120_000,
    );
  });
});
