import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { ask } from '../support/chat.ts';
import { machineLoad } from '../support/machine-load.ts';
import { redisAtHand, startRedis } from '../support/redis/index.ts';
import { startScene } from '../support/redis/scene.ts';
import { eventually } from '../support/wire/index.ts';

/** One sidecar hears the verdict; the entry is in the process of all three, and in Redis. */
it.skipIf(!redisAtHand)(
  'a verdict of block removes the entry from three sidecars within a second',
  async () => {
    const verdict = Promise.withResolvers<void>();
    let told = 0;
    const endpoint = createServer(async (request, response) => {
      const { prompt } = (await json(request)) as { prompt: string };
      told++;
      await verdict.promise;
      response.end(JSON.stringify({ verdict: prompt.includes('bad') ? 'block' : 'allow' }));
    });
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    const { port } = endpoint.address() as AddressInfo;
    const redis = await startRedis();
    const scene = await startScene({
      store: redis.url,
      sidecars: 3,
      environment: { FOURFOLD_POLICY_ENDPOINT: `http://127.0.0.1:${port}/judge` },
    });
    const phaseAt = async (url: string, question: string) =>
      (await ask(url, question, { headers: { 'Cache-Control': 'only-if-cached' } })).phase;
    const everywhere = async (question: string, phase: string) => {
      const phases = await Promise.all(scene.sidecars.map(({ url }) => phaseAt(url, question)));
      return phases.every((each) => each === phase);
    };
    try {
      const [first] = scene.sidecars;
      const { entry } = await ask(first?.url ?? '', 'A bad question about nothing');
      await ask(first?.url ?? '', 'A good question about something');
      await eventually(() => everywhere('a bad question about nothing', 'fingerprint'), 15_000);
      await eventually(() => everywhere('a good question about something', 'fingerprint'), 15_000);
      await eventually(() => told === 2);

      verdict.resolve();
      const took = await eventually(() => everywhere('a bad question about nothing', 'miss'), 10_000);
      console.log(`gone from three sidecars ${Math.round(took)} ms after the verdict`);
      expect(took).toBeLessThan(1_000 * machineLoad());
      expect(await everywhere('A bad question about nothing', 'miss')).toBe(true);
      expect(await redis.client.keys(`*${entry}*`)).toEqual([]);
      expect(await everywhere('a good question about something', 'fingerprint')).toBe(true);
    } finally {
      verdict.resolve();
      await scene.close();
      await redis.close();
      endpoint.closeAllConnections();
      endpoint.close();
    }
  },
);
