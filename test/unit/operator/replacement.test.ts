import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../operator/kube/api-error.ts';
import type { Occurrence } from '../../../operator/kube/events.ts';
import { Fenced } from '../../../operator/kube/fence.ts';
import type { KeptPod } from '../../../operator/reconcile/kept.ts';
import { outdatedOf } from '../../../operator/reconcile/outdated.ts';
import { type Fleet, nextReplacement, type Replacement } from '../../../operator/reconcile/replacement.ts';
import { replaceOutdated } from '../../../operator/reconcile/replacing.ts';

const now = Date.parse('2026-01-01T01:00:00Z');
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();
const set = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'app', uid: 'app', controller: true };

interface Some {
  readonly owner?: object | undefined;
  readonly hash?: string;
  readonly ready?: boolean;
  readonly leaving?: boolean;
  readonly age?: number;
}
const pod = (name: string, some: Some = {}): KeptPod => ({
  metadata: {
    name,
    ownerReferences: [('owner' in some ? some.owner : set) as typeof set].filter(Boolean),
    ...(some.leaving ? { deletionTimestamp: ago(1) } : {}),
  },
  phase: 'Running',
  ip: '10.0.0.1',
  ready: some.ready ?? true,
  images: ['sidecar:new'],
  createdAt: ago(some.age ?? 600),
  startHash: some.hash ?? 'old',
});
const wanted = { image: 'sidecar:new', startHash: 'new' };
const fleet = (pods: readonly KeptPod[], more: Partial<Fleet> = {}): Fleet => ({
  pods,
  outdated: outdatedOf(pods, [], wanted),
  wanted: 'new',
  wantedSince: now - 60_000,
  replaced: undefined,
  refused: new Map(),
  now,
  pauseMs: 30_000,
  ...more,
});
/** `c` was evicted so many seconds ago; the newest pod of its workload was ten minutes old. */
const evicted = (seconds: number, wantedThen = 'new') => ({
  replaced: { pod: 'c', owner: 'app', after: ago(600), at: ago(seconds), for: wantedThen },
});
const current = { hash: 'new', age: 40 } as const;
const said = (step: Replacement) => {
  if (step.step === 'replace') return `replace ${step.pod.metadata.name}`;
  return step.step === 'stop' ? step.reason : step.step;
};

