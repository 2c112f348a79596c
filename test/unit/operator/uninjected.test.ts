import { describe, expect, it } from 'vitest';
import { type ResolvedSpec, resolve, type SemanticCacheSpec } from '../../../crds/semantic-cache.ts';
import type { Client } from '../../../operator/kube/client.ts';
import { lookForUninjected } from '../../../operator/observe/uninjected.ts';
import { wantedOf } from '../../../operator/webhook/start-hash.ts';

type Annotations = Readonly<Record<string, string>>;

/** A cluster whose pods come in pages of two. */
function clusterOf(all: readonly (readonly [string, Annotations])[], labels: Annotations = {}) {
  const pods = all.map(([name, annotations]) => ({
    metadata: { name, namespace: 'shop', annotations },
    spec: { containers: [{ name: 'app' }] },
    status: { phase: 'Running' },
  }));
  return {
    isAtLeast: async () => true,
    get: async () => ({ metadata: { name: 'shop', labels } }),
    list: async (_: unknown, { continue: at = '0' }: { continue?: string }) => ({
      metadata: {
        resourceVersion: '1',
        continue: Number(at) + 2 < pods.length ? String(Number(at) + 2) : '',
      },
      items: pods.slice(Number(at), Number(at) + 2),
    }),
  } as unknown as Client;
}
const found = async (client: Client, caches = ['support']) => {
  const seen = await lookForUninjected(client, () => caches)({ namespace: 'shop' });
  return [...(seen ?? [])].map(([cache, pods]) => [cache, pods.map(({ metadata }) => metadata.name)]);
};
const asks = { 'fourfold.dev/inject': 'support' };
const skipped = (reason: string) => ({ ...asks, 'fourfold.dev/status': `skipped: ${reason}` });

describe('pods without a sidecar', () => {
  it('are those that would get one now, on every page', async () => {
    const all = clusterOf([
      ['asks', asks],
      ['says-nothing', {}],
      ['says-no', { 'fourfold.dev/inject': 'false' }],
      ['asks-for-another', { 'fourfold.dev/inject': 'other' }],
      ['asks-too', { 'fourfold.dev/inject': 'true' }],
    ]);
    expect(await found(all)).toEqual([['support', ['asks', 'asks-too']]]);
  });

  it('have a namespace that asks for them', async () => {
    const all = clusterOf(
      [
        ['says-nothing', {}],
        ['says-no', { 'fourfold.dev/inject': 'false' }],
      ],
      {
        'fourfold.dev/inject': 'support',
      },
    );
    expect(await found(all)).toEqual([['support', ['says-nothing']]]);
  });

  it('were not skipped, unless only the cache had been missing', async () => {
    const all = clusterOf([
      ['too-deep', skipped('references-too-deep')],
      ['too-early', skipped('no-cache')],
    ]);
    expect(await found(all)).toEqual([['support', ['too-early']]]);
  });

  it('are not known while the API server does not answer', async () => {
    const away = { ...clusterOf([]), list: () => Promise.reject(new Error('away')) } as unknown as Client;
    expect(await lookForUninjected(away, () => [])({ namespace: 'shop' })).toBeUndefined();
  });
});

describe('what pods are injected with', () => {
  const hash = (spec: SemanticCacheSpec, image = 'sidecar:1') => {
    const cache = { metadata: { name: 'support', namespace: 'shop' }, spec } as never;
    return wantedOf(cache, resolve(spec) as ResolvedSpec, image).startHash;
  };
  const usual = hash({});

  it.each<[string, SemanticCacheSpec]>([
    ['an image', { sidecar: { image: 'sidecar:2' } }],
    ['resources', { sidecar: { resources: { limits: { memory: '1Gi' } } } }],
    ['a model', { model: 'other' as 'all-MiniLM-L6-v2' }],
    ['a setting of Redis', { redis: { deadline: '80ms' } }],
    ['a Redis of its own owner', { redis: { external: { url: 'redis://elsewhere:6379' } } }],
  ])('is another with %s', (_, spec) => {
    expect(hash(spec)).not.toBe(usual);
  });

  it.each<[string, SemanticCacheSpec]>([
    ['a threshold', { threshold: 0.95 }],
    ['a provider', { upstreams: { openai: 'https://example.org/v1' } }],
    ['how pods are replaced', { sidecar: { rollout: 'Automatic' } }],
    ['the number of pods of Redis', { replicas: 3 }],
  ])('is the same with another one of %s, which running sidecars take up', (_, spec) => {
    expect(hash(spec)).toBe(usual);
  });

  it('is another where the operator comes with another image', () => {
    expect(hash({}, 'sidecar:2')).not.toBe(usual);
    expect(hash({ sidecar: { image: 'sidecar:1' } }, 'sidecar:2')).toBe(usual);
  });
});
