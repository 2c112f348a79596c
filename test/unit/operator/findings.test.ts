import { describe, expect, it } from 'vitest';
import { resolve } from '../../../crds/semantic-cache.ts';
import type { RedisState } from '../../../operator/observe/redis-state.ts';
import type { SidecarsState } from '../../../operator/observe/sidecars.ts';
import { find } from '../../../operator/reconcile/findings.ts';
import { statusOf } from '../../../operator/reconcile/status.ts';
import type { KnownCache, World } from '../../../operator/reconcile/world.ts';

const condition = (type: string, status: string, reason: string) => ({
  ...{ type, status, reason, message: `As before: ${reason}.`, observedGeneration: 1 },
  lastTransitionTime: '2026-01-01T00:00:00Z',
});
const before = {
  primary: 'support-redis-2',
  entries: 10,
  hitRatio: 0.5,
  conditions: [condition('Ready', 'True', 'Available'), condition('RedisReady', 'True', 'Answering')],
};
const cacheWith = (status: object) =>
  ({ metadata: { name: 'support', namespace: 'shop' }, spec: { replicas: 3 }, status }) as KnownCache;

const pod = (name: string, ip: string | undefined) => ({
  metadata: { name },
  phase: 'Running',
  ip,
  images: [],
});
const redisPods = [0, 1, 2].map((each) => pod(`support-redis-${each}`, `10.0.0.${each}`));
const set = {
  metadata: { generation: 1 },
  replicas: 3,
  status: { observedGeneration: 1, replicas: 3, readyReplicas: 3 },
};
const world = (pods: readonly object[], injected: readonly object[]) =>
  ({
    redisPods: () => pods,
    injectedPods: () => injected,
    statefulSet: () => set,
    claims: () => [],
  }) as unknown as World;

/** What the first reconcile of a leader finds, or a later one that has looked. */
const found = (
  status: object,
  pods: readonly object[] = redisPods,
  {
    redis,
    sidecars,
    injected = [pod('app', '10.0.1.1')],
  }: { redis?: RedisState; sidecars?: SidecarsState; injected?: readonly object[] } = {},
) =>
  find(world(pods, injected), cacheWith(status), resolve({ replicas: 3 }), {
    redis,
    sidecars,
    uninjected: [],
    refused: undefined,
    wanted: { image: 'sidecar', startHash: 'hash' },
  });

describe('before the first look of a leader', () => {
  it('holds what the one before has said', () => {
    expect(found(before)).toMatchObject({
      redis: { status: 'True', reason: 'Answering', message: 'As before: Answering.' },
      work: undefined,
      primary: 'support-redis-2',
      sidecars: { entries: 10, hitRatio: 0.5 },
    });
  });

  it('passwords that were on their way are so still', () => {
    const conditions = [...before.conditions, condition('Reconciling', 'True', 'RotatingPasswords')];
    expect(found({ ...before, conditions })).toMatchObject({ work: { reason: 'RotatingPasswords' } });
  });

  it('nothing is said of pods that are gone, or of a Redis that the cache does not use any more', () => {
    const starting = { redis: { status: 'False', reason: 'Starting' } };
    expect(found(before, [])).toMatchObject(starting);
    expect(found(before, [pod('support-redis-0', undefined)])).toMatchObject(starting);
    const external = { conditions: [condition('RedisReady', 'True', 'External')] };
    expect(found(external)).toMatchObject(starting);
    expect(found(before, redisPods, { injected: [] }).sidecars).toEqual({});
  });
});