describe('replacing pods of applications', () => {
  it.each<[string, string, readonly KeptPod[], Partial<Fleet>]>([
    ['the oldest is the first', 'replace b', [pod('a'), pod('b', { age: 700 })], {}],
    ['the only pod of its workload stays', 'NotReplaceable', [pod('a')], {}],
    ['the only pod is broken: it has nothing to lose', 'replace a', [pod('a', { ready: false })], {}],
    [
      'a bare pod stays',
      'NotReplaceable',
      [pod('a', { owner: undefined }), pod('b', { owner: undefined })],
      {},
    ],
    [
      'pods of a Job stay',
      'NotReplaceable',
      ['a', 'b'].map((name) => pod(name, { owner: { ...set, apiVersion: 'batch/v1', kind: 'Job' } })),
      {},
    ],
    [
      'pods of a kind that nobody knows stay',
      'NotReplaceable',
      ['a', 'b'].map((name) => pod(name, { owner: { ...set, apiVersion: 'example.org/v1' } })),
      {},
    ],
    [
      'pods of an owner that is no controller stay',
      'NotReplaceable',
      ['a', 'b'].map((name) => pod(name, { owner: { ...set, controller: false } })),
      {},
    ],
    ['another of its workload is not ready', 'wait', [pod('a'), pod('b', { hash: 'new', ready: false })], {}],
    [
      'all of its workload are broken',
      'replace a',
      ['a', 'b'].map((name) => pod(name, { ready: false })),
      {},
    ],
    ['another of its workload is new', 'wait', [pod('a'), pod('b', { hash: 'new', age: 10 })], {}],
    ['another of its workload is leaving', 'wait', [pod('a'), pod('b', { hash: 'new', leaving: true })], {}],
    [
      'something else is wanted since a moment ago',
      'pause',
      [pod('a'), pod('b')],
      { wantedSince: now - 1_000 },
    ],
    ['one is leaving', 'wait', [pod('a'), pod('b'), pod('c', { leaving: true })], evicted(40)],
    ['none came in its place yet', 'wait', [pod('a'), pod('b')], evicted(40)],
    ['none came in five minutes: its workload is smaller', 'replace a', [pod('a'), pod('b')], evicted(301)],
    [
      'none can be made: the others stay, however long that lasts',
      'ReplacedInVain',
      [pod('a'), pod('b')],
      { ...evicted(9_999), refusal: 'exceeded quota' },
    ],
    [
      'none could be made, and something else is wanted now',
      'wait',
      [pod('a'), pod('b')],
      { ...evicted(9_999, 'other'), refusal: 'exceeded quota' },
    ],
    [
      'its workload is gone',
      'replace d',
      ['d', 'e'].map((name) => pod(name, { owner: { ...set, uid: 'other' } })),
      evicted(40),
    ],
    ['the new one is not ready', 'wait', [pod('a'), pod('d', { ...current, ready: false })], evicted(40)],
    ['the new one is ready', 'replace a', [pod('a'), pod('d', current)], evicted(40)],
    [
      'the new one is ready, and it was quick',
      'pause',
      [pod('a'), pod('d', { ...current, age: 5 })],
      evicted(10),
    ],
    ['the new one is outdated too', 'ReplacedInVain', [pod('a'), pod('d', { age: 5 })], evicted(40)],
    [
      'it is so for as long as it is there',
      'ReplacedInVain',
      [pod('a'), pod('d', { age: 5 })],
      evicted(9_999),
    ],
    [
      'something else is wanted since then',
      'replace a',
      [pod('a'), pod('d', { age: 39 })],
      evicted(40, 'other'),
    ],
    ['another clock has told the time', 'replace a', [pod('a'), pod('d', current)], evicted(-900)],
  ])('when %s: %s', (_, expected, pods, more) => {
    expect(said(nextReplacement(fleet(pods, more)))).toBe(expected);
  });

  it('one without a sidecar comes where one is wanted, and its workload waits for the others of it', () => {
    const bare = pod('bare', { hash: 'none' });
    const pods = [pod('a', { hash: 'new' }), bare];
    const uninjected = { outdated: outdatedOf([pod('a', { hash: 'new' })], [bare], wanted) };
    expect(said(nextReplacement(fleet(pods, uninjected)))).toBe('replace bare');
  });

  it('a workload whose pod was not let go comes after the others, and after a pause', () => {
    const other = { ...set, uid: 'other' };
    const pods = [pod('a', { age: 900 }), pod('b'), pod('x', { owner: other }), pod('y', { owner: other })];
    const refusedAgo = (ms: number) => ({ refused: new Map([['app', now - ms]]) });
    expect(said(nextReplacement(fleet(pods, refusedAgo(29_000))))).toBe('pause');
    expect(said(nextReplacement(fleet(pods, refusedAgo(31_000))))).toBe('replace x');
  });

  it('an older pod has no hash, and its image tells', () => {
    const older: KeptPod = { ...pod('a'), startHash: undefined };
    expect(outdatedOf([older], [], wanted)).toEqual([]);
    expect(outdatedOf([{ ...older, images: ['sidecar:old'] }], [], wanted)).toMatchObject([
      { because: 'image' },
    ]);
  });
});

describe('one step of it', () => {
  const step = async (evict: () => Promise<unknown>, refused = new Map<string, number>()) => {
    const told: Occurrence[] = [];
    const parts = {
      writer: { evict },
      tell: async (each: Occurrence) => void told.push(each),
      refusalOf: async () => undefined,
      before: undefined,
    };
    return { told, refused, done: await replaceOutdated({ ...fleet([pod('a'), pod('b')]), refused }, parts) };
  };

  it('evicts a pod, says so, and keeps which it was', async () => {
    const { done, told } = await step(async () => {});
    expect(done.replaced).toEqual({ pod: 'a', owner: 'app', after: ago(600), at: ago(0), for: 'new' });
    expect(done.outdated?.reason).toBe('Replacing');
    expect(told.map(({ reason, note }) => [reason, note])).toEqual([
      ['PodReplaced', 'a is replaced. Pods: 1 with an older configuration that only a start takes up (a).'],
    ]);
  });

  it('takes a refusal for an answer: it waits, as long as the server says', async () => {
    const budget = () =>
      Promise.reject(new ApiError('retry', '429 Cannot evict pod', { code: 429, retryAfterMs: 45_000 }));
    const { done, told, refused } = await step(budget);
    expect(done).toMatchObject({ replaced: undefined, againMs: 45_000 });
    expect(done.outdated).toMatchObject({
      reason: 'EvictionRefused',
      message: expect.stringContaining('429'),
    });
    expect([...refused.keys()]).toEqual(['app']);
    expect(told).toEqual([]);
  });

  it('does nothing more where another leads by now', async () => {
    await expect(step(() => Promise.reject(new Fenced()))).rejects.toThrow(Fenced);
  });
});
