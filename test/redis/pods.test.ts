import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { desired, newPasswords, quorum } from '../../cdk8s/cache/index.ts';
import {
  correctWaiting,
  letStayingLead,
  type RedisTarget,
  redisState,
} from '../../operator/observe/redis-state.ts';
import { facts, semanticCache } from '../support/caches/index.ts';
import { redisAtHand } from '../support/redis/index.ts';
import { createRedisPods, type RedisPods, redisPodsPossible } from '../support/redis-pods/index.ts';

/** The start scripts and settings that a SemanticCache gets, on real Redis Stack and real sentinels. */
const passwords = newPasswords(randomBytes, '');
const objects = (replicas: number, primary?: string) =>
  desired(semanticCache({ replicas }), { ...facts, passwords, ...(primary ? { primary } : {}) });

/** As the operator reaches them. */
const targetOf = (size: number): RedisTarget => ({
  pods: Array.from({ length: size }, (_, at) => ({ name: `support-redis-${at}`, ip: '', ready: true })),
  size,
  group: 'support',
  passwords,
});

const three = [0, 1, 2];
const possible = redisPodsPossible(redisAtHand);

/** One primary that takes writes, the others in step with it, and every sentinel of the same opinion. */
async function settled(
  pods: RedisPods,
  of: readonly number[],
  wanted: (primary: number) => boolean = () => true,
): Promise<number> {
  for (const end = Date.now() + 60_000; ; await sleep(300)) {
    const said = new Set(await pods.primaries());
    const ready = await Promise.all(of.map((each) => pods.probe(each, 'ready', 'redis')));
    const roles = await Promise.all(of.map((each) => role(pods, each)));
    const [primary = -1] = said;
    // One that does not answer is neither.
    const agreed =
      said.size === 1 && roles.every((each, at) => each === (of[at] === primary ? 'master' : 'slave'));
    // What was so before the fault is so until somebody has noticed it.
    if (agreed && wanted(primary) && ready.every(Boolean)) return primary;
    if (Date.now() > end) throw new Error(`not settled: ${[...said]} ${ready} ${roles}\n${logs(pods, of)}`);
  }
}

const role = (pods: RedisPods, ordinal: number) =>
  pods.redis(ordinal, ['role']).then(
    (answer) => answer.split('\n')[0],
    () => 'none',
  );

/** What the containers said last, without what a missing pod makes them repeat. */
const logs = (pods: RedisPods, of: readonly number[]) =>
  of
    .flatMap((each) => [pods.log(each, 'redis'), pods.log(each, 'sentinel')])
    .map((text) => text.split('\n').filter((line) => !/Failed to resolve|to MASTER/.test(line)))
    .map((lines) => lines.slice(-25).join('\n'))
    .join('\n\n');

/** Writes one key after another wherever the primary is; `acknowledged` are those that a client was told of. */
function writer(pods: RedisPods) {
  const acknowledged: string[] = [];
  let longestGap = 0;
  let on = true;
  const work = (async () => {
    let primary: number | undefined;
    for (let at = 0, last = Date.now(); on; at++) {
      primary ??= (await pods.primaries())[0];
      const answer = await (primary === undefined
        ? ''
        : pods.redis(primary, ['set', `written:${at}`, 'yes']).catch(() => ''));
      if (answer !== 'OK') {
        primary = undefined;
        continue;
      }
      acknowledged.push(`written:${at}`);
      longestGap = Math.max(longestGap, Date.now() - last);
      last = Date.now();
    }
  })();
  return {
    async stop() {
      on = false;
      await work;
      return { acknowledged, longestGap };
    },
  };
}

async function knowsReplicas(pods: RedisPods, ordinal: number): Promise<void> {
  for (const end = Date.now() + 15_000; Date.now() < end; await sleep(300)) {
    const lines = (await pods.sentinel(ordinal, ['sentinel', 'master', 'support'])).split('\n');
    if (lines[lines.indexOf('num-slaves') + 1] === '2') return;
  }
  throw new Error(`the sentinel of ${ordinal} knows too few replicas`);
}

/** The primary counts its replicas once a second. */
async function writable(pods: RedisPods, primary: number): Promise<void> {
  for (const end = Date.now() + 15_000; ; await sleep(300)) {
    const answer = await pods.redis(primary, ['set', 'written', 'yes']);
    if (answer === 'OK') return;
    if (Date.now() > end) throw new Error(`expected OK, got ${answer}`);
  }
}

const missing = async (pods: RedisPods, primary: number, keys: readonly string[]) => {
  const found = (await pods.redis(primary, ['mget', ...keys])).split('\n');
  return keys.filter((_, at) => found[at] !== 'yes');
};

