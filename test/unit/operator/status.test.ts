import { describe, expect, it } from 'vitest';
import { ownership } from '../../../operator/reconcile/ownership.ts';
import { type Findings, statusOf } from '../../../operator/reconcile/status.ts';
import type { KnownCache } from '../../../operator/reconcile/world.ts';

const cache = (more: object = {}) =>
  ({
    apiVersion: 'fourfold.dev/v1alpha1',
    kind: 'SemanticCache',
    metadata: { name: 'support', namespace: 'team', uid: 'u1', generation: 3 },
    spec: {},
    ...more,
  }) as KnownCache;
const well: Findings = {
  redis: { status: 'True', reason: 'Answering', message: 'It answers.' },
  replicas: 3,
  readyReplicas: 3,
  endpoint: 'redis+sentinel://x',
  primary: 'support-redis-0',
  injectedPods: 2,
  outdatedPods: 0,
  uninjectedPods: 0,
  sidecars: { entries: 10, hitRatio: 0.5 },
};
const first = new Date('2026-01-01T00:00:00.123Z');
const later = new Date('2026-01-01T01:00:00Z');
const types = ({ conditions = [] }: ReturnType<typeof statusOf>) =>
  conditions.map(({ type, status, reason }) => `${type}=${status} ${reason}`);

describe('the status', () => {
  it('says what is found, for the generation that it was found for', () => {
    const status = statusOf(cache(), well, first);
    expect(types(status)).toEqual(['Ready=True Available', 'RedisReady=True Answering']);
    expect(status).toMatchObject({
      observedGeneration: 3,
      readyReplicas: 3,
      entries: 10,
      hitRatio: 0.5,
      primary: 'support-redis-0',
    });
    expect(status.conditions?.[0]).toMatchObject({
      observedGeneration: 3,
      lastTransitionTime: '2026-01-01T00:00:00Z',
    });
  });

  it('is the same an hour later when nothing is new', () => {
    const status = statusOf(cache(), well, first);
    expect(statusOf(cache({ status }), well, later)).toEqual(status);
  });

  it('keeps the time of a transition while only reason and message change', () => {
    const status = statusOf(cache(), well, first);
    const degraded: Findings = {
      ...well,
      redis: { status: 'True', reason: 'Degraded', message: 'One is missing.' },
    };
    const after = statusOf(cache({ status }), degraded, later);
    expect(after.conditions?.[1]).toMatchObject({
      reason: 'Degraded',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    });
    const away: Findings = { ...well, redis: { status: 'False', reason: 'NoPrimary', message: 'Nobody.' } };
    const gone = statusOf(cache({ status }), away, later);
    expect(types(gone)).toEqual(['Ready=False RedisNotReady', 'RedisReady=False NoPrimary']);
    expect(gone.conditions?.[1]?.lastTransitionTime).toBe('2026-01-01T01:00:00Z');
  });

  it('has Reconciling or Stalled only while they are true, and never both', () => {
    const work = { reason: 'Scaling', message: 'From 1 to 3.' } as const;
    const stalled = { reason: 'ForeignObject', message: 'It is taken.' } as const;
    expect(types(statusOf(cache(), { ...well, work }, first))).toEqual([
      'Ready=False Progressing',
      'RedisReady=True Answering',
      'Reconciling=True Scaling',
    ]);
    expect(types(statusOf(cache(), { ...well, work, stalled }, first))).toEqual([
      'Ready=False Stalled',
      'RedisReady=True Answering',
      'Stalled=True ForeignObject',
    ]);
  });
});

describe('an object of a needed name', () => {
  const owner = (kind: string, name: string, uid: string) => [
    { apiVersion: 'v1', kind, name, uid, controller: true },
  ];
  const marks = { 'app.kubernetes.io/managed-by': 'fourfold', 'fourfold.dev/cache': 'support' };
  it.each([
    ['ours', { ownerReferences: owner('SemanticCache', 'support', 'u1') }],
    ['leaving', { ownerReferences: owner('SemanticCache', 'support', 'u0'), labels: marks }],
    ['foreign', { ownerReferences: owner('SemanticCache', 'other', 'u2'), labels: marks }],
    ['foreign', { ownerReferences: owner('Deployment', 'support', 'u3'), labels: marks }],
    ['foreign', {}],
    ['foreign', { labels: { ...marks, 'app.kubernetes.io/managed-by': 'somebody' } }],
    ['foreign', { labels: { ...marks, 'fourfold.dev/cache': 'other' } }],
    ['orphan', { labels: marks }],
  ])('is %s', (expected, metadata) => {
    expect(ownership({ metadata: { name: 'x', ...metadata } }, cache())).toBe(expected);
  });
});
