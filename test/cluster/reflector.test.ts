import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../../operator/kube/client.ts';
import { systemClock as clock } from '../../operator/kube/clock.ts';
import { Credentials, loadKubeConfig } from '../../operator/kube/credentials.ts';
import { type KubeObject, keyOf } from '../../operator/kube/object.ts';
import { Reflector } from '../../operator/kube/reflector.ts';
import { Transport } from '../../operator/kube/transport.ts';
import { type ApiServer, apiServerIsHere, startApiServer } from '../support/kubernetes/index.ts';
import { type ApiProxy, startApiProxy } from '../support/operator/api-proxy.ts';
import { eventually } from '../support/operator/eventually.ts';

const configMaps = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };
const path = '/api/v1/namespaces/default/configmaps';
interface ConfigMap extends KubeObject {
  readonly data?: Record<string, string>;
}

/** Whatever happens to the connection, the copy becomes what the server has, and each difference is told. */
describe.skipIf(!apiServerIsHere())('the reflector', () => {
  let api: ApiServer;
  let proxy: ApiProxy;
  const open: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    // Without a watch cache a compacted version is gone at once.
    api = await startApiServer({ watchCache: false });
  });
  afterAll(() => api?.stop());
  afterEach(async () => {
    for (const close of open.splice(0)) await close();
    await api.request(`${path}?labelSelector=test`, { method: 'DELETE' });
  });

  const put = async (name: string, value: string) => {
    const { status } = await api.request(`${path}/${name}?fieldManager=test&force=true`, {
      method: 'PATCH',
      contentType: 'application/apply-patch+yaml',
      body: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, labels: { test: 'yes' } },
        data: { value },
      },
    });
    expect(status).toBeLessThan(300);
  };
  const remove = (name: string) => api.request(`${path}/${name}`, { method: 'DELETE' });

  async function follow(
    options: {
      inactivityMs?: number;
      forbiddenMs?: number;
      onChange?: (object: KubeObject) => void;
      fault?: ApiProxy['fault'];
    } = {},
  ) {
    proxy = await startApiProxy(api);
    if (options.fault !== undefined) proxy.fault = options.fault;
    const credentials = new Credentials(loadKubeConfig(proxy.kubeconfig), clock);
    const transport = new Transport(credentials, clock, { called() {} });
    const copy = new Map<string, string>();
    const told: string[] = [];
    const failures: string[] = [];
    const reflector = new Reflector<ConfigMap>({
      client: new Client(transport),
      kind: configMaps,
      namespace: 'default',
      labelSelector: 'test=yes',
      keep: (object) => object as ConfigMap,
      onChange: ({ type, object }) => {
        told.push(`${type} ${object.metadata.name}`);
        if (type === 'deleted') copy.delete(keyOf(object));
        else copy.set(keyOf(object), object.data?.value ?? '');
        options.onChange?.(object);
      },
      clock,
      random: Math.random,
      observer: {
        listed() {},
        failed: (_, { message }) => failures.push(message),
        handlerFailed: (_, error) => failures.push(String(error)),
      },
      ...(options.inactivityMs === undefined ? {} : { inactivityMs: options.inactivityMs }),
      ...(options.forbiddenMs === undefined ? {} : { forbiddenMs: options.forbiddenMs }),
    });
    const stop = new AbortController();
    const running = reflector.run(stop.signal);
    open.push(async () => {
      stop.abort();
      await running;
      await transport.close();
      await proxy.close();
    });
    await reflector.synced;
    return { reflector, copy, told, failures, transport };
  }

  /** What the server has is what the copy has, within five seconds. */
  const same = (copy: Map<string, string>) =>
    eventually(
      'the copy is what the server has',
      async () => {
        const { body } = await api.request(`${path}?labelSelector=test=yes`);
        const there = (body.items as ConfigMap[]).map((each) => [keyOf(each), each.data?.value]);
        return JSON.stringify(there.toSorted()) === JSON.stringify([...copy].toSorted());
      },
      5_000,
    );

  it('lists in pages and then follows', async () => {
    await Promise.all(Array.from({ length: 520 }, (_, n) => put(`page-${n}`, 'a')));
    const { copy, reflector } = await follow();
    expect(copy.size).toBe(520);
    expect(proxy.seen.filter(({ path }) => path.includes('continue=')).length).toBe(1);
    await put('page-1', 'b');
    await remove('page-2');
    await put('fresh', 'c');
    await same(copy);
    expect(reflector.size).toBe(520);
  });

  it('leaves out what loses its label, as if it were deleted', async () => {
    await put('a', '1');
    const { copy } = await follow();
    await api.request(`${path}/a`, { method: 'PATCH', body: { metadata: { labels: { test: 'no' } } } });
    await eventually('it is gone', () => copy.size === 0);
    await remove('a');
  });

  it.each([
    'reset',
    'silence',
    { status: 500 },
    { status: 503, retryAfter: 1 },
    { status: 429, retryAfter: 1 },
  ] as const)(
    'misses nothing while everything is answered with %j, and does not ask in a loop',
    async (fault) => {
      await put('changed', '1');
      await put('deleted', '1');
      const { copy, told, transport, reflector } = await follow({ inactivityMs: 1_500 });
      transport.onReturn(() => reflector.restart());
      proxy.fault = () => fault;
      proxy.cut();
      await put('changed', '2');
      await remove('deleted');
      await put('added', '1');
      const before = proxy.seen.length;
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      expect(proxy.seen.length - before).toBeLessThan(15);
      proxy.fault = () => undefined;
      await same(copy);
      expect(told.slice(2).toSorted()).toEqual(['added added', 'deleted deleted', 'updated changed']);
    },
  );

  it('gives the server the time that it asks for', async () => {
    const { copy } = await follow();
    proxy.fault = () => ({ status: 429, retryAfter: 2 });
    proxy.cut();
    await put('a', '1');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const asked = proxy.seen.filter(({ status }) => status === 0);
    await eventually(
      'it is asked again',
      () => proxy.seen.filter(({ status }) => status === 0).length > asked.length,
    );
    const pauses = proxy.seen.filter(({ status }) => status === 0).map(({ at }) => at);
    expect((pauses[1] as number) - (pauses[0] as number)).toBeGreaterThan(1_900);
    proxy.fault = () => undefined;
    await same(copy);
  });

  it('notices that a watch is silent though its connection stands', async () => {
    const { copy, failures } = await follow({ inactivityMs: 1_000 });
    proxy.fault = ({ watch }) => (watch ? 'silence' : undefined);
    proxy.cut();
    await put('a', '1');
    await eventually('it says so', () => failures.some((message) => message.includes('silent for 1000 ms')));
    proxy.fault = () => undefined;
    await same(copy);
  });

  it('lists again when its version is gone, and tells what was deleted meanwhile', async () => {
    await put('deleted', '1');
    await put('replaced', '1');
    await put('kept', '1');
    const { copy, told, failures } = await follow();
    proxy.fault = () => 'reset';
    proxy.cut();
    await remove('deleted');
    await remove('replaced');
    await put('replaced', '2');
    await api.compact();
    proxy.fault = () => undefined;
    await same(copy);
    expect(failures.some((message) => message.includes('410'))).toBe(true);
    expect(told.slice(3).toSorted()).toEqual(['added replaced', 'deleted deleted', 'deleted replaced']);
  });

  it('goes on after a restart of the API server', async () => {
    await put('a', '1');
    const { copy } = await follow();
    await api.kill();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await api.restart();
    await put('a', '2');
    await same(copy);
  });

  it('goes on after a handler that throws', async () => {
    let thrown = 0;
    const { copy, failures } = await follow({
      onChange: () => {
        if (thrown++ === 0) throw new Error('oops');
      },
    });
    await put('a', '1');
    await put('b', '1');
    await same(copy);
    expect(failures).toEqual(['Error: oops']);
  });

  it('does not let others wait for a namespace that it may no longer see, and goes on when it may again', async () => {
    await put('kept', '1');
    const { reflector, copy } = await follow({ forbiddenMs: 300, fault: () => ({ status: 403 }) });
    expect(reflector.served).toBe(false);
    proxy.fault = () => undefined;
    await same(copy);
    expect(reflector.served).toBe(true);
  });

  it('takes a kind that is not served for one without objects', async () => {
    const transport = new Transport(new Credentials(loadKubeConfig(api.kubeconfig), clock), clock, {
      called() {},
    });
    const stop = new AbortController();
    const reflector = new Reflector<KubeObject>({
      client: new Client(transport),
      kind: { apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor', plural: 'podmonitors' },
      keep: (object) => object,
      onChange: () => {},
      clock,
      random: Math.random,
      observer: { listed() {}, failed() {}, handlerFailed() {} },
    });
    const running = reflector.run(stop.signal);
    await reflector.synced;
    expect(reflector.size).toBe(0);
    stop.abort();
    await running;
    await transport.close();
  });

  it('ends at once when it is told to, whatever it is doing', async () => {
    const { reflector } = await follow();
    proxy.fault = () => 'silence';
    proxy.cut();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const begun = performance.now();
    await open.splice(0)[0]?.();
    expect(performance.now() - begun).toBeLessThan(1_000);
    expect(reflector.size).toBe(0);
  });
});
