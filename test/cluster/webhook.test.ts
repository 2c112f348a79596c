import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operator } from '../../operator/main.ts';
import { webhookConfiguration } from '../../operator/webhook/configuration.ts';
import { mutatePath } from '../../operator/webhook/server.ts';
import { apiServerIsHere } from '../support/kubernetes/index.ts';
import { eventually } from '../support/operator/eventually.ts';
import {
  type Found,
  type Installed,
  install,
  reconciled,
  semanticCache,
  startOperator,
} from '../support/operator/installed.ts';

const name = 'fourfold';
const configurationPath = `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${name}`;
/** Lives of seconds, long enough for a machine that is busy with other things. */
const times = { authorityMs: 24_000, leafMs: 9_000, announceMs: 2_000 };

/** On a real API server, in a namespace of the restricted level; the operator has the permissions that it ships with. */
describe.skipIf(!apiServerIsHere())('the webhook', () => {
  let cluster: Installed;
  let operator: Operator;
  let count = 0;

  const pods = '/api/v1/namespaces/shop/pods';
  const podOf = (annotations: Record<string, string>, metadata: object = {}) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `app-${++count}`, annotations, ...metadata },
    spec: {
      containers: [
        {
          name: 'app',
          image: 'app:1',
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] },
            runAsNonRoot: true,
            seccompProfile: { type: 'RuntimeDefault' },
          },
        },
      ],
    },
  });
  const create = (annotations: Record<string, string>, { query = '', metadata = {} } = {}) =>
    cluster.api.request(`${pods}${query}`, { method: 'POST', body: podOf(annotations, metadata) });
  const asks = { 'fourfold.dev/inject': 'true' };
  const statusOf = (pod: Found) => pod.metadata.annotations['fourfold.dev/status'];
  const bundle = async () => {
    const { webhooks } = await cluster.get(configurationPath);
    return Buffer.from(webhooks[0].clientConfig.caBundle ?? '', 'base64').toString();
  };

  beforeAll(async () => {
    cluster = await install();
    operator = await startOperator(cluster, {
      env: { FOURFOLD_OPERATOR_INJECTOR: 'webhook', FOURFOLD_OPERATOR_WEBHOOK_PORT: '0' },
      webhook: { times, names: ['localhost'] },
    });
    const port = await eventually('the webhook listens', () => operator.webhookPort(), 30_000);
    const configuration = webhookConfiguration({
      namespace: 'fourfold-system',
      service: 'webhook',
      failurePolicy: 'Fail',
      name,
    });
    const clientConfig = { url: `https://localhost:${port}${mutatePath}` };
    await cluster.apply({
      ...configuration,
      webhooks: configuration.webhooks.map((each) => ({ ...each, clientConfig })),
    });
    await eventually('the bundle is announced', async () => (await bundle()) !== '', 30_000);
    await cluster.namespace('shop');
    await cluster.apply(semanticCache('shop', 'support'));
    await reconciled(cluster, 'shop', 'support', 30_000);
  }, 120_000);
  afterAll(async () => {
    await operator?.close();
    await cluster?.stop();
  }, 60_000);

  it('gives a pod that asks its sidecar, and the restricted level lets it in', async () => {
    const { status, body } = await create(asks);
    expect(status, body.message).toBe(201);
    expect(statusOf(body)).toBe('injected');
    expect(body.spec.initContainers.map(({ name }: Found) => name)).toEqual(['fourfold']);
    expect(body.spec.containers[0].env).toContainEqual({
      name: 'OPENAI_BASE_URL',
      value: 'http://127.0.0.1:4114/v1',
    });
  });

  it('gives a rehearsal the same pod', async () => {
    const { status, body } = await create(asks, { query: '?dryRun=All' });
    expect(status).toBe(201);
    expect(statusOf(body)).toBe('injected');
  });

  it('injects where the namespace asks, and not where the pod says no', async () => {
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', labels: { ...restricted, 'fourfold.dev/inject': 'support' } },
    });
    await eventually('the label is known', async () => {
      const { body } = await create({}, { query: '?dryRun=All' });
      return body.metadata.annotations?.['fourfold.dev/status'] === 'injected';
    });
    const { body } = await create({ 'fourfold.dev/inject': 'false' });
    expect(body.spec.initContainers).toBeUndefined();
    await cluster.apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', labels: restricted },
    });
  });

  it('refuses what its author wrote wrongly, and says what was expected', async () => {
    const { status, body } = await create({ ...asks, 'fourfold.dev/threshold': '7' });
    expect(status).toBe(400);
    expect(body.message).toContain(
      'fourfold.dev/threshold: expected a number greater than 0 and at most 1, found 7',
    );
  });

  it('lets a pod in that cannot have one, and says so on it, on its owner and in a metric', async () => {
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'app', uid: crypto.randomUUID() };
    const metadata = { ownerReferences: [{ ...owner, controller: true }] };
    const { status, body } = await create({ 'fourfold.dev/inject': 'other' }, { metadata });
    expect(status).toBe(201);
    expect(statusOf(body)).toBe('skipped: no-cache');
    expect(body.spec.initContainers).toBeUndefined();
    const told = await eventually('the event', async () => {
      const { items } = await cluster.get('/apis/events.k8s.io/v1/namespaces/shop/events');
      return items.find(({ reason }: Found) => reason === 'SidecarSkipped');
    });
    expect(told.regarding).toMatchObject(owner);
    const metrics = await (await fetch(`${operator.url}/metrics`)).text();
    expect(metrics).toContain('fourfold_admissions_total{outcome="skipped",reason="no-cache"} 1');
  });

  it('puts its authorities back where somebody deletes the Secret or takes the bundle away', async () => {
    const secret = '/api/v1/namespaces/fourfold-system/secrets/fourfold-webhook-authorities';
    await cluster.api.request(secret, { method: 'DELETE' });
    await cluster.api.request(configurationPath, {
      method: 'PATCH',
      contentType: 'application/json-patch+json',
      body: [{ op: 'remove', path: '/webhooks/0/clientConfig/caBundle' }],
    });
    await eventually('the Secret is there again', () => cluster.get(secret));
    await eventually('and the bundle', async () => (await bundle()) !== '');
    const { status, body } = await create(asks);
    expect(status, body.message).toBe(201);
    expect(statusOf(body)).toBe('injected');
  });

  it('serves on through renewed certificates and authorities, with no TLS error', async () => {
    const port = operator.webhookPort() as number;
    const leaves = new Set<string>();
    const bundles = new Set<string>();
    let created = 0;
    // The API server keeps its connections, so each round also makes a handshake with what it has been told to trust.
    for (const end = performance.now() + 40_000; performance.now() < end; ) {
      const ca = await bundle();
      bundles.add(ca);
      leaves.add(await handshake(port, ca));
      for (const { status, body } of await Promise.all(Array.from({ length: 20 }, () => create(asks)))) {
        expect(status, body.message).toBe(201);
        expect(statusOf(body)).toBe('injected');
        created++;
      }
    }
    console.log(`${created} pods under ${leaves.size} certificates of ${bundles.size} bundles`);
    expect(leaves.size).toBeGreaterThanOrEqual(5);
    expect(bundles.size).toBeGreaterThanOrEqual(3);
    expect(created).toBeGreaterThan(200);
  }, 90_000);

  it('is never asked about pods that did not ask, not even when it is gone', async () => {
    await operator.close();
    const refused = await create(asks);
    expect(refused.status).toBe(500);
    expect(refused.body.message).toContain('pod.inject.fourfold.dev');
    const begun = performance.now();
    const { status, body } = await create({ other: 'x' });
    expect(status).toBe(201);
    expect(body.spec.initContainers).toBeUndefined();
    expect(performance.now() - begun).toBeLessThan(4_000);
  }, 60_000);
});

const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };

/** @returns the serving certificate. @throws where it is not to be trusted. */
function handshake(port: number, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca, servername: 'localhost' }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
