import { part } from '../require.ts';
import { startRedis } from './server.ts';

export { type RedisCluster, startCluster } from './cluster.ts';
export { type Sentinels, startSentinels } from './sentinels.ts';
export { freePort, type RedisServer, startRedis } from './server.ts';

/** For `describe.skipIf(!redisAtHand)`: whether a real Redis Stack starts here, libraries and all. */
export const redisAtHand: boolean = await startRedis()
  .then((server) => server.close())
  .then(
    () => part('redis', true, ''),
    (error: Error) => part('redis', false, error.message),
  );
