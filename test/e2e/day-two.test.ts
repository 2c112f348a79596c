import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { containerd } from '../support/kubernetes/node/cluster.ts';
import { application, asked, asking, provider } from './application.ts';
import { type Bench, clusterIsHere, openBench } from './cluster.ts';
import { type Installation, openInstallation, operatorName, system } from './installation.ts';
import { type RedisPods, redisPods } from './redis.ts';

const name = 'shop';
const redisPodsOf = `fourfold.dev/cache=${name},fourfold.dev/component=redis`;
const cache = {
  apiVersion: 'fourfold.dev/v1alpha1',
  kind: 'SemanticCache',
  metadata: { name },
  spec: {
    replicas: 3,
    deletionPolicy: 'Retain',
    // On a machine with nothing to spare an embedding takes longer than the usual quarter second.
    phases: { semantic: { deadline: '20s' } },
    redis: { storage: { size: '1Gi' }, resources: { limits: { memory: '256Mi' } } },
    sidecar: { decisionLog: { size: '4Mi' } },
  },
};

/** What becomes of a cache that is in use: its declaration changes, its pods are replaced, it goes and comes back. */
describe.skipIf(!clusterIsHere())('a SemanticCache in use', () => {
  let installation: Installation;
  let bench: Bench;
  let redis: RedisPods;
  beforeAll(async () => {
    installation = await openInstallation('day-two');
    bench = await openBench('day-two');
    redis = redisPods(bench, `${name}-redis`, 3);
    await bench.apply([...provider, cache], bench.namespace);
    await bench.wait(`semanticcache/${name}`, 'condition=Ready', 180_000);
    await bench.wait('deployment/provider', 'condition=Available');
    await bench.apply(application('app', name), bench.namespace);
    await bench.wait('deployment/app', 'condition=Available');
  });
  afterAll(async () => {
    await bench?.in('delete', 'semanticcaches', '--all', '--timeout=60s');
    await bench?.close();
    installation?.close();
  });

  const inApp = (...command: string[]) => bench.in('exec', 'deployment/app', '-c', 'app', '--', ...command);
  const ask = async (question: string): Promise<{ phase: string | null; answer: string }> =>
    JSON.parse(await inApp(...asked(question)));
  const status = async () => JSON.parse(await bench.in('get', `semanticcache/${name}`, '-o', 'json')).status;
  const patch = (spec: object) =>
    bench.in('patch', `semanticcache/${name}`, '--type=merge', '--patch', JSON.stringify({ spec }));
  const restartsOf = async (selector: string): Promise<string> =>
    bench.in(
      ...['get', 'pods', `--selector=${selector}`],
      '-o=jsonpath={range .items[*]}{.metadata.uid}{" "}{.status.initContainerStatuses[*].restartCount}{"\\n"}{end}',
    );

  it('says in its status what the sidecars of its pods hold, and how often they hit', async () => {
    expect((await ask('How do I return a pair of shoes?')).phase).toBe('miss');
    expect((await ask('How do I return a pair of shoes, please?')).phase).toBe('fingerprint');
    await bench.until(
      'the status tells of the sidecar',
      async () => {
        const { injectedPods, outdatedPods, entries, hitRatio } = await status();
        return injectedPods === 1 && outdatedPods === 0 && entries === 1 && hitRatio === 0.5;
      },
      120_000,
    );
  });

  it('has a decision log in its pods, in a volume that the image itself can read', async () => {
    await ask('How do I return a pair of boots?');
    const command = ['-p', "fs.readdirSync('/var/lib/fourfold/decisions').join()"];
    await bench.until(
      'a file is begun',
      async () =>
        /decisions-.*parquet/.test(
          await bench.in('exec', 'deployment/app', '-c', 'fourfold', '--', '/usr/local/bin/node', ...command),
        ),
      60_000,
    );
  });

  it('takes a new threshold into running sidecars, without a restart of anything', async () => {
    await ask('How do I reset my password?');
    const before = await restartsOf('app=app');
    expect((await ask('What are the steps to reset my password?')).phase).toBe('semantic');
    await patch({ threshold: 0.99 });
    await bench.until(
      'the threshold counts in the pod',
      async () => (await ask('What steps reset my password?')).phase === 'miss',
      180_000,
    );
    expect(await restartsOf('app=app')).toBe(before);
    await patch({ threshold: 0.9 });
  });

  it('replaces the pods of Redis one at a time, the primary last: the application is answered all the time', async () => {
    await redis.run(0, 'redis "$(primary)" SET kept yes');
    const before = await restartsOf(redisPodsOf);
    const primary = await redis.primary(0);
    const answers = inApp(...asking('How do I reset my password?', 75));
    // Another one each time: the scene may be tried once more.
    const { redis: now } = JSON.parse(await bench.in('get', `semanticcache/${name}`, '-o', 'json')).spec;
    const memory = now.resources.limits.memory === '320Mi' ? '288Mi' : '320Mi';
    await patch({ redis: { resources: { limits: { memory } } } });
    const start = Date.now();
    await bench.until(
      'every pod of Redis is new',
      async () => {
        const old = new Set(uids(before));
        return uids(await restartsOf(redisPodsOf)).every((uid) => !old.has(uid));
      },
      240_000,
    );
    console.log(`the pods were replaced in ${Math.round((Date.now() - start) / 1000)} s`);
    await bench.wait(`semanticcache/${name}`, 'condition=Ready', 120_000);
    const told = JSON.parse(await answers);
    console.log(`${told.answered} answers meanwhile: ${JSON.stringify(told.phases)}`);
    expect(told.failed).toEqual([]);
    expect(told.answered).toBeGreaterThan(30);
    expect(await redis.primary(0)).not.toBe(primary);
    expect(await redis.run(2, 'redis 127.0.0.1 GET kept')).toContain('yes');
  });

  it('takes new passwords while the old ones stay good: the application is answered all the time', async () => {
    const secret = () => bench.in('get', `secret/${name}-sidecar`, '-o', 'jsonpath={.data.password}');
    const before = await secret();
    const answers = inApp(...asking('How do I reset my password?', 30));
    await bench.in('annotate', `semanticcache/${name}`, 'fourfold.dev/rotate-passwords=once');
    await bench.until('the sidecars have another password', async () => (await secret()) !== before);
    const told = JSON.parse(await answers);
    expect(told.failed).toEqual([]);
    await bench.wait(`semanticcache/${name}`, 'condition=Ready');
    expect((await ask('Where is my order?')).phase).toBe('miss');
    expect((await ask('Where is my order, please?')).phase).toBe('fingerprint');
  });

  it('loses no request while its pods, their sidecars and the operator are replaced', async () => {
    await bench.in('scale', 'deployment/app', '--replicas=2');
    await bench.in('rollout', 'status', 'deployment/app', '--timeout=60s');
    const next = 'localhost/fourfold-sidecar:next';
    await containerd(bench.place, 'images', 'tag', 'localhost/fourfold-sidecar:1', next);
    await patch({ sidecar: { image: next } });
    await bench.until('both pods are outdated', async () => (await status()).outdatedPods === 2, 120_000);
    await installation.alone(async () => {
      const traffic = asking('How do I reset my password?', 60, 'http://app');
      const answers = bench.in('exec', 'deployment/provider', '--', ...traffic);
      await bench.in('rollout', 'restart', 'deployment/app');
      await bench.kubectl(['--namespace', system, 'rollout', 'restart', `deployment/${operatorName}`]);
      const restarted = ['rollout', 'status', `deployment/${operatorName}`, '--timeout=120s'];
      await bench.kubectl(['--namespace', system, ...restarted], { withinMs: 130_000 });
      await bench.in('rollout', 'status', 'deployment/app', '--timeout=60s');
      const told = JSON.parse(await answers);
      console.log(`${told.answered} answers meanwhile: ${JSON.stringify(told.phases)}`);
      expect(told.failed).toEqual([]);
      expect(told.answered).toBeGreaterThan(30);
    });
    await bench.until('no pod is outdated', async () => (await status()).outdatedPods === 0, 120_000);
  }, 900_000);

  it('goes on when the operator is gone for good, and a new pod starts without a sidecar', async () => {
    await installation.alone(withoutOperator);
    await replaceApplication();
    expect((await ask('How do I reset my password?')).phase).toBe('fingerprint');
  }, 900_000);

  async function withoutOperator(): Promise<void> {
    // With its pods: one that is about to end goes on answering for the webhook, since there is no other.
    const away = ['delete', 'deployment', operatorName, '--cascade=foreground', '--timeout=90s'];
    await bench.kubectl(['--namespace', system, ...away]);
    // Another one each time: the scene may be tried once more.
    const question = `Do you ship order ${Date.now()} to Iceland`;
    expect((await ask(`${question}?`)).phase).toBe('miss');
    expect((await ask(`${question}, please?`)).phase).toBe('fingerprint');
    await bench.in('delete', 'pod', `${name}-redis-0`, '--timeout=60s');
    await bench.wait(`pod/${name}-redis-0`, 'condition=Ready', 120_000);
    expect((await ask(`${question}?`)).phase).toBe('fingerprint');
    await replaceApplication();
    expect((await ask(`${question}?`)).phase).toBeNull();
  }

  /** Until its old pods are gone: one that is about to end would answer too. */
  async function replaceApplication(): Promise<void> {
    const before = new Set(uids(await restartsOf('app=app')));
    await bench.in('rollout', 'restart', 'deployment/app');
    await bench.in('rollout', 'status', 'deployment/app', '--timeout=90s');
    await bench.until('the old pods are gone', async () =>
      uids(await restartsOf('app=app')).every((uid) => !before.has(uid)),
    );
  }

  it('is scaled down to one, and what was stored is there', async () => {
    await bench.in('scale', `semanticcache/${name}`, '--replicas=1');
    await bench.until(
      'one pod of Redis is left',
      async () => uids(await restartsOf(redisPodsOf)).length === 1,
      180_000,
    );
    await bench.wait(`semanticcache/${name}`, 'condition=Ready', 120_000);
    expect(await redis.run(0, 'redis 127.0.0.1 GET kept')).toContain('yes');
    await bench.until('it waits for nobody', async () => (await redis.waitsFor(0)) === 0);
    expect(await redis.run(0, 'redis 127.0.0.1 SET alone yes')).toContain('OK');
  });

  it('is deleted while its Redis answers nothing: in time, and the application goes on without', async () => {
    expect(await redis.run(0, 'redis 127.0.0.1 CLIENT PAUSE 300000 ALL')).toContain('OK');
    const answers = inApp(...asking('How do I reset my password?', 20));
    await bench.in('delete', `semanticcache/${name}`, '--timeout=60s');
    const told = JSON.parse(await answers);
    expect(told.failed).toEqual([]);
    expect(told.answered).toBeGreaterThan(20);
    await bench.until(
      'the pod of Redis is gone',
      async () => uids(await restartsOf(redisPodsOf)).length === 0,
      180_000,
    );
  });

  it('keeps its volumes where that is asked for, and finds its data there when it comes back', async () => {
    const claims = (await bench.in('get', 'persistentvolumeclaims', '-o', 'name')).trim();
    expect(claims).toContain(`data-${name}-redis-0`);
    await bench.apply([{ ...cache, spec: { ...cache.spec, replicas: 1 } }], bench.namespace);
    await bench.wait(`semanticcache/${name}`, 'condition=Ready', 180_000);
    expect(await redis.run(0, 'redis 127.0.0.1 GET kept')).toContain('yes');
  });
});

const uids = (lines: string): string[] =>
  lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(' ')[0] ?? '');
