import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { certificateAuthority } from '../support/certificates.ts';
import { ask } from '../support/chat.ts';
import { machineLoad } from '../support/machine-load.ts';
import { freePort, type RedisServer, redisAtHand, startRedis } from '../support/redis/index.ts';
import {
  changes,
  changesUpTo,
  isUp,
  type Scene,
  sleep,
  startScene,
  steadyTraffic,
} from '../support/redis/scene.ts';
import { faults, summary, type Traffic } from '../support/traffic.ts';
import { eventually } from '../support/wire/index.ts';

/**
 * Redis fails in every way that it knows, while requests flow: each has its answer, as without the cache. The bounds on
 * time are those of the contract plus what a busy machine adds, which is measured in the same run before the fault.
 */
describe.skipIf(!redisAtHand)('with requests flowing', () => {
  let redis: RedisServer;
  let scene: Scene;
  let traffic: Traffic;
  afterEach(async () => {
    await traffic?.stop();
    await scene?.close();
    await redis?.close();
  });

  const only = () => {
    const [sidecar] = scene.sidecars;
    if (sidecar === undefined) throw new Error('no sidecar');
    return sidecar;
  };

  const expectChanges = (expected: ('up' | 'down')[]) =>
    expect(changesUpTo(only(), expected)).toEqual(expected);

  /** A second sidecar has nothing in the process: what it answers comes from a Redis that takes nothing new. */
  async function answersAnother(): Promise<void> {
    const other = await startScene({ store: redis.url, provider: scene.provider, model: true });
    try {
      const hit = await ask(other.sidecars[0]?.url ?? '', 'What was stored before?');
      expect(['fingerprint', 'exact']).toContain(hit.phase);
    } finally {
      await other.close();
    }
  }

  async function begin(options: Partial<Parameters<typeof startScene>[0]> = {}) {
    scene = await startScene({ store: redis.url, ...options });
    traffic = await steadyTraffic(scene);
    return performance.now();
  }

  it('R1: absent at the start: ready at once, everything goes upstream, and it connects by itself', async () => {
    const port = await freePort();
    const began = performance.now();
    scene = await startScene({ store: `redis://127.0.0.1:${port}`, up: false });
    const ready = await fetch(`${only().adminUrl}/readyz`);
    expect(ready.status).toBe(200);
    console.log(`ready after ${Math.round(performance.now() - began)} ms`);
    traffic = await steadyTraffic(scene, 200);
    await sleep(3_000);
    expect(isUp(only())).toBe(false);
    expect(faults(traffic.samples)).toEqual({});
    const cached = summary(traffic.samples.filter(({ control }) => !control));
    const past = summary(traffic.samples.filter(({ control }) => control));
    console.log(`${JSON.stringify({ cached, past })}`);
    // Of 2 ms promised on a machine that does nothing else.
    expect(cached.p50).toBeLessThan(past.p50 + 10);
    expect(cached.p99).toBeLessThan(past.p99 + 50);
    redis = await startRedis({ port });
    const recovered = await eventually(() => isUp(only()), 20_000);
    console.log(`asked ${Math.round(recovered)} ms after its start`);
    expect(recovered).toBeLessThan(2_000 * machineLoad());
    await sleep(500);
    expect(faults(await traffic.stop())).toEqual({});
    expectChanges(['down', 'up']);
    await eventually(async () => (await redis.client.dbsize()) > 0);
  });

  it('R7: a single server that is made a replica: hits go on, stores stop until it takes writes again', async () => {
    redis = await startRedis();
    await begin({ model: true });
    const { entry } = await ask(only().url, 'What was stored before?');
    await eventually(async () => (await redis.client.keys(`*${entry}*`)).length > 0, 15_000);
    await redis.client.call('REPLICAOF', '127.0.0.1', String(await freePort()));
    await sleep(1_500);
    const keys = await redis.client.dbsize();
    await sleep(1_500);
    expect(await redis.client.dbsize()).toBe(keys);
    await answersAnother();
    const metrics = await (await fetch(`${only().adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/^fourfold_\S*\{[^}]*readonly[^}]*\} [1-9]/m);
    await redis.client.call('REPLICAOF', 'NO', 'ONE');
    await eventually(async () => (await redis.client.dbsize()) > keys, 15_000);
    expect(faults(await traffic.stop())).toEqual({});
    expect((await fetch(`${only().adminUrl}/livez`)).status).toBe(200);
  });

  it('R8: loading after its restart: its absence is a miss, and it is asked when it has loaded', async () => {
    redis = await startRedis({ settings: ['--save', '3600', '1'] });
    const start = await begin();
    // Every key of what it saves costs so many microseconds to load
    for (let n = 0; n < 2_000; n += 100)
      await redis.client.mset(Array.from({ length: 100 }, (_, at) => [`other:${n + at}`, 'x']).flat());
    await redis.stop();
    const restarted = performance.now();
    await redis.start(['--key-load-delay', '1500']);
    const loaded = performance.now();
    // All that time it said LOADING
    expect(loaded - restarted).toBeGreaterThan(2_000);
    const recovered = await eventually(() => changes(only()).length >= 3, 10_000);
    console.log(
      `asked ${Math.round(recovered)} ms after it had loaded, for ${Math.round(loaded - restarted)} ms`,
    );
    expect(recovered).toBeLessThan(2_000 * machineLoad());
    await sleep(500);
    await traffic.stop();
    expect(faults(traffic.samples)).toEqual({});
    expect(faults(traffic.since(start, loaded))).toEqual({});
    expect((await fetch(`${only().adminUrl}/livez`)).status).toBe(200);
    expectChanges(['up', 'down', 'up']);
  });

  it('R9: out of memory: hits go on, stores stop and are counted, requests never notice', async () => {
    redis = await startRedis();
    const start = await begin({ model: true });
    const { entry } = await ask(only().url, 'What was stored before?');
    await eventually(async () => (await redis.client.keys(`*${entry}*`)).length > 0, 15_000);
    await redis.client.config('SET', 'maxmemory', '1mb');
    await redis.client.config('SET', 'maxmemory-policy', 'noeviction');
    await sleep(2_000);
    const keys = await redis.client.dbsize();
    await sleep(1_500);
    await traffic.stop();
    expect(faults(traffic.samples)).toEqual({});
    expect(faults(traffic.since(start))).toEqual({});
    expect(await redis.client.dbsize()).toBeLessThanOrEqual(keys + 5);
    expect(isUp(only())).toBe(true);
    await answersAnother();
    const metrics = await (await fetch(`${only().adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/^fourfold_\S*\{[^}]*memory[^}]*\} [1-9]/m);
  });

  it('R10: entries that Redis evicts at its limit are misses, without an error', async () => {
    redis = await startRedis({ settings: ['--maxmemory-policy', 'allkeys-lru'] });
    await begin();
    const { used } = await memoryOf(redis);
    await redis.client.config('SET', 'maxmemory', String(used + 500_000));
    await sleep(4_000);
    await traffic.stop();
    expect(faults(traffic.samples)).toEqual({});
    expect(isUp(only())).toBe(true);
    expectChanges(['up']);
    // Whatever lives has an end, so that volatile policies could evict it too
    for (const name of await entriesOf(redis)) expect(await redis.client.pttl(name), name).not.toBe(-1);
  });

  it.each(['FLUSHALL', 'FT.DROPINDEX'])(
    'R11: %s: requests go on, and one sidecar makes the index anew',
    async (command) => {
      redis = await startRedis();
      const start = await begin({ model: true, sidecars: 2 });
      await sleep(1_000);
      const indexes = (await redis.client.call('FT._LIST')) as string[];
      expect(indexes).toHaveLength(1);
      await redis.client.call('CONFIG', 'RESETSTAT');
      if (command === 'FLUSHALL') await redis.client.flushall();
      else for (const index of indexes) await redis.client.call('FT.DROPINDEX', index);
      await eventually(async () => ((await redis.client.call('FT._LIST')) as string[]).length === 1, 15_000);
      await sleep(2_000);
      await traffic.stop();
      expect(faults(traffic.since(start))).toEqual({});
      expect((await redis.client.call('FT._LIST')) as string[]).toEqual(indexes);
      const made = /cmdstat_(?:_?FT|ft)\.create:calls=(\d+)/i.exec(
        await redis.client.info('commandstats'),
      )?.[1];
      console.log(`FT.CREATE was called ${made ?? 0} times`);
      expect(Number(made)).toBeLessThanOrEqual(2);
      // What is stored from now on is found by meaning
      await ask(scene.sidecars[0]?.url ?? '', 'How do I reset my password?', { key: 'anew' });
      await eventually(async () => {
        const { phase } = await ask(
          scene.sidecars[1]?.url ?? '',
          'What are the steps to reset my password?',
          {
            key: 'anew',
            headers: { 'Cache-Control': 'only-if-cached' },
          },
        );
        return phase === 'semantic';
      }, 10_000);
    },
  );

  it('R12: a vector of another length is not stored, not searched, and not believed', async () => {
    redis = await startRedis();
    scene = await startScene({ store: redis.url, model: true });
    await ask(only().url, 'How do I reset my password?');
    const [index = ''] = (await redis.client.call('FT._LIST')) as string[];
    await eventually(async () => (await infoOf(redis, index, 'num_docs')) === 1);
    const [name = ''] = await entriesOf(redis);
    // Somebody else writes eight dimensions where there were more
    const field = (await redis.client.hkeys(name)).find((each) => each.startsWith('v')) ?? '';
    await redis.client.hset(name, field, Buffer.alloc(32));
    await eventually(async () => (await infoOf(redis, index, 'hash_indexing_failures')) > 0);
    const reply = await ask(only().url, 'What are the steps to reset my password?');
    expect(reply.status).toBe(200);
    const dimension = (await redis.client.call('FT.INFO', index)) as unknown[];
    expect(JSON.stringify(dimension)).toContain('384');
  });

  it('R13: an entry whose time is over is a miss, never a nil', async () => {
    redis = await startRedis();
    const start = await begin();
    await sleep(500);
    for (const name of await redis.client.keys('*')) await redis.client.pexpire(name, 1);
    await sleep(1_500);
    await traffic.stop();
    expect(faults(traffic.samples)).toEqual({});
    expect(faults(traffic.since(start))).toEqual({});
  });

  it('R14: garbage, other types and old schemas in the place of entries are misses, and are removed', async () => {
    redis = await startRedis();
    scene = await startScene({ store: redis.url, model: true });
    const questions = Array.from({ length: 12 }, (_, n) => `What is number ${n} of the list about?`);
    for (const question of questions) await ask(only().url, question);
    await eventually(async () => (await entriesOf(redis)).length === questions.length);
    const names = await entriesOf(redis);
    for (const [at, name] of names.entries()) {
      const ttl = await redis.client.pttl(name);
      const fields = await redis.client.hgetallBuffer(name);
      if (at % 4 === 0)
        for (const each of Object.keys(fields))
          await redis.client.hset(name, each, Buffer.from([255, at, 0]));
      if (at % 4 === 1) for (const each of Object.keys(fields)) await redis.client.hdel(name, each);
      if (at % 4 === 2) await redis.client.multi().del(name).set(name, 'a string').pexpire(name, ttl).exec();
      if (at % 4 === 3) {
        const [longest = ''] = Object.keys(fields).toSorted(
          (a, b) => (fields[b]?.length ?? 0) - (fields[a]?.length ?? 0),
        );
        await redis.client.hset(name, longest, Buffer.from('{"half": '));
      }
    }
    // A sidecar that has nothing in the process meets them all
    const other = await startScene({ store: redis.url, provider: scene.provider, model: true });
    try {
      for (const question of questions) {
        const reply = await ask(other.sidecars[0]?.url ?? '', question);
        expect(reply.status).toBe(200);
        expect(reply.body).toContain('ANSWER[');
      }
      await eventually(async () => {
        const types = await Promise.all(names.map((name) => redis.client.type(name)));
        return types.every((type) => type !== 'string');
      });
    } finally {
      await other.close();
    }
  });

  it('R15: a wrong password is a bypass with its reason; a rotated one is taken up without a restart', async () => {
    redis = await startRedis({ settings: ['--requirepass', 'right'], client: { password: 'right' } });
    const file = join(redis.folder, 'password');
    await writeFile(file, 'wrong\n');
    scene = await startScene({
      store: redis.url,
      up: false,
      environment: { FOURFOLD_REDIS_PASSWORD_FILE: file },
    });
    traffic = await steadyTraffic(scene);
    await sleep(1_500);
    expect(isUp(only())).toBe(false);
    await writeFile(file, 'right\n');
    await eventually(() => isUp(only()), 20_000);
    // Rotated while in use: open connections stay, the next one takes the new word
    await redis.client.config('SET', 'requirepass', 'newer');
    await writeFile(file, 'newer\n');
    await redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await eventually(
      () => isUp(only()) && changes(only()).filter((each) => each === 'up').length >= 2,
      10_000,
    );
    await sleep(300);
    expect(faults(await traffic.stop())).toEqual({});
    const text = JSON.stringify(only().log);
    for (const word of ['wrong', 'right', 'newer'])
      expect(text).not.toMatch(new RegExp(`"[^"]*:${word}@|password[^}]*${word}`));
    await rm(file);
  });

  it('R15: rights that are taken away are a bypass, and come back by themselves', async () => {
    redis = await startRedis();
    await begin();
    await redis.client.call(
      'ACL',
      'SETUSER',
      'default',
      '-@all',
      '+acl|setuser',
      '+auth',
      '+client',
      '+config',
    );
    await sleep(1_500);
    expect((await fetch(`${only().adminUrl}/readyz`)).status).toBe(200);
    await redis.client.call('ACL', 'SETUSER', 'default', '+@all');
    await eventually(() => isUp(only()), 20_000);
    await sleep(300);
    expect(faults(await traffic.stop())).toEqual({});
  });

  it('R15: TLS with an own authority and a client certificate; expired or of another name is refused', async () => {
    const authority = await certificateAuthority();
    const client = await authority.issue({ commonName: 'sidecar' });
    const files = {
      FOURFOLD_REDIS_CA_FILE: authority.file,
      FOURFOLD_REDIS_CERT_FILE: client.cert,
      FOURFOLD_REDIS_KEY_FILE: client.key,
    };
    const serve = async (issue: Parameters<typeof authority.issue>[0]) => {
      redis = await startRedis({
        tls: { ca: authority.file, ...(await authority.issue(issue)), clients: true },
      });
    };
    await serve({});
    scene = await startScene({ store: redis.url, environment: files });
    expect((await ask(only().url, 'Over TLS?')).phase).toBe('miss');
    await scene.close();
    // Without its certificate the client is refused
    scene = await startScene({
      store: redis.url,
      up: false,
      environment: { FOURFOLD_REDIS_CA_FILE: authority.file },
    });
    await sleep(1_000);
    expect(isUp(only())).toBe(false);
    expect((await ask(only().url, 'Without a certificate?')).status).toBe(200);
    for (const issue of [{ days: -1 }, { names: ['elsewhere.test'] }]) {
      await scene.close();
      await redis.close();
      await serve(issue);
      scene = await startScene({ store: redis.url, up: false, environment: files });
      await sleep(1_000);
      expect(isUp(only()), JSON.stringify(issue)).toBe(false);
      expect((await ask(only().url, 'Over bad TLS?')).status).toBe(200);
      expectChanges(['down']);
    }
  });

  it('R15: a certificate without its key is said in one line; the right pair is taken up without a restart', async () => {
    const authority = await certificateAuthority();
    const [client, another] = [
      await authority.issue({ commonName: 'sidecar' }),
      await authority.issue({ commonName: 'sidecar' }),
    ];
    redis = await startRedis({
      tls: { ca: authority.file, ...(await authority.issue({})), clients: true },
    });
    const keyFile = join(redis.folder, 'client.key');
    await copyFile(another.key, keyFile);
    scene = await startScene({
      store: redis.url,
      up: false,
      environment: {
        FOURFOLD_REDIS_CA_FILE: authority.file,
        FOURFOLD_REDIS_CERT_FILE: client.cert,
        FOURFOLD_REDIS_KEY_FILE: keyFile,
      },
    });
    const sentence =
      'redis.tls.keyFile: expected the private key of redis.tls.certFile, found that of another certificate';
    const said = () => only().log.filter(({ detail }) => detail === sentence);
    await eventually(() => said().length > 0);
    expect((await ask(only().url, 'With the key of another?')).status).toBe(200);
    await copyFile(client.key, keyFile);
    await eventually(() => isUp(only()), 20_000);
    // Rotated wrongly while Redis is away: that is told beside its absence, once.
    await copyFile(another.key, keyFile);
    await redis.stop();
    await eventually(() => said().length > 1, 20_000);
    await sleep(2_000);
    expect(said()).toHaveLength(2);
    expectChanges(['down', 'up', 'down']);
  });

  it('R16: no client too many: a few connections for each sidecar, and a full server is a bypass', async () => {
    redis = await startRedis();
    scene = await startScene({ store: redis.url, sidecars: 2 });
    traffic = await steadyTraffic(scene);
    await sleep(1_500);
    const clients = ((await redis.client.call('CLIENT', 'LIST')) as string)
      .split('\n')
      .filter((line) => line.includes('name=fourfold'));
    console.log(`${clients.length} connections of two sidecars`);
    expect(clients.length).toBeLessThanOrEqual(6);
    await redis.client.config('SET', 'maxclients', '2');
    await redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await sleep(1_500);
    await redis.client.config('SET', 'maxclients', '1000');
    await eventually(() => scene.sidecars.every(isUp), 10_000);
    expect(faults(await traffic.stop())).toEqual({});
  });

  it('R16: a disk that cannot be written (MISCONF) stops stores only', async () => {
    redis = await startRedis({ settings: ['--save', '3600', '1'] });
    await begin();
    await redis.client.config('SET', 'dir', '/proc');
    await redis.client.bgsave();
    await eventually(async () => /^MISCONF/.test(await refusal(redis)), 10_000);
    await sleep(1_500);
    const metrics = await (await fetch(`${only().adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/^fourfold_\S*\{[^}]*disk[^}]*\} [1-9]/m);
    await redis.client.config('SET', 'dir', redis.folder);
    expect(faults(await traffic.stop())).toEqual({});
    expect(isUp(only())).toBe(true);
  });

  it('R16: a primary without the replica that it waits for (NOREPLICAS) stops stores only', async () => {
    redis = await startRedis();
    await begin({ model: true });
    const { entry } = await ask(only().url, 'What was stored before?');
    await eventually(async () => (await redis.client.keys(`*${entry}*`)).length > 0, 15_000);
    await redis.client.config('SET', 'min-replicas-to-write', '1');
    await eventually(async () => /^NOREPLICAS/.test(await refusal(redis)), 10_000);
    await sleep(1_500);
    const keys = await redis.client.dbsize();
    await sleep(1_500);
    expect(await redis.client.dbsize()).toBeLessThanOrEqual(keys);
    await answersAnother();
    const metrics = await (await fetch(`${only().adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/^fourfold_\S*\{[^}]*replicas[^}]*\} [1-9]/m);
    await redis.client.config('SET', 'min-replicas-to-write', '0');
    await eventually(async () => (await redis.client.dbsize()) > keys, 10_000);
    expect(faults(await traffic.stop())).toEqual({});
    expect(isUp(only())).toBe(true);
  });

  it('R16: a search that ran out of time is no answer to rely on', async () => {
    redis = await startRedis();
    const start = await begin({ model: true });
    await redis.client.call('FT.CONFIG', 'SET', 'TIMEOUT', '1');
    await redis.client.call('FT.CONFIG', 'SET', 'ON_TIMEOUT', 'RETURN').catch(() => {});
    await sleep(2_000);
    await traffic.stop();
    expect(faults(traffic.since(start))).toEqual({});
  });

  const refusal = ({ client }: RedisServer): Promise<string> =>
    client.set('anything', '1').then(
      () => '',
      (error: Error) => error.message,
    );
  const memoryOf = async ({ client }: RedisServer) => ({
    used: Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]),
  });
  const infoOf = async ({ client }: RedisServer, index: string, name: string): Promise<number> => {
    const info = (await client.call('FT.INFO', index)) as unknown[];
    return Number(info[info.indexOf(name) + 1]);
  };
  /** Names of the hashes that hold entries. */
  const entriesOf = async ({ client }: RedisServer): Promise<string[]> => {
    const names = await client.keys('*');
    const found: string[] = [];
    for (const name of names) {
      if ((await client.type(name)) !== 'hash') continue;
      if (await client.hexists(name, 'd')) found.push(name);
    }
    return found;
  };
});
