import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisUsers } from '../../cdk8s/cache/access-lists.ts';
import { newPasswords } from '../../cdk8s/cache/index.ts';
import { keyPrefix } from '../../crds/names.ts';
import { parse } from '../../crds/parse.ts';
import type { Settings } from '../../crds/settings.ts';
import { openStore } from '../../sidecar/stores/index.ts';
import { storeContract } from '../contract/store.suite.ts';
import { type RedisServer, redisAtHand, startRedis } from '../support/redis/index.ts';

/** The access list that the operator gives to Redis: all that a sidecar needs, and no more. */
const passwords = newPasswords(randomBytes, '');
const prefix = keyPrefix('default', 'support');

/** What whoever took over a sidecar would try; each with a key of the cache where a key is what it needs. */
const mine = `${prefix}x`;
const denied: readonly (readonly string[])[] = [
  ['get', 'other:x'],
  ['set', 'other:x', '1'],
  ['hgetall', 'other:e:1'],
  ['hset', 'other:e:1', 'a', 'b'],
  ['unlink', 'other:x'],
  ['xread', 'streams', 'other:journal', '0'],
  ['eval', "return redis.call('get', KEYS[1])", '1', 'other:x'],
  ['eval', "return redis.call('get', 'other:x')", '0'],
  ['eval', "return redis.call('keys', '*')", '0'],
  ['publish', 'other', 'x'],
  ['subscribe', '__sentinel__:hello'],
  ['ft.search', 'other:index', '*'],
  ['ft.create', 'other:index', 'on', 'hash', 'prefix', '1', 'other:', 'schema', 'x', 'tag'],
  ['ft.dropindex', 'other:index'],
  ['ft._list'],
  ['ft.config', 'set', 'TIMEOUT', '1'],
  ['keys', '*'],
  ['scan', '0'],
  ['randomkey'],
  ['dbsize'],
  ['flushall'],
  ['flushdb'],
  ['swapdb', '0', '1'],
  ['rename', mine, 'other:x'],
  ['copy', mine, 'other:x'],
  ['dump', mine],
  ['restore', mine, '0', 'x'],
  ['migrate', 'host', '6379', mine, '0', '100'],
  ['sort', mine],
  ['config', 'get', '*'],
  ['config', 'set', 'dir', '/tmp'],
  ['acl', 'list'],
  ['acl', 'setuser', 'sidecar', '+@all'],
  ['module', 'list'],
  ['function', 'flush'],
  ['script', 'flush'],
  ['script', 'kill'],
  ['debug', 'sleep', '0'],
  ['monitor'],
  ['client', 'list'],
  ['client', 'kill', 'type', 'normal'],
  ['client', 'pause', '1'],
  ['replicaof', 'attacker', '6379'],
  ['failover'],
  ['psync', '?', '-1'],
  ['bgsave'],
  ['bgrewriteaof'],
  ['shutdown'],
  ['slowlog', 'get'],
  ['latency', 'doctor'],
  ['memory', 'doctor'],
];

describe.skipIf(!redisAtHand)('as the user of a sidecar', () => {
  let server: RedisServer;
  let folder: string;
  let sidecar: Redis;
  let opened = 0;
  const { redis } = parse().settings as Settings;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fourfold-access-'));
    await writeFile(join(folder, 'users.acl'), redisUsers(passwords, prefix));
    const operator = { username: 'operator', password: passwords.current.operator };
    server = await startRedis({ settings: ['--aclfile', join(folder, 'users.acl')], client: operator });
    sidecar = new Redis({
      port: server.port,
      username: 'sidecar',
      password: passwords.current.sidecar,
      enableReadyCheck: false,
    });
  });
  afterAll(async () => {
    sidecar?.disconnect();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(denied)('may not %s %s', async (name = '', ...args) => {
    await expect(sidecar.call(name, ...args)).rejects.toThrow(
      /^(NOPERM|.*No permissions|.*ACL failure|.*can't run this command)/,
    );
  });

  storeContract(
    'redis, with least privilege',
    async (setting) => {
      await server.client.flushall();
      const settings = { ...redis, ttlJitter: 0, deadlineMs: 1000 };
      const login = `sidecar:${passwords.current.sidecar}@127.0.0.1:${server.port}`;
      return openStore(`redis://${login}/0?prefix=${prefix}${opened++}:`, {
        ...setting,
        model: 'test',
        redis: settings,
      });
    },
    { exactRecency: true, histories: 3 },
  );
});
