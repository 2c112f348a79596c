import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get, job, provider } from './application.ts';
import { type Bench, clusterIsHere, openBench } from './cluster.ts';
import { type Installation, openInstallation } from './installation.ts';
import { type RedisPods, redisPods } from './redis.ts';

const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const minimal = file('docs/examples/minimal.yaml');

/** From `kubectl apply` to a cache that works, and through the loss of its primary, with the operator in a pod. */
describe.skipIf(!clusterIsHere())('a SemanticCache', () => {
  let installation: Installation;
  let bench: Bench;
  let redis: RedisPods;
  beforeAll(async () => {
    installation = await openInstallation('operator');
    bench = await openBench('team');
    redis = redisPods(bench, 'support-redis', 3);
  });
  afterAll(async () => {
    // The caches first: somebody has to be there who takes their things away.
    await bench?.in('delete', 'semanticcaches', '--all', '--timeout=60s');
    await bench?.close();
    installation?.close();
  });

  it('is applied, becomes Ready, and its Redis searches', async () => {
    const began = Date.now();
    await bench.in('apply', '-f', minimal);
    await bench.wait('semanticcache/support', 'condition=Ready');
    console.log(`Ready ${((Date.now() - began) / 1000).toFixed(1)} s after kubectl apply`);
    expect(await redis.run(0, 'redis 127.0.0.1 FT._LIST; echo $?')).toMatch(/0\n$/);
    expect(await redis.run(0, 'redis 127.0.0.1 SET first kept')).toContain('OK');
  });

  it('answers an annotated pod: its Job completes, and its second question costs the provider nothing', async () => {
    await bench.apply(provider, bench.namespace);
    await bench.wait('deployment/provider', 'condition=Available');
    const told = await ask('first', 'How do I reset my password?', 'How do I reset my password, please?');
    expect(told.map(({ phase }) => phase)).toEqual(['miss', 'fingerprint']);
    expect(await requests()).toHaveLength(1);
    const { metadata, spec } = JSON.parse(
      await bench.in('get', 'pods', '--selector=job-name=first', '-o', 'json'),
    ).items[0];
    expect(metadata.annotations['fourfold.dev/status']).toBe('injected');
    expect(spec.initContainers[0]).toMatchObject({ name: 'fourfold', restartPolicy: 'Always' });
  });

  it('answers another pod what the first one stored, in other words too', async () => {
    const told = await ask(
      'second',
      'How do I reset my password?',
      'What are the steps to reset my password?',
    );
    expect(told[0]?.phase).not.toBe('miss');
    expect(told[1]?.phase).toBe('semantic');
    expect(new Set(told.map(({ answer }) => answer)).size).toBe(1);
    expect(await requests()).toHaveLength(1);
  });

  it('that is not there lets a pod that asks for it start without, and the pod says why', async () => {
    await bench.apply([job('lost', 'nobody', ['Where am I?'])], bench.namespace);
    await bench.wait('job/lost', 'condition=Complete');
    const status = 'jsonpath={.items[0].metadata.annotations.fourfold\\.dev/status}';
    expect(await bench.in('get', 'pods', '--selector=job-name=lost', '-o', status)).toBe('skipped: no-cache');
  });

  const requests = async (): Promise<unknown[]> =>
    JSON.parse(await bench.in('exec', 'deployment/provider', '--', ...get('http://provider/__requests')));

  async function ask(name: string, ...questions: string[]): Promise<{ phase: string; answer: string }[]> {
    await bench.apply([job(name, 'support', questions)], bench.namespace);
    await bench.wait(`job/${name}`, 'condition=Complete');
    const lines = (await bench.in('logs', `job/${name}`, '--container', 'app')).trim().split('\n');
    return lines.map((line) => JSON.parse(line));
  }

  it('is scaled to three: sentinels watch, and what was written is there', async () => {
    await bench.in('scale', 'semanticcache/support', '--replicas=3');
    await bench.wait('semanticcache/support', 'jsonpath={.status.readyReplicas}=3', 180_000);
    await bench.wait('semanticcache/support', 'condition=Ready');
    expect(await redis.primary(2)).toBe(0);
    await bench.until('no write is the primary’s alone', async () => (await redis.waitsFor(0)) === 1);
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
