import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { parse } from '../../crds/parse.ts';
import type { Settings } from '../../crds/settings.ts';
import { openStore } from '../../sidecar/stores/index.ts';
import type { RedisStore } from '../../sidecar/stores/redis/store.ts';
import { type RedisServer, redisAtHand, startRedis } from '../support/redis/index.ts';
import { storeContract } from './store.suite.ts';

let folder: string;
let opened = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fourfold-'));
});
afterAll(() => rm(folder, { recursive: true }));

const capabilities = { exactRecency: true, histories: 200 };

storeContract('memory', (setting) => openStore('memory://', { ...setting, model: 'test' }), capabilities);

storeContract(
  'memory with a snapshot',
  // Written so often that it happens in the midst of everything.
  (setting) =>
    openStore(`memory://${folder}/${opened++}`, { ...setting, model: 'test', intervalMilliseconds: 1 }),
  capabilities,
);

describe.skipIf(!redisAtHand)('on a real Redis Stack', () => {
  let server: RedisServer;
  const { redis } = parse().settings as Settings;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.close());

  storeContract(
    'redis',
    async (setting) => {
      await server.client.flushall();
      const settings = { ...redis, ttlJitter: 0, deadlineMs: 1000 };
      // Some tests open a second store and leave the first one running.
      const store = await openStore(`${server.url}/0?prefix=cache-${opened++}:`, {
        ...setting,
        model: 'test',
        redis: settings,
      });
      // Until then it takes out again what is put; a busy machine takes longer over it than a sidecar waits.
      await (store as RedisStore).begun(10_000);
      return store;
    },
    { exactRecency: true, histories: 40 },
  );
});