describe.skipIf(!possible)('three pods', { timeout: 180_000 }, () => {
  let pods: RedisPods;
  let primary = 0;
  afterAll(() => pods?.close());
  const restart = (of: readonly number[]) => Promise.all(of.map((each) => pods.start(each)));

  it('form a set with the first as primary, all at once', async () => {
    pods = await createRedisPods(objects(3));
    await restart(three);
    primary = await settled(pods, three);
    expect(primary).toBe(0);
    await writable(pods, primary);
    expect(await pods.redis(primary, ['set', 'kept', 'yes'])).toBe('OK');
    expect(await pods.redis(primary, ['wait', '2', '2000'])).toBe('2');
    // Sentinels hear of replicas from a primary that lives, every 10 s; before that nobody could take over.
    for (const each of three) await knowsReplicas(pods, each);
  });

  it('answer with search, and drop the least used when the memory is full', async () => {
    const index = ['ft.create', 'i', 'on', 'hash', 'prefix', '1', 'e:', 'schema', 'x', 'tag'];
    expect(await pods.redis(primary, index)).toBe('OK');
    expect(await pods.redis(primary, ['ft._list'])).toBe('i');
    expect(await pods.redis(primary, ['config', 'get', 'maxmemory*'])).toContain(
      `maxmemory\n${Math.floor(2 ** 30 * 0.65)}`,
    );
    expect(await pods.redis(primary, ['config', 'get', 'maxmemory-policy'])).toContain('allkeys-lru');
  });

  it('hand over at once when the primary crashes: nothing that a replica holds is lost', async () => {
    const before = Date.now();
    await pods.crash(primary, 'redis');
    pods.startContainer(primary, 'redis');
    const crashed = primary;
    const next = await settled(pods, three, (each) => each !== crashed);
    expect(Date.now() - before).toBeLessThan(30_000);
    primary = next;
    expect(await pods.redis(primary, ['get', 'kept'])).toBe('yes');
  });

  it('hand over before the primary is stopped as planned: no acknowledged write is lost', async () => {
    const writing = writer(pods);
    await sleep(1000);
    await pods.stop(primary);
    await sleep(1000);
    const { acknowledged, longestGap } = await writing.stop();
    await pods.start(primary);
    const stopped = primary;
    primary = await settled(pods, three, (each) => each !== stopped);
    expect(acknowledged.length).toBeGreaterThan(5);
    expect(longestGap).toBeLessThan(30_000);
    expect(await missing(pods, primary, acknowledged)).toEqual([]);
  });

  it.each([
    ['and finish it', 4_000],
    ['but not for ever', 200_000],
  ])(
    'are stopped while they write the log of a new copy: they end as they are told, %s',
    async (_, delay) => {
      const replica = three.find((each) => each !== primary) ?? 0;
      const keys = Array.from({ length: 500 }, (_, at) => [`copied:${at}`, 'yes']);
      expect(await pods.redis(primary, ['mset', ...keys.flat()])).toBe('OK');
      expect(await pods.redis(primary, ['wait', '2', '5000'])).toBe('2');
      await pods.redis(replica, ['config', 'set', 'rdb-key-save-delay', `${delay}`]);
      // As after a copy of everything: until the new log is there, Redis has none.
      await pods.redis(replica, ['config', 'set', 'appendonly', 'no']);
      await pods.redis(replica, ['config', 'set', 'appendonly', 'yes']);
      expect(await pods.redis(replica, ['info', 'persistence'])).toContain('aof_rewrite_in_progress:1');
      const before = Date.now();
      await pods.stop(replica);
      expect(Date.now() - before).toBeLessThan(40_000);
      await pods.start(replica);
      expect(await settled(pods, three)).toBe(primary);
      expect(await pods.redis(replica, ['mget', 'copied:0', 'copied:499'])).toBe('yes\nyes');
    },
  );

  it('find a new primary when the node of the old one dies, and the old one joins them when it is back', async () => {
    await pods.redis(primary, ['set', 'before', 'yes']);
    await pods.redis(primary, ['wait', '2', '2000']);
    const lost = primary;
    const before = Date.now();
    await pods.kill(lost);
    primary = await settled(
      pods,
      three.filter((each) => each !== lost),
      (each) => each !== lost,
    );
    expect(Date.now() - before).toBeLessThan(30_000);
    await pods.start(lost);
    expect(await settled(pods, three)).toBe(primary);
    expect(await missing(pods, primary, ['kept', 'before'])).toEqual([]);
  });

  it('find a new primary when the old one hangs, and it obeys when it goes on', async () => {
    const hung = primary;
    pods.signal(hung, 'redis', 'SIGSTOP');
    expect(await pods.probe(hung, 'alive', 'redis')).toBe(false);
    primary = await settled(
      pods,
      three.filter((each) => each !== hung),
      (each) => each !== hung,
    );
    pods.signal(hung, 'redis', 'SIGCONT');
    expect(await settled(pods, three)).toBe(primary);
    expect(await role(pods, hung)).toBe('slave');
  });

  it('acknowledge no write that only the primary would have, and go on answering', async () => {
    const replicas = three.filter((each) => each !== primary);
    for (const each of replicas) pods.signal(each, 'redis', 'SIGSTOP');
    for (const end = Date.now() + 20_000; ; await sleep(300)) {
      const answer = await pods.redis(primary, ['set', 'alone', 'yes']);
      if (answer.startsWith('NOREPLICAS')) break;
      if (Date.now() > end) throw new Error(`still ${answer}`);
    }
    expect(await pods.redis(primary, ['get', 'kept'])).toBe('yes');
    expect(await redisState(targetOf(3), pods.locate)).toMatchObject({
      reason: 'NoReplica',
      status: 'False',
    });
    for (const each of replicas) pods.signal(each, 'redis', 'SIGCONT');
    await settled(pods, three, (each) => each === primary);
    await writable(pods, primary);
  });

  it('are as before when all of them are restarted at once', async () => {
    await pods.redis(primary, ['set', 'last', 'yes']);
    await sleep(1500); // The log is written to disk once a second.
    await Promise.all(three.map((each) => pods.kill(each)));
    await restart(three);
    expect(await settled(pods, three)).toBe(primary);
    expect(await missing(pods, primary, ['kept', 'last'])).toEqual([]);
    await writable(pods, primary);
  });

  it('are as before when the first pod and its volume are lost in that', async () => {
    if (primary === 0) {
      await pods.stop(0);
      await pods.start(0);
      primary = await settled(pods, three, (each) => each !== 0);
    }
    await Promise.all(three.map((each) => pods.kill(each)));
    await pods.forget(0);
    await restart(three);
    expect(await settled(pods, three)).toBe(primary);
    expect(await missing(pods, primary, ['kept', 'last'])).toEqual([]);
  });

  it('keep their data when the primary comes back at once without its volume', async () => {
    await pods.kill(primary);
    await pods.forget(primary);
    await pods.start(primary);
    const emptied = primary;
    primary = await settled(pods, three, (each) => each !== emptied);
    expect(await missing(pods, primary, ['kept', 'last'])).toEqual([]);
  });

  it('ask everybody for a password, and let a sidecar do no more than it must', async () => {
    const sidecar = { user: 'sidecar', password: passwords.current.sidecar };
    const nobody = { user: 'default', password: 'guess' };
    expect(await pods.redis(primary, ['ping'], nobody)).toContain('NOAUTH');
    expect(await pods.sentinel(primary, ['sentinel', 'masters'], nobody)).toContain('NOAUTH');
    const asked = await pods.sentinel(primary, ['sentinel', 'get-master-addr-by-name', 'support'], sidecar);
    expect(asked).toContain(`support-redis-${primary}.`);
    expect(await pods.sentinel(primary, ['sentinel', 'failover', 'support'], sidecar)).toContain('NOPERM');
    expect(await pods.redis(primary, ['set', 'default:support:x', '1'], sidecar)).toBe('OK');
    expect(await pods.redis(primary, ['get', 'kept'], sidecar)).toContain('NOPERM');
  });
});

