import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { desired, newPasswords, type Passwords, rotated } from '../../cdk8s/cache/index.ts';
import { namesOf, ports } from '../../crds/names.ts';
import {
  type Locate,
  loadPasswords,
  type RedisTarget,
  redisState,
} from '../../operator/observe/redis-state.ts';
import { facts, semanticCache } from '../support/caches/index.ts';
import { redisAtHand } from '../support/redis/index.ts';
import { createRedisPods, type RedisPods, redisPodsPossible } from '../support/redis-pods/index.ts';
import { eventually } from '../support/wire/index.ts';

const cache = semanticCache({ replicas: 3 });
const { redis: setName, primary: group } = namesOf(cache.metadata.name);
const first = newPasswords(randomBytes, '');
const second = rotated(first, '1', randomBytes);
const third = rotated(second, '2', randomBytes);
const objects = (passwords: Passwords) => desired(cache, { ...facts, passwords });
const three = [0, 1, 2];

/** What the operator does while new passwords spread, on three pods that get the files of the Secret each in its own time. */
describe.skipIf(!redisPodsPossible(redisAtHand))('new passwords', { timeout: 120_000 }, () => {
  let pods: RedisPods;
  const addresses = new Map<string, string>();
  const locate: Locate = ({ name }, of) => ({ host: addresses.get(name) ?? '', port: ports[of] });
  const target = (passwords: Passwords): RedisTarget => ({
    pods: three.map((each) => ({ name: `${setName}-${each}`, ip: '127.0.0.1', ready: true })),
    size: 3,
    group,
    passwords,
  });
  const state = (passwords: Passwords) => redisState(target(passwords), locate);
  const load = (passwords: Passwords) => loadPasswords(target(passwords), locate);
  const asOperator = ({ current }: Passwords) => ({ user: 'operator', password: current.operator });
  const areReady = async () =>
    (await Promise.all(three.map((each) => pods.probe(each, 'ready', 'redis')))).every(Boolean);

  /** What every server answers to a sidecar. */
  const sidecarHears = (passwords: Passwords, of: readonly number[] = three) => {
    const as = { user: 'sidecar', password: passwords.current.sidecar };
    return Promise.all(
      of.flatMap((each) => [pods.redis(each, ['ping'], as), pods.sentinel(each, ['ping'], as)]),
    );
  };
  const pongs = Array(6).fill('PONG');

  beforeAll(async () => {
    pods = await createRedisPods(objects(first));
    await Promise.all(three.map((each) => pods.start(each)));
    await eventually(areReady, 60_000);
    for (const each of three) {
      const bind = await pods.redis(each, ['config', 'get', 'bind']);
      addresses.set(`${setName}-${each}`, bind.split('\n')[1] ?? '');
    }
    await eventually(async () => {
      const { reason, sentinelsAgree } = await state(first);
      return reason === 'Answering' && sentinelsAgree;
    }, 60_000);
  }, 130_000);
  afterAll(() => pods?.close());

  it('are known when the last server has its file, and not used before', async () => {
    expect(await state(second)).toMatchObject({ reason: 'Answering', passwordsKnown: false });
    await pods.apply(objects(second));
    for (const ask of [pods.redis, pods.sentinel])
      expect(await ask(0, ['acl', 'load'], asOperator(first))).toBe('OK');
    await pods.apply(objects(first));
    expect(await state(second)).toMatchObject({ reason: 'Answering', passwordsKnown: false });
    await load(second);
    expect(await state(second)).toMatchObject({ reason: 'Answering', passwordsKnown: false });
    expect(await sidecarHears(second, [0])).toEqual(['PONG', 'PONG']);
    expect(await pods.redis(0, ['config', 'get', 'masterauth'])).toContain(first.current.replication);

    await pods.apply(objects(second));
    await load(second);
    expect(await state(second)).toMatchObject({ reason: 'Answering', passwordsKnown: true });
    expect(await sidecarHears(second)).toEqual(pongs);
    expect(await areReady()).toBe(true);
    for (const each of three)
      expect(await pods.redis(each, ['config', 'get', 'masterauth'])).toContain(second.current.replication);
  });

  it('are not known while a pod does not answer; the others have them, and it gets them when it is back', async () => {
    const hung = 2;
    const signal = (name: NodeJS.Signals) => {
      for (const container of ['redis', 'sentinel'] as const) pods.signal(hung, container, name);
    };
    await pods.apply(objects(third));
    signal('SIGSTOP');
    await expect(load(third)).rejects.toThrow(/no answer in time|timed out/);
    expect(await sidecarHears(third, [0, 1])).toEqual(pongs.slice(2));
    expect(await state(third)).toMatchObject({ passwordsKnown: false });
    const known = { ...target(third), passwordsWereKnown: true };
    expect(await redisState(known, locate)).toMatchObject({ passwordsKnown: true });

    signal('SIGCONT');
    await load(third);
    expect(await state(third)).toMatchObject({ passwordsKnown: true });
    expect(await sidecarHears(third)).toEqual(pongs);
    await eventually(areReady, 30_000);
  });
});
