import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttps, type Server as HttpsServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Issued, newAuthority, newLeaf } from '../../operator/webhook/certificates/authority.ts';
import { webhookConfiguration } from '../../operator/webhook/configuration.ts';
import { mutatePath, serveWebhook, type WebhookServer } from '../../operator/webhook/server.ts';
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
import { randomPods } from '../support/pods.ts';

/** The webhook among others on a real API server: random pods, other webhooks around it, a slow one, given certificates. */
describe.skipIf(!apiServerIsHere())('admission', () => {
  let cluster: Installed;
  let authority: Issued;
  let count = 0;
  const closing: (() => Promise<unknown>)[] = [];
  const pods = '/api/v1/namespaces/shop/pods';
  const post = (pod: object, query = '?dryRun=All') =>
    cluster.api.request(`${pods}${query}`, { method: 'POST', body: pod });
  const statusOf = ({ body }: { body: Found }) => body.metadata?.annotations?.['fourfold.dev/status'];

  beforeAll(async () => {
    cluster = await install();
    authority = await newAuthority(Date.now(), 3_600_000);
    await cluster.namespace('shop');
  }, 60_000);
  afterEach(async () => {
    await cluster.api.kubectl(['delete', 'mutatingwebhookconfigurations', '--all']);
    for (const close of closing.splice(0)) await close();
  });
  afterAll(() => cluster?.stop());

  const leaf = () => newLeaf(authority, ['localhost'], Date.now(), 600_000);

  /** Registers a server as ours is registered. */
  async function register(port: number, { failurePolicy = 'Fail', ca = authority.cert }: Registered = {}) {
    const options = { namespace: 'fourfold-system', service: 'webhook', failurePolicy, name: 'fourfold' };
    const { webhooks, ...configuration } = webhookConfiguration({ ...options, caBundle: ca });
    const caBundle = Buffer.from(ca).toString('base64');
    const clientConfig = { url: `https://localhost:${port}${mutatePath}`, caBundle };
    await cluster.apply({ ...configuration, webhooks: webhooks.map((each) => ({ ...each, clientConfig })) });
  }
  interface Registered {
    readonly failurePolicy?: 'Ignore' | 'Fail';
    readonly ca?: string;
  }

  /** Ours, in this process; what each admission took is kept. */
  async function serveOurs(): Promise<{ server: WebhookServer; took: number[] }> {
    const took: number[] = [];
    const failures: unknown[] = [];
    const server = await serveWebhook({
      certificate: await leaf(),
      host: '127.0.0.1',
      port: 0,
      cluster: {
        namespaceLabels: () => ({}),
        namespaceLabelsNow: async () => ({}),
        caches: () => [
          {
            apiVersion: 'fourfold.dev/v1alpha1',
            kind: 'SemanticCache',
            metadata: { name: 'support', namespace: 'shop' },
            spec: {},
          },
        ],
        cachesNow: async () => [],
        release: { image: 'fourfold/sidecar:test', native: true },
      },
      observer: {
        admitted: (_review, _admitted, milliseconds) => void took.push(milliseconds),
        failed: (error) => void failures.push(error),
        unasked: (error) => void failures.push(error),
      },
    });
    closing.push(async () => {
      await server.close();
      expect(failures).toEqual([]);
    });
    return { server, took };
  }

  /** Of somebody else: adds a container that calls a model, wherever it is not there. */
  async function serveOther(name: string): Promise<void> {
    const { cert, key } = await leaf();
    const server: HttpsServer = createHttps({ cert, key }, async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      const { uid, object } = JSON.parse(text).request;
      const isThere = object.spec.containers.some((each: Found) => each.name === name);
      const { securityContext } = plain({}).spec.containers[0] as Found;
      const value = { name, image: 'other:1', securityContext };
      const patch = isThere ? [] : [{ op: 'add', path: '/spec/containers/-', value }];
      const encoded = Buffer.from(JSON.stringify(patch)).toString('base64');
      const answer = { uid, allowed: true, patchType: 'JSONPatch', patch: encoded };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }),
      );
    });
    const port = await listening(server);
    closing.push(() => closed(server));
    await cluster.apply({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name },
      webhooks: [
        {
          name: `${name}.example.test`,
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          reinvocationPolicy: 'IfNeeded',
          clientConfig: {
            url: `https://localhost:${port}/`,
            caBundle: Buffer.from(authority.cert).toString('base64'),
          },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        },
      ],
    });
  }

  const inForce = () =>
    eventually(
      'the webhook is asked',
      async () => statusOf(await post(plain({ 'fourfold.dev/inject': 'support' }))) === 'injected',
      60_000,
    );

  /** The pod is let in, and what came of it is let in unchanged. */
  async function onceAndTwice(pod: object): Promise<{ body: Found }> {
    const once = await post(pod);
    expect(once.status, once.body.message).toBe(201);
    const { uid: _, managedFields: _fields, resourceVersion: _version, ...metadata } = once.body.metadata;
    const twice = await post({ ...once.body, metadata });
    const seen = ({ body }: { body: Found }) => [body.spec, body.metadata.annotations, body.metadata.labels];
    expect(seen(twice)).toEqual(seen(once));
    return once;
  }

  it('takes any valid pod, leaves a valid one of the restricted level, and changes nothing the second time', async () => {
    const { server, took } = await serveOurs();
    await register(server.port);
    await inForce();
    took.length = 0;
    let injected = 0;
    const one = fc.asyncProperty(randomPods, async (pod) => {
      if (statusOf(await onceAndTwice(pod)) === 'injected') injected++;
    });
    await fc.assert(one, { numRuns: 150, endOnFailure: true, interruptAfterTimeLimit: 80_000 });
    expect(injected).toBeGreaterThan(50);
    const sorted = took.toSorted((a, b) => a - b);
    const share = (of: number) => sorted[Math.floor(sorted.length * of)] ?? Number.NaN;
    console.log(
      `${sorted.length} admissions: p50 ${share(0.5).toFixed(2)} ms, p99 ${share(0.99).toFixed(2)} ms`,
    );
    // The goal, 20 ms for 99 of 100, is for a machine that is at rest; this only tells a slow one from a broken one.
    expect(share(0.5)).toBeLessThan(100);
  }, 120_000);

  it('routes the containers of other webhooks too, whether they come before or after', async () => {
    const { server } = await serveOurs();
    await serveOther('before');
    await register(server.port);
    await serveOther('later');
    await inForce();
    const pod = plain({ 'fourfold.dev/inject': 'support' });
    await eventually(
      'the others are asked',
      async () => (await post(pod)).body.spec.containers.length === 3,
      30_000,
    );
    const { body } = await post(pod);
    expect(body.spec.containers.map(({ name }: Found) => name).toSorted()).toEqual([
      'app',
      'before',
      'later',
    ]);
    for (const { name, env } of body.spec.containers)
      expect(env, name).toContainEqual({ name: 'OPENAI_BASE_URL', value: 'http://127.0.0.1:4114/v1' });
    expect(body.spec.initContainers).toHaveLength(1);
    const any = fc.asyncProperty(randomPods, async (random) => {
      await onceAndTwice(random);
    });
    await fc.assert(any, { numRuns: 40, endOnFailure: true, interruptAfterTimeLimit: 40_000 });
  }, 90_000);

  it('that is slow holds up nobody who did not ask, and those who did for its timeout', async () => {
    const sockets = new Set<Socket>();
    const silent: Server = createServer((socket) => sockets.add(socket.on('error', () => {})));
    const port = await listening(silent);
    closing.push(async () => {
      for (const socket of sockets) socket.destroy();
      await closed(silent);
    });
    await register(port, { failurePolicy: 'Ignore' });
    const held = await eventually(
      'it is asked',
      async () => {
        const begun = performance.now();
        const { status, body } = await post(plain({ 'fourfold.dev/inject': 'support' }));
        const milliseconds = performance.now() - begun;
        return milliseconds > 4_000 ? { status, body, milliseconds } : undefined;
      },
      60_000,
    );
    expect(held.status).toBe(201);
    expect(held.body.spec.initContainers).toBeUndefined();
    const asked = sockets.size;
    for (const annotations of [{}, { 'fourfold.dev/inject': 'false' }])
      expect((await post(plain(annotations))).status).toBe(201);
    expect(sockets.size).toBe(asked);
  }, 90_000);

  it('with a certificate that is not to be trusted touches nobody, and says nothing to who did not ask', async () => {
    const { server, took } = await serveOurs();
    await register(server.port);
    await inForce();
    const stranger = await newAuthority(Date.now(), 600_000);
    await register(server.port, { failurePolicy: 'Ignore', ca: stranger.cert });
    // Connections that stand are kept until the registration is read anew.
    await eventually(
      'it is not believed',
      async () => statusOf(await post(plain({ 'fourfold.dev/inject': 'support' }))) === undefined,
      30_000,
    );
    took.length = 0;
    expect((await post(plain({}))).status).toBe(201);
    expect(took).toEqual([]);
  }, 90_000);

  it('by a given certificate: none of its own is made, and a renewed one is served without a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fourfold-given-'));
    const give = async ({ cert, key }: Issued) => {
      await writeFile(join(folder, 'tls.key'), key);
      await writeFile(join(folder, 'tls.crt'), cert);
    };
    await give(await leaf());
    const operator = await startOperator(cluster, {
      env: {
        FOURFOLD_OPERATOR_INJECTOR: 'webhook',
        FOURFOLD_OPERATOR_WEBHOOK_PORT: '0',
        FOURFOLD_OPERATOR_WEBHOOK_CERTIFICATES: folder,
      },
    });
    closing.push(async () => {
      await operator.close();
      await rm(folder, { recursive: true });
    });
    await cluster.apply(semanticCache('shop', 'support'));
    await reconciled(cluster, 'shop', 'support', 30_000);
    const port = await eventually('the webhook listens', () => operator.webhookPort(), 30_000);
    await register(port);
    await inForce();
    // By another authority, so that only the new one can answer.
    const next = await newAuthority(Date.now(), 3_600_000);
    await give(await newLeaf(next, ['localhost'], Date.now(), 600_000));
    await register(port, { ca: next.cert });
    await inForce();
    const secrets = await cluster.get('/api/v1/namespaces/fourfold-system/secrets');
    expect(secrets.items.map(({ metadata }: Found) => metadata.name)).toEqual([]);
  }, 120_000);

  const plain = (annotations: object) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `app-${++count}`, annotations },
    spec: {
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'app',
          image: 'app:1',
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  });
});

const listening = (server: Server | HttpsServer): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });

const closed = (server: Server | HttpsServer): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
