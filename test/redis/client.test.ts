import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseRedisUrl, type RedisUrl } from '../../crds/redis-url.ts';
import { type Client, openClient } from '../../sidecar/stores/redis/client.ts';
import { type RedisServer, redisAtHand, startRedis } from '../support/redis/index.ts';

describe.skipIf(!redisAtHand)('a client of Redis', () => {
  let server: RedisServer;
  let client: Client;
  beforeAll(async () => {
    server = await startRedis();
    const url = parseRedisUrl(server.url) as RedisUrl;
    client = await openClient({ url, secrets: {}, name: 'test' }, AbortSignal.timeout(5_000), () => {});
  });
  afterAll(async () => {
    client?.close();
    await server?.close();
  });
  const reads = async () =>
    Number(/total_reads_processed:(\d+)/.exec(await server.client.info('stats'))?.[1]);

  test('sends in one piece what is asked at once, texts and bytes, and has each answer in its place', async () => {
    const before = await reads();
    const numbers = Array.from({ length: 50 }, (_, n) => n);
    const answers = await Promise.all(
      numbers.map((n) => client.send(['ECHO', n % 2 === 0 ? String(n) : Buffer.from(String(n))])),
    );
    expect(answers.map(String)).toEqual(numbers.map(String));
    // Reading the number is one of them.
    expect((await reads()) - before).toBeLessThanOrEqual(3);
  });
});
