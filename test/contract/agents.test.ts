import { afterAll, beforeAll, describe } from 'vitest';
import { Agents } from '../support/agents/calls.ts';
import { type RedisServer, redisAtHand, startRedis } from '../support/redis/index.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar.ts';
import { configFile } from '../support/wire/index.ts';
import { agentsContract } from './agents.suite.ts';
import { writtenContract } from './written.suite.ts';

agentsContract('memory', async () => ({}));

describe('what was written, with the embedded store', () => {
  let sidecar: SidecarProcess;
  beforeAll(async () => {
    sidecar = await startSidecar({
      FOURFOLD_CONFIG: configFile({ phases: { semantic: { enabled: false } } }),
    });
  });
  afterAll(() => sidecar?.close());

  writtenContract(() => [new Agents(sidecar.url)]);
});

describe.skipIf(!redisAtHand)('on a real Redis Stack', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.close());

  // Machines under load are slow, and no test here is about the deadline.
  agentsContract('redis', async (name) => ({
    FOURFOLD_STORE: `${server.url}?prefix=${name}:`,
    FOURFOLD_REDIS_DEADLINE: '10s',
  }));
});
