import { afterAll, beforeAll, describe } from 'vitest';
import { type RedisServer, redisAtHand, startRedis } from '../support/redis/index.ts';
import { agentsContract } from './agents.suite.ts';

agentsContract('memory', async () => ({}));

describe.skipIf(!redisAtHand)('on a real Redis Stack', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.close());

  // Machines under load are slow, and no test here is about the deadline.
  agentsContract('redis', async () => ({ FOURFOLD_STORE: server.url, FOURFOLD_REDIS_DEADLINE: '1s' }));
});
