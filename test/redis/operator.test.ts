import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { newPasswords } from '../../cdk8s/cache/index.ts';
import {
  correctSentinels,
  correctWaiting,
  failOver,
  type Locate,
  letStayingLead,
  type RedisTarget,
  redisState,
} from '../../operator/observe/redis-state.ts';
import { sidecarsState } from '../../operator/observe/sidecars.ts';
import { type RedisServer, redisAtHand, startRedis } from '../support/redis/index.ts';
import { startSidecar } from '../support/sidecar.ts';
import { eventually } from '../support/wire/index.ts';

/** The operator's view of one Redis and its sentinel, both real; sentinel names a server by its address, so the pod is `127`. */
describe.skipIf(!redisAtHand)('Redis as the operator sees it', () => {
  const open: RedisServer[] = [];
  afterEach(async () => {
    for (const server of open.splice(0)) await server.close();
  });

  const passwords = newPasswords((bytes) => new Uint8Array(bytes).fill(7), '');
  const hash = (password: string) => createHash('sha256').update(password).digest('hex');
  const users = (password = passwords.current.operator) => [
    `operator on #${hash(password)} ~* &* +@all`,
    `sidecar on #${hash(passwords.current.sidecar)} ~* &* +@all`,
  ];

  async function running(options: { modules?: boolean; password?: string } = {}) {
    const lines = users(options.password);
    const redis = await startRedis({
      settings: lines.flatMap((line) => ['--user', ...line.split(' ')]),
      ...(options.modules === undefined ? {} : { modules: options.modules }),
    });
    open.push(redis);
    const sentinel = await startRedis({
      sentinel: [
        `sentinel monitor support 127.0.0.1 ${redis.port} 1`,
        'sentinel down-after-milliseconds support 60000',
        ...lines.map((line) => `user ${line}`),
      ],
    });
    open.push(sentinel);
    const locate: Locate = (_, of) => ({ host: '127.0.0.1', port: (of === 'redis' ? redis : sentinel).port });
    const target: RedisTarget = {
      pods: [{ name: '127', ip: '127.0.0.1', ready: true }],
      size: 1,
      group: 'support',
      passwords,
    };
    return { redis, sentinel, locate, target };
  }

  it('answers, can search, and is primary by the word of its sentinel', async () => {
    const { target, locate } = await running();
    expect(await redisState(target, locate)).toEqual({
      reason: 'Answering',
      status: 'True',
      message: 'The primary answers and can search.',
      primary: '127',
      passwordsKnown: true,
      sentinelsAgree: true,
      waitsRightly: true,
      promotable: true,
    });
  });

  it('a primary waits for a replica from the moment it has one, and when it is to be alone for none', async () => {
    const { redis, target, locate } = await running();
    const grown = { ...target, size: 3 };
    const waitsFor = async () => (await redis.client.config('GET', 'min-replicas-to-write'))[1];
    expect(await redisState(grown, locate)).toMatchObject({ waitsRightly: true });
    const login = ['--masteruser', 'operator', '--masterauth', passwords.current.operator];
    open.push(await startRedis({ settings: ['--replicaof', `127.0.0.1 ${redis.port}`, ...login] }));
    await eventually(async () => !(await redisState(grown, locate)).waitsRightly, 10_000);
    await correctWaiting(grown, locate);
    expect(await waitsFor()).toBe('1');
    expect(await redisState(grown, locate)).toMatchObject({ waitsRightly: true });
    await open.pop()?.close();
    await eventually(async () => (await redisState(grown, locate)).reason === 'NoReplica', 10_000);
    expect(await redisState(target, locate)).toMatchObject({ reason: 'NoReplica', waitsRightly: false });
    await correctWaiting(target, locate);
    expect(await waitsFor()).toBe('0');
    expect(await redisState(target, locate)).toMatchObject({ reason: 'Answering', waitsRightly: true });
  });

  it('a primary that was to leave and stays may be chosen again once it is a replica', async () => {
    const { redis, target, locate } = await running();
    await redis.client.config('SET', 'replica-priority', 0);
    expect(await redisState(target, locate)).toMatchObject({ promotable: false });
    await letStayingLead(target, locate);
    expect(await redisState(target, locate)).toMatchObject({ promotable: true });
    expect((await redis.client.config('GET', 'replica-priority'))[1]).toBe('100');
  });

  it('a stopped primary is seen within its deadline', async () => {
    const { redis, target, locate } = await running();
    redis.pause();
    const begun = performance.now();
    expect(await redisState(target, locate)).toMatchObject({
      reason: 'NoPrimary',
      status: 'False',
      primary: '127',
    });
    expect(performance.now() - begun).toBeLessThan(8_000);
    redis.resume();
  });

  it('a Redis without its search module is named', async () => {
    const { target, locate } = await running({ modules: false });
    expect(await redisState(target, locate)).toMatchObject({ reason: 'SearchMissing', status: 'False' });
  });

  it('nobody who answers is Unreachable while its pods are ready, and Starting before', async () => {
    const { target } = await running();
    const nowhere: Locate = () => ({ host: '127.0.0.1', port: 1 });
    expect(await redisState(target, nowhere)).toMatchObject({ reason: 'Unreachable', status: 'Unknown' });
    const starting = { ...target, pods: [{ name: '127', ip: '127.0.0.1', ready: false }] };
    expect(await redisState(starting, nowhere)).toMatchObject({ reason: 'Starting', status: 'False' });
  });

  it('is reached with the password from before while it does not know the new one', async () => {
    const { target, locate } = await running({ password: 'from before' });
    const rotating = {
      ...target,
      passwords: { ...passwords, previous: { ...passwords.current, operator: 'from before' } },
    };
    expect(await redisState(rotating, locate)).toMatchObject({ reason: 'Answering' });
    expect(await redisState(target, locate)).toMatchObject({
      reason: 'Unreachable',
      message: expect.stringContaining('WRONGPASS'),
    });
  });

  it('says that replicas and a majority are missing, and corrects the quorum of the sentinel', async () => {
    const { target, locate } = await running();
    const grown = { ...target, size: 3 };
    expect(await redisState(grown, locate)).toMatchObject({
      reason: 'NoMajority',
      status: 'True',
      sentinelsAgree: false,
    });
    await correctSentinels(grown, locate);
    await correctSentinels(target, locate);
    expect(await redisState(target, locate)).toMatchObject({ reason: 'Answering', sentinelsAgree: true });
  });

  it('says why nobody takes over', async () => {
    const { target, locate } = await running();
    await expect(failOver(target, [], locate)).rejects.toThrow('NOGOODSLAVE');
  });
});

it.skipIf(!redisAtHand)(
  'a Redis of somebody else is as its sidecars say: without search, away, and well',
  async () => {
    const redis = await startRedis({ modules: false });
    const sidecar = await startSidecar({ FOURFOLD_STORE: redis.url });
    const seen = async () => (await sidecarsState({ ips: ['one'] }, () => `${sidecar.adminUrl}/stats`)).redis;
    try {
      await eventually(async () => (await seen())?.reason === 'SearchMissing');
      await redis.close();
      await eventually(async () => (await seen())?.reason === 'NotReached');
      expect((await seen())?.message).toMatch(/^No sidecar reaches Redis: connection, /);
      const back = await startRedis({ port: redis.port });
      await eventually(async () => (await seen()) === undefined).finally(() => back.close());
    } finally {
      await sidecar.close();
      await redis.close();
    }
  },
);
