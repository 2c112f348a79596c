import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import jsonPatch from 'fast-json-patch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { labels } from '../../crds/names.ts';
import type { SemanticCache, SemanticCacheSpec } from '../../crds/semantic-cache.ts';
import type { Operator } from '../../operator/main.ts';
import { parametersName, parametersOf } from '../../operator/policy/parameters.ts';
import { policies } from '../../operator/policy/policies.ts';
import { decide } from '../../operator/webhook/decide.ts';
import { inject, skipped } from '../../operator/webhook/inject.ts';
import { planOf } from '../../operator/webhook/plan.ts';
import type { Pod } from '../../operator/webhook/pod.ts';
import type { Answer } from '../support/kubernetes/http.ts';
import { type ApiServer, apiServerIsHere, startApiServer } from '../support/kubernetes/index.ts';
import { eventually } from '../support/operator/eventually.ts';
import {
  type Found,
  type Installed,
  install,
  semanticCache,
  startOperator,
} from '../support/operator/installed.ts';
import { randomPods } from '../support/pods.ts';

/**
 * The pods of the golden suite, given to a real API server that has the policies and no webhook: what it makes of them is
 * what it makes of the pod that the webhook leaves, byte for byte.
 */
interface Golden {
  readonly given: {
    readonly pod: Found;
    readonly namespace?: Readonly<Record<string, string>>;
    readonly caches?: Readonly<Record<string, SemanticCacheSpec>>;
    readonly old?: boolean;
  };
  readonly decided: string;
  readonly pod?: Found;
}

const folder = fileURLToPath(new URL('../unit/operator/webhook/golden/', import.meta.url));
const goldens = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => [file, parse(readFileSync(`${folder}${file}`, 'utf8')) as Golden] as const);

/** Where policies give another pod, and why. */
const others: Readonly<Record<string, string>> = {
  'init-container-on-an-old-cluster.yaml': 'a cluster that has the policies runs native sidecars',
  'job-on-an-old-cluster.yaml': 'likewise',
};

/** As the operator writes them. */
const parametersMetadata = { name: parametersName, labels: { [labels.parameters]: 'true' } };

const options = {
  name: 'fourfold',
  namespace: 'fourfold-system',
  failurePolicy: 'Fail',
  version: 'v1beta1',
} as const;

