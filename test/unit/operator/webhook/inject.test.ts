import jsonPatch from 'fast-json-patch';
import { AzureOpenAI } from 'openai';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SemanticCache } from '../../../../crds/semantic-cache.ts';
import { decide } from '../../../../operator/webhook/decide.ts';
import { inject } from '../../../../operator/webhook/inject.ts';
import { planOf } from '../../../../operator/webhook/plan.ts';
import type { Container, EnvVar, Pod } from '../../../../operator/webhook/pod.ts';

const cache: SemanticCache = {
  apiVersion: 'fourfold.dev/v1alpha1',
  kind: 'SemanticCache',
  metadata: { name: 'support', namespace: 'shop' },
  spec: {},
};

function injected(pod: Pod, native = true) {
  const decision = decide({ pod, namespaceLabels: {}, caches: ['support'], native });
  if (decision.kind !== 'inject') throw new Error(`expected an injection, found ${JSON.stringify(decision)}`);
  return inject(pod, planOf(decision, cache, { image: 'fourfold/sidecar:test', native }));
}

const asking = (...containers: Container[]): Pod => ({
  metadata: { annotations: { 'fourfold.dev/inject': 'support' } },
  spec: { containers },
});

const sidecarOf = ({ spec }: Pod): Container =>
  [...(spec.initContainers ?? []), ...spec.containers].find(({ name }) => name === 'fourfold') as Container;
const variable = (container: Container | undefined, name: string): EnvVar | undefined =>
  container?.env?.findLast((each) => each.name === name);
const named = ({ spec }: Pod, name: string): Container | undefined =>
  [...(spec.initContainers ?? []), ...spec.containers].find((each) => each.name === name);

const pods: Record<string, Pod> = {
  'one container': asking({ name: 'app' }),
  'init containers': {
    ...asking({ name: 'app' }),
    spec: { initContainers: [{ name: 'migrate' }], containers: [{ name: 'app' }] },
  },
  'volumes and pull secrets of its own': {
    ...asking({ name: 'app' }),
    spec: {
      containers: [{ name: 'app' }],
      volumes: [{ name: 'data' }],
      imagePullSecrets: [{ name: 'mine' }],
    },
  },
  'a literal': asking({ name: 'app', env: [{ name: 'OPENAI_BASE_URL', value: 'http://own/v1' }] }),
  'names with / and ~': {
    metadata: { annotations: { 'fourfold.dev/inject': 'true', 'a~b/c': 'x' }, labels: { 'd/e~f': 'y' } },
    spec: { containers: [{ name: 'app' }] },
  },
};

describe.each(Object.entries(pods))('%s', (_, pod) => {
  it('the patch gives the injected pod, and touches nothing else', () => {
    const before = structuredClone(pod);
    const { patch, pod: after } = injected(pod);
    expect(jsonPatch.applyPatch(structuredClone(pod), structuredClone([...patch])).newDocument).toEqual(
      after,
    );
    expect(pod).toEqual(before);
  });

  it('a second call changes nothing', () => {
    expect(injected(injected(pod).pod).patch).toEqual([]);
  });

  it('a container that another webhook adds after us is routed by the second call', () => {
    const { pod: first } = injected(pod);
    const later = {
      ...first,
      spec: { ...first.spec, containers: [...first.spec.containers, { name: 'late' }] },
    };
    const second = injected(later);
    const routes = pod === pods['a literal'] ? undefined : 'http://127.0.0.1:4114/v1';
    expect(variable(named(second.pod, 'late'), 'OPENAI_BASE_URL')?.value).toBe(routes);
    expect(variable(named(second.pod, 'late'), 'ANTHROPIC_BASE_URL')?.value).toBe('http://127.0.0.1:4114');
    expect(injected(second.pod).patch).toEqual([]);
  });
});