const waitsFor = async (pods: RedisPods, ordinal: number) =>
  (await pods.redis(ordinal, ['config', 'get', 'min-replicas-to-write'])).split('\n')[1];

describe.skipIf(!possible)('scaled from one to three to one', { timeout: 180_000 }, () => {
  let pods: RedisPods;
  afterAll(() => pods?.close());

  it('the pod that was alone goes on without a restart, and its data is there in the end', async () => {
    pods = await createRedisPods(objects(1));
    await pods.start(0);
    expect(await settled(pods, [0])).toBe(0);
    await pods.redis(0, ['set', 'kept', 'yes']);
    const life = await pods.redis(0, ['info', 'server']);

    // What the operator does: the files first, then the pods; and the running sentinel is told.
    await pods.apply(objects(3));
    await Promise.all([1, 2].map((each) => pods.start(each)));
    await pods.sentinel(0, ['sentinel', 'set', 'support', 'quorum', String(quorum(3))]);
    expect(await settled(pods, three)).toBe(0);
    expect(await waitsFor(pods, 0)).toBe('0');
    expect(await redisState(targetOf(3), pods.locate)).toMatchObject({ waitsRightly: false });
    await correctWaiting(targetOf(3), pods.locate);
    expect(await waitsFor(pods, 0)).toBe('1');
    expect(await redisState(targetOf(3), pods.locate)).toMatchObject({
      reason: 'Answering',
      waitsRightly: true,
    });
    const runId = /run_id:\w+/;
    expect(runId.exec(await pods.redis(0, ['info', 'server']))?.[0]).toBe(runId.exec(life)?.[0]);

    // The primary is now one that is to go.
    await pods.stop(0);
    await pods.start(0);
    const primary = await settled(pods, three, (each) => each !== 0);
    expect(objects(1, `support-redis-${primary}`).find(({ kind }) => kind === 'StatefulSet')).toMatchObject({
      spec: { replicas: primary + 1 },
    });

    // Those that go may not become primary; then the sentinels choose.
    for (const each of [1, 2]) await pods.redis(each, ['config', 'set', 'replica-priority', '0']);
    await sleep(11_000); // The sentinels read it with the next INFO.
    expect(await pods.sentinel(0, ['sentinel', 'failover', 'support'])).toBe('OK');
    await settled(pods, three, (each) => each === 0);

    // Were it to stay three after all, each of them could be chosen again.
    expect(await redisState(targetOf(1), pods.locate)).toMatchObject({ promotable: true });
    expect(await redisState(targetOf(3), pods.locate)).toMatchObject({ promotable: false });
    await letStayingLead(targetOf(3), pods.locate);
    for (const each of [1, 2])
      expect(await pods.redis(each, ['config', 'get', 'replica-priority'])).toBe('replica-priority\n100');

    await pods.apply(objects(1));
    await pods.stop(2);
    await pods.stop(1);
    await pods.sentinel(0, ['sentinel', 'set', 'support', 'quorum', String(quorum(1))]);
    await pods.sentinel(0, ['sentinel', 'reset', 'support']);
    expect(await settled(pods, [0])).toBe(0);
    expect(await redisState(targetOf(1), pods.locate)).toMatchObject({ waitsRightly: false });
    await correctWaiting(targetOf(1), pods.locate);
    expect(await pods.redis(0, ['set', 'alone', 'yes'])).toBe('OK');
    expect(await missing(pods, 0, ['kept'])).toEqual([]);

    await pods.crash(0, 'redis');
    pods.startContainer(0, 'redis');
    expect(await settled(pods, [0])).toBe(0);
    expect(await missing(pods, 0, ['kept'])).toEqual([]);
  });
});