describe.skipIf(!apiServerIsHere())('the policies', () => {
  let api: ApiServer;
  const expected = new Map<string, string>();

  const ask = (namespace: string, pod: object) =>
    api.request(`/api/v1/namespaces/${namespace}/pods?dryRun=All`, { method: 'POST', body: pod });

  /** Without what differs from one making to the next. */
  const bytes = ({ status: code, body: { metadata, ...rest } }: Answer) => {
    // One of the suite has names that no API server takes.
    if (code !== 201) return rest.message;
    const { uid: _uid, creationTimestamp: _time, managedFields: _fields, ...kept } = metadata;
    return JSON.stringify({ ...rest, metadata: kept }, undefined, 1);
  };

  beforeAll(async () => {
    api = await startApiServer({ mutatingAdmissionPolicies: true });
    const make = (path: string, body: object) => api.request(path, { method: 'POST', body });
    await Promise.all(
      goldens.map(async ([file, { given, pod }]) => {
        const metadata = { name: nameOf(file), ...(given.namespace ? { labels: given.namespace } : {}) };
        await make('/api/v1/namespaces', { metadata });
        const caches = Object.entries(given.caches ?? { support: {} }).map(([name, spec]) =>
          cacheOf(name, spec),
        );
        if (caches.length > 0)
          await make(`/api/v1/namespaces/${metadata.name}/configmaps`, {
            metadata: parametersMetadata,
            data: parametersOf(caches, 'fourfold/sidecar:test'),
          });
        expected.set(file, bytes(await ask(metadata.name, complete(pod ?? given.pod))));
      }),
    );
    const list = { apiVersion: 'v1', kind: 'List', items: policies(options) };
    await api.kubectl(['apply', '--server-side', '-f', '-'], { stdin: JSON.stringify(list) });
    await eventually(
      'the policies are in force',
      async () => {
        const { body } = await ask('asks-by-name', plain({ 'fourfold.dev/inject': 'support' }));
        const byNamespace = await ask('namespace-asks', plain({}));
        const refused = await ask(
          'asks-by-name',
          plain({ 'fourfold.dev/inject': 'support', 'fourfold.dev/ttl': 'x' }),
        );
        const warned = await ask('true-among-none', plain({ 'fourfold.dev/inject': 'true' }));
        return (
          body.metadata?.annotations?.['fourfold.dev/status'] === 'injected' &&
          byNamespace.body.metadata?.annotations?.['fourfold.dev/status'] === 'injected' &&
          refused.status !== 201 &&
          warned.body.metadata?.annotations?.['fourfold.dev/status'] !== undefined
        );
      },
      30_000,
    );
  }, 120_000);
  afterAll(() => api?.stop());

  it.each(goldens.filter(([file]) => !(file in others)))('%s', async (file, { given, decided }) => {
    const answer = await ask(nameOf(file), complete(given.pod));
    if (decided.startsWith('refuse: ')) {
      expect(answer.status).toBe(422);
      expect(answer.body.message).toContain(`fourfold: ${decided.slice('refuse: '.length)}`);
      return;
    }
    expect(bytes(answer)).toBe(expected.get(file));
  });

  it('skip a pod whose base URL refers to others over more than three steps', async () => {
    const env = [0, 1, 2, 3].map((at) => ({ name: `V${at}`, value: `$(V${at + 1})` }));
    const last = { name: 'V4', value: 'https://a.test/v1' };
    const asksFor = { name: 'OPENAI_BASE_URL', value: '$(V0)' };
    const containers = [{ name: 'app', env: [last, ...env.toReversed(), asksFor] }];
    const metadata = { annotations: { 'fourfold.dev/inject': 'support' } };
    const { body } = await ask('asks-by-name', complete({ metadata, spec: { containers } }));
    expect(body.metadata.annotations['fourfold.dev/status']).toBe('skipped: references-too-deep');
  });

  it('stay within the cost that the API server grants, also with a thousand variables', async () => {
    const env = Array.from({ length: 100 }, (_, at) => ({ name: `V${at}`, value: 'x' }));
    const containers = Array.from({ length: 10 }, (_, at) => ({ name: `app${at}`, env }));
    const metadata = { annotations: { 'fourfold.dev/inject': 'support' } };
    const { status, body } = await ask('asks-by-name', complete({ metadata, spec: { containers } }));
    expect(status, body.message).toBe(201);
    expect(body.metadata.annotations['fourfold.dev/status']).toBe('injected');
  });

  it('say no-cache where the ConfigMap has no data, and refuse what broken parameters leave undone', async () => {
    const make = (path: string, body: object) => api.request(path, { method: 'POST', body });
    const broken = { empty: undefined, halved: { caches: 'support' } };
    for (const [name, data] of Object.entries(broken)) {
      await make('/api/v1/namespaces', { metadata: { name } });
      await make(`/api/v1/namespaces/${name}/configmaps`, { metadata: parametersMetadata, data });
    }
    const asking = plain({ 'fourfold.dev/inject': 'true' });
    const refused = async () => {
      const { status, body } = await ask('halved', asking);
      return status === 422 && body.message.includes('could not be evaluated');
    };
    await eventually('the parameters are known', refused, 30_000);
    expect((await ask('halved', plain({}))).status).toBe(201);
    const { body } = await ask('empty', asking);
    expect(body.metadata.annotations['fourfold.dev/status']).toBe('skipped: no-cache');
  });

  it('are not evaluated for a pod that does not ask', async () => {
    const evaluations = async () => {
      const { body } = await api.request('/metrics');
      const lines = String(body)
        .split('\n')
        .filter((line) => /^apiserver_mutating_admission_policy_check_total/.test(line));
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    };
    const before = await evaluations();
    expect(before).toBeGreaterThan(0);
    await ask('asks-by-name', plain({}));
    expect(await evaluations()).toBe(before);
    await ask('asks-by-name', plain({ 'fourfold.dev/inject': 'support' }));
    expect(await evaluations()).toBeGreaterThan(before);
  });

  it('do with any valid pod what the webhook does, and nothing when they see it again', async () => {
    const make = (path: string, body: object) => api.request(path, { method: 'POST', body });
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    // In the operator's own namespace no policy looks at pods.
    for (const name of ['shop', options.namespace])
      await make('/api/v1/namespaces', { metadata: { name, labels } });
    const cache = cacheOf('support', {
      sidecar: { imagePullSecrets: [{ name: 'ours' }, { name: 'theirs' }] },
    });
    const data = parametersOf([cache], 'fourfold/sidecar:test');
    await make('/api/v1/namespaces/shop/configmaps', { metadata: parametersMetadata, data });
    // Somebody else's that has our label counts nothing.
    const other = { ...parametersMetadata, name: 'other' };
    await make('/api/v1/namespaces/shop/configmaps', { metadata: other, data: { caches: 'other' } });
    const isLookedAt = async () => {
      const { body } = await ask('shop', plain({ 'fourfold.dev/inject': 'support' }));
      return body.metadata?.annotations?.['fourfold.dev/status'] === 'injected';
    };
    await eventually('the parameters are known', isLookedAt, 30_000);
    let injected = 0;
    const one = fc.asyncProperty(randomPods, async (pod) => {
      const byWebhook = await ask(options.namespace, admitted(pod, cache));
      expect(byWebhook.status, byWebhook.body.message).toBe(201);
      const byPolicy = await ask('shop', pod);
      expect(withoutNamespace(bytes(byPolicy))).toBe(withoutNamespace(bytes(byWebhook)));
      const {
        uid: _,
        managedFields: _fields,
        resourceVersion: _version,
        ...metadata
      } = byPolicy.body.metadata;
      expect(bytes(await ask('shop', { ...byPolicy.body, metadata }))).toBe(bytes(byPolicy));
      if (byPolicy.body.metadata.annotations['fourfold.dev/status'] === 'injected') injected++;
    });
    await fc.assert(one, { numRuns: 150, endOnFailure: true, interruptAfterTimeLimit: 80_000 });
    expect(injected).toBeGreaterThan(50);
  }, 120_000);
});