describe('where requests went before', () => {
  const upstream = (pod: Pod) =>
    sidecarOf(injected(pod).pod).env?.filter(({ name }) => name === 'FOURFOLD_OPENAI_UPSTREAM');

  it('nothing said: the cache says it', () => {
    expect(upstream(asking({ name: 'app' }))).toEqual([]);
  });

  it('a literal', () => {
    const env = [{ name: 'OPENAI_BASE_URL', value: 'http://own/v1' }];
    expect(upstream(asking({ name: 'app', env }))).toEqual([
      { name: 'FOURFOLD_OPENAI_UPSTREAM', value: 'http://own/v1' },
    ]);
  });

  it('the older name of the variable', () => {
    const env = [{ name: 'OPENAI_API_BASE', value: 'http://own/v1' }];
    const { pod } = injected(asking({ name: 'app', env }));
    expect(variable(sidecarOf(pod), 'FOURFOLD_OPENAI_UPSTREAM')?.value).toBe('http://own/v1');
    expect(variable(named(pod, 'app'), 'OPENAI_API_BASE')?.value).toBe('http://127.0.0.1:4114/v1');
  });

  it('a reference to a Secret', () => {
    const valueFrom = { secretKeyRef: { name: 'llm', key: 'url' } };
    const env = [{ name: 'OPENAI_BASE_URL', valueFrom }];
    expect(upstream(asking({ name: 'app', env }))).toEqual([{ name: 'FOURFOLD_OPENAI_UPSTREAM', valueFrom }]);
  });

  it('a value that refers to others brings them along, those first that others refer to', () => {
    const env = [
      { name: 'DOMAIN', value: 'test' },
      { name: 'HOST', value: 'llm.$(DOMAIN)' },
      { name: 'OPENAI_BASE_URL', value: 'http://$(HOST)/$$(HOST)/v1' },
    ];
    const own = sidecarOf(injected(asking({ name: 'app', env })).pod).env ?? [];
    expect(own.slice(-3)).toEqual([
      ...env.slice(0, 2),
      { name: 'FOURFOLD_OPENAI_UPSTREAM', value: 'http://$(HOST)/$$(HOST)/v1' },
    ]);
  });

  it('a map that all variables come from is asked for that one key', () => {
    const envFrom = [{ prefix: 'OPENAI_', configMapRef: { name: 'llm' } }, { secretRef: { name: 'all' } }];
    const keys = upstream(asking({ name: 'app', envFrom }))?.map(({ valueFrom }) => valueFrom);
    expect(keys).toEqual([
      { configMapKeyRef: { name: 'llm', key: 'API_BASE', optional: true } },
      { secretKeyRef: { name: 'all', key: 'OPENAI_API_BASE', optional: true } },
      { configMapKeyRef: { name: 'llm', key: 'BASE_URL', optional: true } },
      { secretKeyRef: { name: 'all', key: 'OPENAI_BASE_URL', optional: true } },
    ]);
  });

  it("the key of one container never goes to another's provider", () => {
    const { pod } = injected(
      asking({ name: 'app', env: [{ name: 'OPENAI_BASE_URL', value: 'http://own/v1' }] }, { name: 'other' }),
    );
    expect(variable(named(pod, 'app'), 'OPENAI_BASE_URL')?.value).toBe('http://127.0.0.1:4114/v1');
    expect(variable(named(pod, 'other'), 'OPENAI_BASE_URL')).toBeUndefined();
    expect(variable(named(pod, 'other'), 'ANTHROPIC_BASE_URL')?.value).toBe('http://127.0.0.1:4114');
  });
});

describe('the SDK of Azure in an injected container', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('asks the sidecar by its own endpoint', async () => {
    const env = [{ name: 'AZURE_OPENAI_ENDPOINT', value: 'https://me.azure.test' }];
    const { pod } = injected(asking({ name: 'app', env }));
    for (const { name, value } of named(pod, 'app')?.env ?? []) vi.stubEnv(name, value);
    const asked: string[] = [];
    const client = new AzureOpenAI({
      apiKey: 'k',
      apiVersion: '2024-10-21',
      fetch: async (url) => {
        asked.push(String(url));
        return Response.json({});
      },
    });
    await client.chat.completions.create({ model: 'd', messages: [] });
    expect(asked).toEqual([
      'http://127.0.0.1:4114/openai/deployments/d/chat/completions?api-version=2024-10-21',
    ]);
    expect(variable(sidecarOf(pod), 'FOURFOLD_OPENAI_UPSTREAM')?.value).toBe('https://me.azure.test');
  });
});

it('on older clusters the sidecar is one container among the others, and init containers are not routed', () => {
  const { pod } = injected(pods['init containers'] as Pod, false);
  expect(pod.spec.containers.map(({ name }) => name)).toEqual(['app', 'fourfold']);
  expect(sidecarOf(pod)).not.toHaveProperty('restartPolicy');
  expect(named(pod, 'migrate')).toEqual({ name: 'migrate' });
});

it.each([
  [{}, { requests: { cpu: '100m', memory: '512Mi' }, limits: { cpu: '1', memory: '512Mi' } }],
  [{ 'memory-limit': '256Mi' }, { requests: { memory: '256Mi' }, limits: { memory: '256Mi' } }],
  [{ 'cpu-limit': '50m' }, { requests: { cpu: '50m' }, limits: { cpu: '50m' } }],
  [{ 'memory-request': '1Gi' }, { requests: { memory: '1Gi' }, limits: { memory: '1Gi' } }],
])('requests never exceed limits: %j', (own, expected) => {
  const pod = asking({ name: 'app' });
  const written = Object.entries(own).map(([name, value]) => [`fourfold.dev/${name}`, value]);
  const annotations = { ...pod.metadata?.annotations, ...Object.fromEntries(written) };
  expect(sidecarOf(injected({ ...pod, metadata: { annotations } }).pod).resources).toMatchObject(expected);
});

it.each([
  ['1', '1100m'],
  ['0.5', '600m'],
  ['1e3', '1000100m'],
  ['200000u', '300m'],
])('a pod-level request of %s cores becomes %s', (cpu, grown) => {
  const asks = asking({ name: 'app' });
  const pod = { ...asks, spec: { ...asks.spec, resources: { requests: { cpu } } } };
  expect(injected(pod).pod.spec.resources).toEqual({ requests: { cpu: grown } });
});
