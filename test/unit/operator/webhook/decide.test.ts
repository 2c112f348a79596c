import { describe, expect, it } from 'vitest';
import { type Decision, decide } from '../../../../operator/webhook/decide.ts';
import type { Container, Pod } from '../../../../operator/webhook/pod.ts';

const app: Container = { name: 'app' };

function pod(annotations: Record<string, string>, spec: Partial<Pod['spec']> = {}, labels = {}): Pod {
  return { metadata: { annotations, labels }, spec: { containers: [app], ...spec } };
}

function decided(
  asked: Pod,
  {
    namespace = {},
    caches = ['support'],
    native = true,
  }: {
    namespace?: Record<string, string>;
    caches?: string[];
    native?: boolean;
  } = {},
): Decision {
  return decide({ pod: asked, namespaceLabels: namespace, caches, native });
}

const outcome = (decision: Decision): string =>
  decision.kind === 'inject' ? decision.cache : decision.kind === 'skip' ? decision.reason : decision.kind;

const inject = 'fourfold.dev/inject';

describe('who is asked counts: the pod, and where it says nothing its namespace', () => {
  const words = [undefined, 'true', 'support', 'false'] as const;
  const rows = words.flatMap((ofNamespace) => words.map((ofPod) => [ofNamespace, ofPod] as const));

  it.each(rows)('namespace %s, pod %s', (ofNamespace, ofPod) => {
    const counts = ofPod ?? ofNamespace;
    const expected = counts === undefined || counts === 'false' ? 'none' : 'support';
    const decision = decided(pod(ofPod === undefined ? {} : { [inject]: ofPod }), {
      namespace: ofNamespace === undefined ? {} : { [inject]: ofNamespace },
    });
    expect(outcome(decision)).toBe(expected);
  });
});

describe('which cache is meant', () => {
  it.each([
    ['true', [], 'no-cache'],
    ['true', ['one'], 'one'],
    ['true', ['one', 'two'], 'several-caches'],
    ['two', ['one', 'two'], 'two'],
    ['three', ['one', 'two'], 'no-cache'],
    ['True', ['one'], 'no-cache'],
  ])('%j among %j', (word, caches, expected) => {
    expect(outcome(decided(pod({ [inject]: word }), { caches }))).toBe(expected);
  });
});

describe('a pod that cannot be injected is let in, and says why', () => {
  const asks = { [inject]: 'true' };
  it.each<[string, Pod]>([
    ['host-network', pod(asks, { hostNetwork: true })],
    ['other-system', pod(asks, { os: { name: 'windows' } })],
    ['other-system', pod(asks, { nodeSelector: { 'kubernetes.io/os': 'windows' } })],
    ['injected-already', pod(asks, { containers: [app, { name: 'fourfold' }] })],
    ['port-taken', pod(asks, { containers: [{ name: 'app', ports: [{ containerPort: 4114 }] }] })],
    ['no-container', pod({ ...asks, 'fourfold.dev/containers': 'worker' })],
    [
      'upstreams-differ',
      pod(asks, {
        containers: [
          { name: 'a', env: [{ name: 'OPENAI_BASE_URL', value: 'http://a/v1' }] },
          { name: 'b', env: [{ name: 'OPENAI_BASE_URL', value: 'http://b/v1' }] },
        ],
      }),
    ],
  ])('%s', (reason, asked) => {
    expect(outcome(decided(asked))).toBe(reason);
  });

  it('a port over UDP is free', () => {
    const ports = [{ containerPort: 4114, protocol: 'UDP' }];
    expect(outcome(decided(pod(asks, { containers: [{ name: 'app', ports }] })))).toBe('support');
  });

  it('Redis and the operator are never asked', () => {
    expect(decided(pod(asks, {}, { 'fourfold.dev/component': 'redis' })).kind).toBe('none');
    expect(decided(pod(asks, {}, { 'fourfold.dev/operator': 'true' })).kind).toBe('none');
  });
});

describe('overrides are checked at admission', () => {
  const refused = (annotations: Record<string, string>) => decided(pod({ [inject]: 'true', ...annotations }));

  it.each([
    ['threshold', '1.5', 'fourfold.dev/threshold: expected a number greater than 0 and at most 1, found 1.5'],
    [
      'threshold',
      'high',
      'fourfold.dev/threshold: expected a number greater than 0 and at most 1, found "high"',
    ],
    ['ttl', '5 days', 'fourfold.dev/ttl: expected a duration such as 24h, 10m or 90s, found "5 days"'],
    ['mode', 'on', 'fourfold.dev/mode: expected serve, shadow or off, found "on"'],
    [
      'cpu-limit',
      '1 core',
      'fourfold.dev/cpu-limit: expected an amount of at least 10m, such as 500m or 2, found "1 core"',
    ],
    [
      'memory-limit',
      '64Mi',
      'fourfold.dev/memory-limit: expected an amount of at least 128Mi, such as 512Mi or 2Gi, found "64Mi"',
    ],
  ])('%s: %s', (name, value, message) => {
    expect(refused({ [`fourfold.dev/${name}`]: value })).toEqual({ kind: 'refuse', message });
  });

  it('a request above its limit', () => {
    const annotations = { 'fourfold.dev/cpu-request': '2', 'fourfold.dev/cpu-limit': '500m' };
    const message =
      'fourfold.dev/cpu-request: expected at most what fourfold.dev/cpu-limit says, found "2" and "500m"';
    expect(refused(annotations)).toEqual({ kind: 'refuse', message });
  });

  it('good ones become variables and resources of the sidecar', () => {
    const decision = refused({
      'fourfold.dev/threshold': '0.95',
      'fourfold.dev/ttl': '10m',
      'fourfold.dev/mode': 'shadow',
      'fourfold.dev/memory-limit': '1Gi',
    });
    expect(decision).toMatchObject({
      overrides: {
        env: { FOURFOLD_THRESHOLD: '0.95', FOURFOLD_TTL: '10m', FOURFOLD_MODE: 'shadow' },
        resources: { requests: {}, limits: { memory: '1Gi' } },
      },
    });
  });
});
