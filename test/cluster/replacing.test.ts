import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operator } from '../../operator/main.ts';
import { webhookConfiguration } from '../../operator/webhook/configuration.ts';
import { mutatePath } from '../../operator/webhook/server.ts';
import { apiServerIsHere } from '../support/kubernetes/index.ts';
import { secured } from '../support/kubernetes/sample.ts';
import { eventually } from '../support/operator/eventually.ts';
import {
  cachePath,
  type Found,
  type Installed,
  install,
  semanticCache,
  startOperator,
} from '../support/operator/installed.ts';

const configuration = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/fourfold';
const namespace = 'shop';
const replicas = 3;

/**
 * On a real API server, with the controllers of ReplicaSets and of disruption budgets, and the shipped permissions. No
 * kubelet: the test says that pods run.
 */
describe.skipIf(!apiServerIsHere())('pods with an older sidecar, or none', { timeout: 120_000 }, () => {
  let cluster: Installed;
  let operator: Operator;
  let stopped = false;
  let kubelet: Promise<void>;

  const pods = async (): Promise<Found[]> =>
    (await cluster.get(`/api/v1/namespaces/${namespace}/pods`)).items.filter(
      ({ metadata }: Found) => metadata.deletionTimestamp === undefined,
    );
  const uids = async () => (await pods()).map(({ metadata }) => metadata.uid).toSorted();
  const status = async () => (await cluster.get(cachePath(namespace, 'support'))).status;
  const outdated = async () => (await status()).conditions.find(({ type }: Found) => type === 'PodsOutdated');
  const sidecar = (spec: object) =>
    cluster.api.request(`${cachePath(namespace, 'support')}?fieldManager=team`, {
      method: 'PATCH',
      body: { spec: { sidecar: spec } },
    });
  const settledOn = (reason: string | undefined) =>
    eventually(`the condition is ${reason}`, async () => (await outdated())?.reason === reason, 60_000);
  const register = async () => {
    const port = await eventually('the webhook listens', () => operator.webhookPort(), 30_000);
    const wanted = webhookConfiguration({
      ...{ namespace: 'fourfold-system', service: 'webhook', failurePolicy: 'Fail', name: 'fourfold' },
    });
    const clientConfig = { url: `https://localhost:${port}${mutatePath}` };
    await cluster.apply({ ...wanted, webhooks: wanted.webhooks.map((each) => ({ ...each, clientConfig })) });
    await eventually('the bundle is announced', async () => {
      const { webhooks } = await cluster.get(configuration);
      return (webhooks[0].clientConfig.caBundle ?? '') !== '';
    });
  };
  /** How few pods were ready at any moment. */
  let fewest = replicas;

  async function pretendToRun(): Promise<void> {
    const ready = ({ status }: Found) =>
      status.conditions?.some((each: Found) => each.type === 'Ready' && each.status === 'True');
    for (let begun = false; !stopped; await new Promise((resolve) => setTimeout(resolve, 100))) {
      const all = await pods();
      begun ||= all.filter(ready).length === replicas;
      if (begun) fewest = Math.min(fewest, all.filter(ready).length);
      for (const pod of all.filter((each) => !ready(each))) {
        const conditions = ['Ready', 'ContainersReady'].map((type) => ({ type, status: 'True' }));
        await cluster.api.request(`/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}/status`, {
          method: 'PATCH',
          body: { status: { phase: 'Running', conditions } },
        });
      }
    }
  }

  beforeAll(async () => {
    cluster = await install({ controllers: ['replicaset-controller', 'disruption-controller'] });
    operator = await startOperator(cluster, {
      env: { FOURFOLD_OPERATOR_INJECTOR: 'webhook', FOURFOLD_OPERATOR_WEBHOOK_PORT: '0' },
      webhook: {
        times: { authorityMs: 86_400_000, leafMs: 3_600_000, announceMs: 1_000 },
        names: ['localhost'],
      },
      rolloutPauseMs: 1_000,
    });
    await register();
    await cluster.namespace(namespace);
    await cluster.apply({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'app', namespace },
      spec: {
        replicas,
        selector: { matchLabels: { app: 'app' } },
        template: {
          metadata: { labels: { app: 'app' }, annotations: { 'fourfold.dev/inject': 'support' } },
          spec: { containers: [{ name: 'app', image: 'app:1', securityContext: secured }] },
        },
      },
    });
    kubelet = pretendToRun();
    await eventually('the pods are there', async () => (await pods()).length === replicas, 30_000);
  }, 120_000);
  afterAll(async () => {
    stopped = true;
    await kubelet;
    await operator?.close();
    await cluster?.stop();
  }, 60_000);

  it('are counted and named, and stay where nobody asked for more', async () => {
    const before = await uids();
    const external = { url: 'redis://redis.elsewhere:6379' };
    await cluster.apply(semanticCache(namespace, 'support', { redis: { external } }));
    await settledOn('RolloutManual');
    expect((await status()).uninjectedPods).toBe(replicas);
    expect((await outdated()).message).toMatch(/^Pods: 3 without the sidecar that they ask for \(app-/);
    expect((await status()).conditions.find(({ type }: Found) => type === 'Ready').status).toBe('True');
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await uids()).toEqual(before);
  });

  it('are replaced one at a time, and then there is nothing more to say', async () => {
    await sidecar({ rollout: 'Automatic' });
    await settledOn(undefined);
    await eventually('all have their sidecar', async () => (await status()).injectedPods === replicas);
    expect(await status()).toMatchObject({ outdatedPods: 0, uninjectedPods: 0 });
    expect(fewest).toBe(replicas - 1);
  });

  it('wait while a disruption budget does not let them go', async () => {
    const before = await uids();
    const budget = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
    await cluster.apply({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'app', namespace },
      spec: { minAvailable: replicas, selector: { matchLabels: { app: 'app' } } },
    });
    await eventually('the budget is in force', async () => {
      const { status: state, metadata } = await cluster.get(`${budget}/app`);
      return state?.observedGeneration === metadata.generation && state.currentHealthy === replicas;
    });
    await sidecar({ resources: { limits: { memory: '640Mi' } } });
    await settledOn('EvictionRefused');
    expect((await outdated()).message).toMatch(/429.*disruption budget.* 3 with an older configuration/);
    expect(await uids()).toEqual(before);
    await cluster.api.request(`${budget}/app`, { method: 'DELETE' });
    await settledOn(undefined);
    expect((await uids()).filter((uid) => before.includes(uid))).toEqual([]);
    expect((await pods()).map(({ spec }) => spec.initContainers[0].resources.limits.memory)).toEqual(
      Array(replicas).fill('640Mi'),
    );
    expect(fewest).toBe(replicas - 1);
  });

  it('are left alone once none can be made in place of one, and go on when it can', async () => {
    const before = await uids();
    const ranges = `/api/v1/namespaces/${namespace}/limitranges`;
    const spec = { limits: [{ type: 'Container', max: { memory: '640Mi' } }] };
    await cluster.api.request(ranges, { method: 'POST', body: { metadata: { name: 'limits' }, spec } });
    await sidecar({ resources: { limits: { memory: '700Mi' } } });
    await settledOn('ReplacedInVain');
    expect((await outdated()).message).toMatch(
      /^None could be made in place of app-.* maximum memory usage per Container is 640Mi/,
    );
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const after = await uids();
    expect(after).toHaveLength(replicas - 1);
    expect(after.filter((uid) => !before.includes(uid))).toEqual([]);
    await cluster.api.request(`${ranges}/limits`, { method: 'DELETE' });
    await settledOn(undefined);
    expect((await pods()).map(({ spec }) => spec.initContainers[0].resources.limits.memory)).toEqual(
      Array(replicas).fill('700Mi'),
    );
  });

  it('are left alone once a new one is no better, and one that gets its sidecar lets it go on', async () => {
    await cluster.api.request(configuration, { method: 'DELETE' });
    const before = await uids();
    await sidecar({ image: 'sidecar:next' });
    await settledOn('ReplacedInVain');
    const after = await uids();
    expect(after.filter((uid) => before.includes(uid))).toHaveLength(replicas - 1);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(await uids()).toEqual(after);
    const { items } = await cluster.get(`/apis/events.k8s.io/v1/namespaces/${namespace}/events`);
    expect(items.map(({ reason, type }: Found) => `${type} ${reason}`)).toContain('Warning ReplacedInVain');

    await register();
    const bare = (await pods()).find(({ spec }) => spec.initContainers === undefined);
    await cluster.api.request(`/api/v1/namespaces/${namespace}/pods/${bare?.metadata.name}`, {
      method: 'DELETE',
    });
    await settledOn(undefined);
    expect((await pods()).map(({ spec }) => spec.initContainers?.[0].image)).toEqual(
      Array(replicas).fill('sidecar:next'),
    );
  });
});
