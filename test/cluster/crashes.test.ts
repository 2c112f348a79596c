import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiServerIsHere } from '../support/kubernetes/index.ts';
import { type ApiProxy, type Seen, startApiProxy } from '../support/operator/api-proxy.ts';
import { eventually } from '../support/operator/eventually.ts';
import {
  cachePath,
  golden,
  type Installed,
  install,
  objectsOf,
  reconciled,
  semanticCache,
  startOperator,
} from '../support/operator/installed.ts';

/** A write that counts: the lease is not part of any story. */
const isWrite = ({ method, path }: Seen) => method !== 'GET' && !path.includes('/leases');

interface Scenario {
  readonly what: string;
  /** The cache as it is before; none: there is none. */
  readonly before?: object;
  readonly act: (cluster: Installed, namespace: string) => Promise<unknown>;
}

const apply =
  (spec: object, metadata: object = {}) =>
  (cluster: Installed, namespace: string) =>
    cluster.apply(semanticCache(namespace, 'support', spec, metadata));

const scenarios: readonly Scenario[] = [
  { what: 'a new cache', act: apply({ replicas: 3 }) },
  { what: 'a new threshold', before: {}, act: apply({ threshold: 0.95 }) },
  { what: 'from one pod to three', before: {}, act: apply({ replicas: 3 }) },
  { what: 'from three pods to one', before: { replicas: 3 }, act: apply({ replicas: 1 }) },
  {
    what: 'without a network policy',
    before: {},
    act: apply({ redis: { networkPolicy: { enabled: false } } }),
  },
  {
    what: 'new passwords',
    before: {},
    act: apply({}, { annotations: { 'fourfold.dev/rotate-passwords': 'now' } }),
  },
];

/**
 * The operator dies after each of its writes in turn, before it knows the answer; the next one brings the same end about.
 * Each death has a namespace and an operator of its own, so that many are tried side by side.
 */
describe.skipIf(!apiServerIsHere())('an operator that dies', () => {
  let cluster: Installed;
  let count = 0;
  beforeAll(async () => {
    cluster = await install();
  });
  afterAll(() => cluster?.stop());

  const operatorIn = (namespace: string, kubeconfig?: string) =>
    startOperator(cluster, {
      env: {
        FOURFOLD_OPERATOR_NAMESPACE: namespace,
        FOURFOLD_OPERATOR_WATCH_NAMESPACES: namespace,
        FOURFOLD_OPERATOR_LEASE: '1s',
      },
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
    });

  const state = async (namespace: string) => {
    const text = JSON.stringify(golden(await objectsOf(cluster, namespace)), null, 1);
    return text.replaceAll(namespace, 'NAMESPACE');
  };

  async function prepare({ before }: Scenario): Promise<string> {
    const namespace = `crash-${++count}`;
    await cluster.namespace(namespace);
    await cluster.allowLease(namespace);
    if (before === undefined) return namespace;
    const operator = await operatorIn(namespace);
    await cluster.apply(semanticCache(namespace, 'support', before));
    await reconciled(cluster, namespace, 'support', 20_000);
    await operator.close();
    return namespace;
  }

  /** The end of a story that nothing disturbs, and how many writes it took. */
  async function undisturbed(scenario: Scenario): Promise<{ end: string; writes: number }> {
    const namespace = await prepare(scenario);
    const proxy = await startApiProxy(cluster.api, cluster.token);
    const operator = await operatorIn(namespace, proxy.kubeconfig);
    await scenario.act(cluster, namespace);
    await reconciled(cluster, namespace, 'support', 20_000);
    let last = '';
    const end = await eventually('nothing changes any more', async () => {
      const before = last;
      last = `${await state(namespace)} ${proxy.seen.filter(isWrite).length}`;
      await new Promise((resolve) => setTimeout(resolve, 500));
      return before === last ? state(namespace) : undefined;
    });
    const writes = proxy.seen.filter(isWrite).length;
    await operator.close();
    await proxy.close();
    return { end, writes };
  }

  function dieAfter(proxy: ApiProxy, writes: number): { dead: () => boolean } {
    let dead = false;
    let seen = 0;
    proxy.fault = (request) => {
      if (dead) return 'reset';
      if (!isWrite(request) || ++seen < writes) return undefined;
      dead = true;
      return 'lost';
    };
    return { dead: () => dead };
  }

  it.each(scenarios)('in the midst of: $what', { timeout: 240_000 }, async (scenario) => {
    const { end, writes } = await undisturbed(scenario);
    expect(writes).toBeGreaterThan(0);
    const deaths = Array.from({ length: writes }, (_, index) => index + 1);
    const next = async (): Promise<void> => {
      for (let at = deaths.shift(); at !== undefined; at = deaths.shift()) {
        const namespace = await prepare(scenario);
        const proxy = await startApiProxy(cluster.api, cluster.token);
        const { dead } = dieAfter(proxy, at);
        const first = await operatorIn(namespace, proxy.kubeconfig);
        await scenario.act(cluster, namespace);
        // A story can be told in fewer writes when its events come together.
        await eventually('it dies', dead, 5_000).catch(() => {});
        await Promise.all([first.close(), proxy.close()]);
        const second = await operatorIn(namespace);
        const { metadata } = await cluster.get(cachePath(namespace, 'support'));
        await eventually(
          `the same end after write ${at} of ${writes}`,
          async () => {
            const { status } = await cluster.get(cachePath(namespace, 'support'));
            return status?.observedGeneration === metadata.generation && (await state(namespace)) === end;
          },
          20_000,
        ).catch(async (error) => {
          expect(await state(namespace), error.message).toBe(end);
          throw error;
        });
        await second.close();
      }
    };
    await Promise.all([next(), next(), next()]);
  });
});