it('a Redis that answers the operator and none of the sidecars is ready, and says that they are cut off', () => {
  const well = { passwordsKnown: true, sentinelsAgree: true, waitsRightly: true, promotable: true };
  const redis: RedisState = { ...well, reason: 'Answering', status: 'True', message: 'The primary answers.' };
  const missed = { reason: 'NotReached', message: 'No sidecar reaches Redis: connection' } as const;
  expect(found({}, redisPods, { redis, sidecars: { redis: missed } }).redis).toEqual({
    ...{ reason: 'Answering', status: 'True' },
    message: 'The primary answers. No sidecar reaches Redis: connection',
  });
  const away = { ...redis, reason: 'NoPrimary', status: 'False' } as const;
  for (const seen of [
    { redis, sidecars: {} },
    { redis: away, sidecars: { redis: missed } },
  ])
    expect(found({}, redisPods, seen).redis.message).toBe('The primary answers.');
});

describe('of a Redis of somebody else', () => {
  const external = { external: { url: 'rediss://redis.example:6379' } };
  const app = [pod('app', '10.0.1.1')];
  const seenBy = (
    sidecars: SidecarsState | undefined,
    conditions: readonly object[] = [],
    annotations = {},
    status = {},
  ) => {
    const { metadata, ...rest } = cacheWith({ conditions, ...status });
    const cache = {
      ...rest,
      metadata: { ...metadata, annotations },
      spec: { redis: external },
    } as KnownCache;
    const findings = find(world([], app), cache, resolve({ redis: external }), {
      ...{ redis: undefined, sidecars, uninjected: [], refused: undefined },
      wanted: { image: 'sidecar', startHash: 'hash' },
    });
    const ready = statusOf(cache, findings, new Date(0)).conditions?.find(({ type }) => type === 'Ready');
    return { ...findings, ready };
  };

  it('the sidecars say how it is: where none reaches it, the cache is not ready', () => {
    const redis = { reason: 'NotReached', message: 'No sidecar reaches Redis: auth' } as const;
    const found = seenBy({ entries: 7, redis });
    expect(found.redis).toEqual({ ...redis, status: 'False' });
    expect(found.sidecars).toEqual({ entries: 7 });
    expect(found.ready).toMatchObject({ status: 'False', reason: 'RedisNotReady', message: redis.message });
    expect(seenBy({ entries: 7 })).toMatchObject({
      redis: { status: 'True', reason: 'External' },
      ready: { status: 'True', message: 'The sidecars use a Redis that exists.' },
    });
  });

  it('without search it is ready, and says so', () => {
    const redis = { reason: 'SearchMissing', message: 'Phase 4 finds nothing.' } as const;
    expect(seenBy({ redis })).toMatchObject({
      redis: { ...redis, status: 'True' },
      ready: { status: 'True', message: redis.message },
    });
  });

  it('a purge that cannot be done is said, not passed over', () => {
    const asked = { 'fourfold.dev/purge': 'now' };
    const { redis, ready } = seenBy({}, [], asked);
    expect(redis.message).toMatch(/ What fourfold.dev\/purge asks for is not done: .* empty that Redis\.$/);
    expect(ready).toMatchObject({ status: 'True', message: redis.message });
    expect(seenBy({}, [], asked, { purged: 'now' }).redis.message).toBe(
      'The sidecars use a Redis that exists.',
    );
  });

  it('a new leader holds what the one before has said', () => {
    expect(seenBy(undefined, [condition('RedisReady', 'False', 'NotReached')]).redis).toEqual({
      ...{ status: 'False', reason: 'NotReached', message: 'As before: NotReached.' },
    });
    expect(seenBy(undefined, [condition('RedisReady', 'True', 'External')]).redis.reason).toBe('External');
  });
});

it('a look that finds no primary leaves the one that was known last', () => {
  const nothing = { passwordsKnown: true, sentinelsAgree: true, waitsRightly: true, promotable: true };
  const redis: RedisState = { ...nothing, reason: 'Unreachable', status: 'Unknown', message: 'It is away.' };
  expect(found(before, redisPods, { redis })).toMatchObject({
    redis: { status: 'Unknown', reason: 'Unreachable' },
    primary: 'support-redis-2',
  });
  expect(found(before, redisPods, { redis: { ...redis, primary: 'support-redis-0' } }).primary).toBe(
    'support-redis-0',
  );
});
