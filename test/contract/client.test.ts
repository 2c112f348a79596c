import { describe } from 'vitest';
import { redisAtHand, startRedis } from '../support/redis/index.ts';
import { startScene } from '../support/redis/scene.ts';
import { startSidecar } from '../support/sidecar.ts';
import { clientContract } from './client.suite.ts';

clientContract('one sidecar with the embedded store', async () => {
  const sidecar = await startSidecar({});
  return { urls: [sidecar.url], close: async () => void (await sidecar.close()) };
});

describe.skipIf(!redisAtHand)('on a real Redis Stack', () => {
  for (const sidecars of [1, 3])
    clientContract(`${sidecars} with one Redis`, async () => {
      const redis = await startRedis();
      const environment = { FOURFOLD_REDIS_DEADLINE: '10s' };
      const scene = await startScene({ store: redis.url, sidecars, environment });
      return {
        urls: scene.sidecars.map(({ url }) => url),
        close: async () => {
          await scene.close();
          await redis.close();
        },
      };
    });
});