describe.skipIf(!possible)('K15: a volume that is full', { timeout: 120_000 }, () => {
  let pods: RedisPods;
  afterEach(() => pods?.close());
  const large = 'x'.repeat(100_000);

  it.each([1, 3])(
    'of %i pods: what is held is answered, also after a restart; with room, all is as before',
    async (size) => {
      const all = three.slice(0, size);
      pods = await createRedisPods(objects(size), { volumeMegabytes: 24 });
      await Promise.all(all.map((each) => pods.start(each)));
      const primary = await settled(pods, all);
      await writable(pods, primary);
      await pods.redis(primary, ['set', 'kept', 'yes']);
      await sleep(1500); // The log is written to disk once a second.
      for (const each of all) await pods.fill(each);

      for (const end = Date.now() + 20_000; ; await sleep(100)) {
        const answer = await pods.redis(primary, ['set', 'large', large]);
        if (answer.startsWith('MISCONF')) break;
        if (Date.now() > end) throw new Error(`still ${answer}`);
      }
      expect(await pods.redis(primary, ['get', 'kept'])).toBe('yes');
      expect(await pods.probe(primary, 'alive', 'redis')).toBe(true);
      expect(await redisState(targetOf(size), pods.locate)).toMatchObject({
        reason: 'VolumeFailing',
        status: 'False',
        message: expect.stringContaining('redis.storage.size'),
      });

      await Promise.all(all.map((each) => pods.kill(each)));
      await Promise.all(all.map((each) => pods.start(each)));
      // A replica needs room for a copy to be in step again; the primary needs none.
      for (const end = Date.now() + 30_000; ; await sleep(300)) {
        const [again] = await pods.primaries();
        const kept = again === undefined ? '' : await pods.redis(again, ['get', 'kept']).catch(String);
        if (kept === 'yes') break;
        if (Date.now() > end) throw new Error(`expected what was kept, got ${kept}\n${logs(pods, all)}`);
      }

      for (const each of all) await pods.empty(each);
      await writable(pods, await settled(pods, all));
      expect(await redisState(targetOf(size), pods.locate)).toMatchObject({ status: 'True' });
    },
  );
});
