import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../../operator/kube/client.ts';
import { systemClock as clock } from '../../operator/kube/clock.ts';
import { Credentials, loadKubeConfig } from '../../operator/kube/credentials.ts';
import { Election, type Term } from '../../operator/kube/election.ts';
import { Fenced } from '../../operator/kube/fence.ts';
import { leases } from '../../operator/kube/lease.ts';
import { Transport } from '../../operator/kube/transport.ts';
import { type ApiServer, apiServerIsHere, startApiServer } from '../support/kubernetes/index.ts';
import { type ApiProxy, startApiProxy } from '../support/operator/api-proxy.ts';
import { eventually } from '../support/operator/eventually.ts';

const times = { leaseMs: 3_000, renewDeadlineMs: 2_000, retryMs: 300 };

describe.skipIf(!apiServerIsHere())('the election', () => {
  let api: ApiServer;
  beforeAll(async () => {
    api = await startApiServer();
  });
  afterAll(() => api?.stop());

  interface Candidate {
    readonly proxy: ApiProxy;
    readonly client: Client;
    /** The terms that it led, the last one may go on. */
    readonly terms: Term[];
    leads(): boolean;
    stop(): Promise<void>;
  }

  async function candidate(lease: string, identity: string): Promise<Candidate> {
    const proxy = await startApiProxy(api);
    const transport = new Transport(new Credentials(loadKubeConfig(proxy.kubeconfig), clock), clock, {
      called() {},
    });
    const client = new Client(transport);
    const terms: Term[] = [];
    const election = new Election({
      client,
      place: { namespace: 'default', name: lease },
      identity,
      clock,
      random: Math.random,
      times,
      onTrouble: () => {},
    });
    const stopping = new AbortController();
    const running = election.run(stopping.signal, async (term) => {
      terms.push(term);
      await new Promise((resolve) => term.stopping.addEventListener('abort', resolve));
    });
    return {
      proxy,
      client,
      terms,
      leads: () => terms.at(-1)?.mayWrite() ?? false,
      async stop() {
        stopping.abort();
        await running;
        await transport.close();
        await proxy.close();
      },
    };
  }

  const holder = async (lease: string) =>
    (await api.request(`/apis/coordination.k8s.io/v1/namespaces/default/leases/${lease}`)).body.spec
      .holderIdentity;

  it('has one leader, and the other one follows at once when it is given back', async () => {
    const a = await candidate('given-back', 'a');
    await eventually('a leads', () => a.leads());
    const b = await candidate('given-back', 'b');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect([a.leads(), b.leads()]).toEqual([true, false]);
    await a.stop();
    expect(await holder('given-back')).toBe('');
    await eventually('b leads', () => b.leads(), 1_500);
    await b.stop();
  });

  it('a leader that is cut off stops before the next one begins, and follows when it is back', async () => {
    const a = await candidate('cut-off', 'a');
    await eventually('a leads', () => a.leads());
    const b = await candidate('cut-off', 'b');
    await new Promise((resolve) => setTimeout(resolve, 700));
    a.proxy.fault = () => 'silence';
    let both = 0;
    const watch = setInterval(() => {
      if (a.leads() && b.leads()) both++;
    }, 2);
    await eventually('b leads', () => b.leads());
    expect(a.leads()).toBe(false);
    a.proxy.fault = () => undefined;
    a.proxy.cut();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    clearInterval(watch);
    expect(both).toBe(0);
    expect([a.leads(), b.leads()]).toEqual([false, true]);
    await b.stop();
    await eventually('a leads again', () => a.leads());
    expect(a.terms.length).toBe(2);
    await a.stop();
  });

  it('goes on leading over a short absence of the server', async () => {
    const a = await candidate('short', 'a');
    await eventually('a leads', () => a.leads());
    a.proxy.fault = () => ({ status: 500 });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    a.proxy.fault = () => undefined;
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(a.leads()).toBe(true);
    expect(a.terms.length).toBe(1);
    await a.stop();
  });

  it('a write of an old term is not sent, also when it waits for its connection already', async () => {
    const a = await candidate('fenced', 'a');
    await eventually('a leads', () => a.leads());
    const [term] = a.terms;
    const writer = a.client.writer(term as Term, new AbortController().signal);
    const manifest = (name: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'default' },
    });
    const configMaps = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };
    await writer.create(configMaps, manifest('while-leading'));
    // Made while it leads; the term ends before the request is on its way.
    const late = writer.create(configMaps, manifest('too-late'));
    (term as Term).end();
    await expect(late).rejects.toThrow(Fenced);
    await expect(writer.create(configMaps, manifest('after'))).rejects.toThrow(Fenced);
    const { body } = await api.request('/api/v1/namespaces/default/configmaps');
    const names = body.items.map((each: { metadata: { name: string } }) => each.metadata.name);
    expect(names).toContain('while-leading');
    expect(names).not.toContain('too-late');
    expect(names).not.toContain('after');
    await a.stop();
  });

  it('takes a lease whose holder is gone only after its whole time has passed on its own clock', async () => {
    // As written by a machine whose clock is an hour behind: what it says of times is not believed.
    const spec = {
      holderIdentity: 'dead',
      leaseDurationSeconds: 3,
      renewTime: new Date(Date.now() - 3_600_000).toISOString().replace('Z', '000Z'),
    };
    await api.request('/apis/coordination.k8s.io/v1/namespaces/default/leases', {
      method: 'POST',
      body: { apiVersion: leases.apiVersion, kind: leases.kind, metadata: { name: 'left' }, spec },
    });
    const begun = performance.now();
    const a = await candidate('left', 'a');
    await eventually('a leads', () => a.leads());
    expect(performance.now() - begun).toBeGreaterThan(2_900);
    await a.stop();
  });
});