describe.skipIf(!apiServerIsHere())('the operator, where policies inject', () => {
  let cluster: Installed;
  let operator: Operator;
  const parametersPath = `/api/v1/namespaces/shop/configmaps/${parametersName}`;
  const asking = (word: string) =>
    cluster.api.request('/api/v1/namespaces/shop/pods?dryRun=All', {
      method: 'POST',
      body: plain({ 'fourfold.dev/inject': word }),
    });
  const becomes = (word: string, status: string) =>
    eventually(
      `${word}: ${status}`,
      async () => (await asking(word)).body.metadata?.annotations?.['fourfold.dev/status'] === status,
      30_000,
    );

  beforeAll(async () => {
    cluster = await install({ mutatingAdmissionPolicies: true });
    const list = { apiVersion: 'v1', kind: 'List', items: policies(options) };
    await cluster.apply(list);
    await cluster.namespace('shop');
    operator = await startOperator(cluster, { env: { FOURFOLD_OPERATOR_INJECTOR: 'policy' } });
  }, 120_000);
  afterAll(async () => {
    await operator?.close();
    await cluster?.stop();
  }, 60_000);

  it('says on a pod that there is no cache yet, and injects once there is one', async () => {
    await becomes('true', 'skipped: no-cache');
    await cluster.apply(semanticCache('shop', 'support'));
    await becomes('true', 'injected');
    const { body } = await asking('true');
    expect(body.spec.initContainers[0].env).toContainEqual({
      name: 'FOURFOLD_REDIS_PREFIX',
      value: 'shop:support:',
    });
  });

  it('follows the caches of a namespace', async () => {
    await cluster.apply(semanticCache('shop', 'other', { sidecar: { image: 'mine:2' } }));
    await becomes('true', 'skipped: several-caches');
    await becomes('other', 'injected');
    expect((await asking('other')).body.spec.initContainers[0].image).toBe('mine:2');
  });

  it('puts the parameters back, and leaves them to whom they belong to', async () => {
    await cluster.api.request(parametersPath, { method: 'DELETE' });
    const found = await eventually('they are back', () => cluster.get(parametersPath));
    expect(found.metadata.ownerReferences.map(({ name }: Found) => name).toSorted()).toEqual([
      'other',
      'support',
    ]);
    await cluster.api.request(parametersPath, {
      method: 'PATCH',
      contentType: 'application/merge-patch+json',
      body: { data: { '0.image': 'evil:1' } },
    });
    await eventually('they are right', async () => {
      const { data } = await cluster.get(parametersPath);
      return data['0.image'] === 'mine:2';
    });
  });

  it('warns of a pod that is skipped, in the words of the webhook', async () => {
    const pod = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      ...plain({ 'fourfold.dev/inject': 'none' }),
    });
    const said = await cluster.api
      .kubectl(['create', '--dry-run=server', '-n', 'shop', '-f', '-', '--warnings-as-errors'], {
        stdin: pod,
      })
      .catch((error: Error) => error.message);
    expect(said).toContain(
      'fourfold: no sidecar (no-cache): The namespace has no SemanticCache of that name.',
    );
  });

  it('lets pods in and out as before when it is gone', async () => {
    await operator.close();
    expect((await asking('other')).body.metadata.annotations['fourfold.dev/status']).toBe('injected');
  });
});

const withoutNamespace = (text: string) => text.replace(/"namespace": "[^"]*"/, '');

/** By the functions of the webhook. */
function admitted(pod: Pod, cache: SemanticCache): Pod {
  const decision = decide({ pod, namespaceLabels: {}, caches: [cache.metadata.name], native: true });
  if (decision.kind === 'refuse') throw new Error(`${decision.message}: no valid pod`);
  if (decision.kind === 'none') return pod;
  if (decision.kind === 'inject')
    return inject(pod, planOf(decision, cache, { image: 'fourfold/sidecar:test', native: true })).pod;
  return jsonPatch.applyPatch(structuredClone(pod), structuredClone([...skipped(pod, decision.reason)]))
    .newDocument;
}

const nameOf = (file: string) => file.replace('.yaml', '');

const cacheOf = (name: string, spec: SemanticCacheSpec): SemanticCache => ({
  apiVersion: 'fourfold.dev/v1alpha1',
  kind: 'SemanticCache',
  metadata: { name, namespace: 'shop' },
  spec,
});

/** For a namespace of the restricted level. */
const plain = (annotations: object) =>
  complete({
    metadata: { annotations },
    spec: {
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'app',
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  });

/** A golden pod says only what matters; the API server wants a whole one. */
function complete(pod: Found): object {
  const withImage = (container: Found) => ({ image: 'app:1', ...container });
  const { containers, initContainers } = pod.spec;
  return {
    ...pod,
    metadata: { name: 'app', ...pod.metadata },
    spec: {
      ...pod.spec,
      containers: containers.map(withImage),
      ...(initContainers === undefined ? {} : { initContainers: initContainers.map(withImage) }),
    },
  };
}
