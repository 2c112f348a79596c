import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SemanticCache } from '../../../../crds/semantic-cache.ts';
import { type Issued, newAuthority, newLeaf } from '../../../../operator/webhook/certificates/authority.ts';
import { mutatePath, serveWebhook, type WebhookServer } from '../../../../operator/webhook/server.ts';

const cache: SemanticCache = {
  apiVersion: 'fourfold.dev/v1alpha1',
  kind: 'SemanticCache',
  metadata: { name: 'support', namespace: 'shop' },
  spec: {},
};
const later = { ...cache, metadata: { ...cache.metadata, name: 'later' } };

let authority: Issued;
let server: WebhookServer;
let now: readonly SemanticCache[] | Error = [cache];
let labels: Record<string, string> | Error = {};
const seen: string[] = [];
const leaf = () => newLeaf(authority, ['localhost'], Date.now(), 60_000);

beforeAll(async () => {
  authority = await newAuthority(Date.now(), 600_000);
  server = await serveWebhook({
    certificate: await leaf(),
    host: '127.0.0.1',
    port: 0,
    cluster: {
      namespaceLabels: () => ({}),
      async namespaceLabelsNow() {
        if (labels instanceof Error) throw labels;
        return labels;
      },
      caches: () => [cache],
      async cachesNow() {
        if (now instanceof Error) throw now;
        return now;
      },
      release: { image: 'sidecar:1', native: true },
    },
    observer: {
      admitted: (_, { outcome }) => void seen.push(outcome),
      failed: (error) => void seen.push(`failed: ${error}`),
      unasked: (error) => void seen.push(`unasked: ${error}`),
    },
  });
});
// The last test has closed it already.
afterAll(() => server?.close());

const review = (name: string) => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: `uid-${name}`,
    namespace: 'shop',
    operation: 'CREATE',
    object: {
      metadata: { annotations: { 'fourfold.dev/inject': name } },
      spec: { containers: [{ name: 'app' }] },
    },
  },
});

// biome-ignore lint/suspicious/noExplicitAny: an answer of any form
function ask(body: string, path = mutatePath, method = 'POST'): Promise<{ status: number; body: any }> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', servername: 'localhost', port: server.port, path, method };
    const outgoing = request(
      { ...options, ca: authority.cert, agent: false, timeout: 10_000 },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (part) => {
          text += part;
        });
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: JSON.parse(text) }));
        incoming.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

it('answers a review under its uid', async () => {
  const { status, body } = await ask(JSON.stringify(review('support')));
  expect(status).toBe(200);
  expect(body).toMatchObject({ kind: 'AdmissionReview', response: { uid: 'uid-support', allowed: true } });
  const patch: { path: string; value: { name: string }[] }[] = JSON.parse(
    Buffer.from(body.response.patch, 'base64').toString(),
  );
  const added = patch.find(({ path }) => path === '/spec/initContainers');
  expect(added?.value[0]?.name).toBe('fourfold');
  expect(seen.at(-1)).toBe('injected');
});

it('asks the cluster for a cache that it does not know before it says that there is none', async () => {
  now = [cache, later];
  expect((await ask(JSON.stringify(review('later')))).body.response.warnings).toBeUndefined();
  expect(seen.at(-1)).toBe('injected');
  now = [cache];
  const { body } = await ask(JSON.stringify(review('never')));
  expect(body.response).toMatchObject({ allowed: true, warnings: [expect.stringContaining('no-cache')] });
});

it('lets the pod in where the cluster cannot be asked', async () => {
  now = new Error('away');
  const { body } = await ask(JSON.stringify(review('later')));
  expect(body.response).toMatchObject({ allowed: true, warnings: [expect.stringContaining('no-cache')] });
  expect(seen.slice(-2)).toEqual(['unasked: Error: away', 'skipped']);
});

describe('a pod that says nothing, in a namespace whose label is not known yet', () => {
  const { request: asked, ...rest } = review('');
  const silent = JSON.stringify({
    ...rest,
    request: { ...asked, object: { ...asked.object, metadata: {} } },
  });

  it.each<[Record<string, string>, string]>([
    [{ 'fourfold.dev/inject': 'support' }, 'injected'],
    [{ 'fourfold.dev/inject': 'false' }, 'none'],
    [{}, 'none'],
  ])('%j, as it is now: %s', async (now, outcome) => {
    labels = now;
    expect((await ask(silent)).body.response.allowed).toBe(true);
    expect(seen.at(-1)).toBe(outcome);
  });

  it('is left to failurePolicy where nobody can be asked', async () => {
    labels = new Error('away');
    expect((await ask(silent)).status).toBe(500);
    expect(seen.at(-1)).toBe('failed: Error: away');
  });
});

it.each([
  ['no JSON', '{', 400],
  ['no review', '{"kind":"Pod"}', 400],
  [
    'no pod in it',
    JSON.stringify({ ...review('x'), request: { uid: 'u', operation: 'CREATE', object: {} } }),
    400,
  ],
])('refuses %s and serves on', async (_, body, status) => {
  const answer = await ask(body);
  expect(answer.status).toBe(status);
  expect(answer.body.error.message).not.toBe('');
  expect((await ask(JSON.stringify(review('support')))).status).toBe(200);
});

it('has one path and one method', async () => {
  expect((await ask('', '/other')).status).toBe(404);
  expect((await ask('', mutatePath, 'PUT')).status).toBe(405);
});

it('takes a new certificate without closing, and a client that trusts only another authority stays away', async () => {
  const before = authority;
  authority = await newAuthority(Date.now(), 600_000);
  await expect(ask(JSON.stringify(review('support')))).rejects.toThrow(/certificate/);
  server.renew(await leaf());
  expect((await ask(JSON.stringify(review('support')))).status).toBe(200);
  authority = before;
  await expect(ask(JSON.stringify(review('support')))).rejects.toThrow(/certificate/);
  server.renew(await leaf());
});

// Node hangs up after five seconds by default, and the API server was sending a pod: "write: broken pipe".
it('keeps a connection for longer than the API server does', async () => {
  const agent = new Agent({ keepAlive: true });
  const { headers } = await answered(agent);
  expect(headers['keep-alive']).toBe('timeout=120');
  agent.destroy();
});

it('serves on while it leaves, asks who comes to come elsewhere, and waits for nobody who says nothing', async () => {
  const agent = new Agent({ keepAlive: true });
  const silent = connect({
    host: '127.0.0.1',
    servername: 'localhost',
    port: server.port,
    ca: authority.cert,
  });
  await once(silent, 'secureConnect');
  silent.on('error', () => {});
  const left = server.close(2_000);
  const { status, headers } = await answered(agent);
  expect([status, headers.connection]).toEqual([200, 'close']);
  await left;
  await expect(answered(agent)).rejects.toThrow('ECONNREFUSED');
});

function answered(agent: Agent): Promise<{ status: number; headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      servername: 'localhost',
      port: server.port,
      path: mutatePath,
      agent,
    };
    const outgoing = request({ ...options, method: 'POST', ca: authority.cert }, (incoming) => {
      incoming.resume();
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers });
    });
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify(review('support')));
  });
}
