import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { containerd } from '../support/kubernetes/node/cluster.ts';
import { application, asking, enough, get, provider } from './application.ts';
import { type Bench, clusterIsHere, openBench, pythonIsHere } from './cluster.ts';
import { type Installation, openInstallation } from './installation.ts';

const name = 'desk';
const cache = {
  apiVersion: 'fourfold.dev/v1alpha1',
  kind: 'SemanticCache',
  metadata: { name },
  spec: {
    // On a machine with nothing to spare an embedding takes longer than the usual quarter second.
    phases: { semantic: { deadline: '20s' } },
    redis: { storage: { size: '1Gi' }, resources: { limits: { memory: '256Mi' } } },
  },
};
const budget = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'app' },
  spec: { minAvailable: 1, selector: { matchLabels: { app: 'app' } } },
};

/** What teams run: an application in another language, and pods that are to follow the sidecar's image. */
describe.skipIf(!clusterIsHere())('applications with a sidecar', () => {
  let installation: Installation;
  let bench: Bench;
  beforeAll(async () => {
    installation = await openInstallation('applications');
    bench = await openBench('applications');
    await bench.apply([...provider, cache], bench.namespace);
    await containerd(bench.place, 'images', 'tag', images[0], images[1]);
    await bench.wait(`semanticcache/${name}`, 'condition=Ready', 180_000);
    await bench.wait('deployment/provider', 'condition=Available');
  });
  afterAll(async () => {
    await bench?.in('delete', 'semanticcaches', '--all', '--timeout=60s');
    await bench?.close();
    installation?.close();
  });

  const from = (...command: string[]) => bench.in('exec', 'deployment/provider', '--', ...command);
  const status = async () => JSON.parse(await bench.in('get', `semanticcache/${name}`, '-o', 'json')).status;
  const outdated = async () =>
    (await status()).conditions.find(({ type }: { type: string }) => type === 'PodsOutdated');
  const sidecar = (spec: object) =>
    bench.in(
      'patch',
      `semanticcache/${name}`,
      '--type=merge',
      '--patch',
      JSON.stringify({ spec: { sidecar: spec } }),
    );
  const podsOfApp = async (): Promise<string[]> =>
    (await bench.in('get', 'pods', '--selector=app=app', '-o=name')).trim().split('\n').toSorted();

  const images = ['localhost/fourfold-sidecar:1', 'localhost/fourfold-sidecar:newer'] as const;
  /** Both pods run another image than the one that is asked for from now on, and nobody replaces them. */
  async function outdate(): Promise<void> {
    const { image } =
      JSON.parse(await bench.in('get', `semanticcache/${name}`, '-o', 'json')).spec.sidecar ?? {};
    await sidecar({ rollout: 'Manual', image: image === images[1] ? images[0] : images[1] });
    await bench.until('both pods are outdated', async () => (await status()).outdatedPods === 2);
  }

  it.skipIf(!pythonIsHere())(
    'in Python, with the official SDK: the second question costs the provider nothing',
    async () => {
      const requests = async (): Promise<number> =>
        JSON.parse(await from(...get('http://provider/__requests'))).length;
      const ask = async (question: string): Promise<{ phase: string; answer: string }> =>
        JSON.parse(await from(...get(`http://python/ask?q=${encodeURIComponent(question)}`)));
      await bench.apply(application('python', name, { image: 'localhost/sample-python:1' }), bench.namespace);
      await bench.wait('deployment/python', 'condition=Available');
      const before = await requests();
      const first = await ask('How do I reset my password?');
      expect(first.phase).toBe('miss');
      const again = await ask('What are the steps to reset my password?');
      expect(again).toMatchObject({ phase: 'semantic', answer: first.answer });
      expect(await requests()).toBe(before + 1);
    },
  );

  it('are counted where their sidecar has an older image, and stay', async () => {
    await bench.apply([...application('app', name, { replicas: 2 }), budget], bench.namespace);
    await bench.wait('deployment/app', 'condition=Available');
    await bench.in('rollout', 'status', 'deployment/app', '--timeout=60s');
    if (pythonIsHere()) await bench.in('delete', 'deployment/python', '--timeout=60s');
    await bench.until('both pods are counted', async () => (await status()).injectedPods === 2, 120_000);
    const before = await podsOfApp();
    await outdate();
    expect(await outdated()).toMatchObject({
      reason: 'RolloutManual',
      message: expect.stringMatching(/^Pods: 2 with an older image of the sidecar \(app-/),
    });
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    expect(await podsOfApp()).toEqual(before);
  });

  it('are replaced one at a time where that is asked for: no request is lost', async () => {
    // The scene may be tried once more, when all is as it should be.
    if ((await status()).outdatedPods !== 2) await outdate();
    const before = await podsOfApp();
    const traffic = asking('How do I reset my password?', 200, 'http://app');
    const answers = bench.kubectl(
      ['--namespace', bench.namespace, 'exec', 'deployment/provider', '--', ...traffic],
      { withinMs: 240_000 },
    );
    try {
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      const start = Date.now();
      await sidecar({ rollout: 'Automatic' });
      await bench.until(
        'no pod is outdated, and both are there',
        async () => {
          const { outdatedPods, injectedPods } = await status();
          return outdatedPods === 0 && injectedPods === 2;
        },
        180_000,
      );
      const seconds = (Date.now() - start) / 1000;
      console.log(`two pods were replaced in ${Math.round(seconds)} s`);
      await bench.until('the old pods have ended', async () =>
        (await podsOfApp()).every((pod) => !before.includes(pod)),
      );
      expect(seconds).toBeGreaterThan(30);
      expect(await outdated()).toBeUndefined();
    } finally {
      // Also where the scene failed: one that asks on would be in the way of the next try.
      await from(...enough);
    }
    const told = JSON.parse(await answers);
    console.log(`${told.answered} answers meanwhile: ${JSON.stringify(told.phases)}`);
    expect(told.failed).toEqual([]);
    expect(told.answered).toBeGreaterThan(60);
  }, 400_000);

  it('stay again where it is not asked for any more', async () => {
    await outdate();
    const before = await podsOfApp();
    await new Promise((resolve) => setTimeout(resolve, 45_000));
    expect(await podsOfApp()).toEqual(before);
    expect(await outdated()).toMatchObject({ reason: 'RolloutManual' });
  }, 120_000);
});
