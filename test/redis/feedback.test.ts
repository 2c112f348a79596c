import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Asking, ask } from '../support/chat.ts';
import { machineLoad } from '../support/machine-load.ts';
import { type Provider, startProvider } from '../support/provider/index.ts';
import { type RedisServer, redisAtHand, startRedis } from '../support/redis/index.ts';
import { type Scene, startScene } from '../support/redis/scene.ts';
import { eventually } from '../support/wire/index.ts';

describe.skipIf(!redisAtHand)('reports, with three sidecars and one Redis', () => {
  let redis: RedisServer;
  let provider: Provider;
  let scene: Scene;
  beforeAll(async () => {
    redis = await startRedis();
    provider = await startProvider();
  });
  afterAll(async () => {
    await provider?.close();
    await redis?.close();
  });
  afterEach(() => scene.close());

  const only = { headers: { 'Cache-Control': 'only-if-cached' } };
  const at = (sidecar: number, question: string, more: Asking = {}) =>
    ask(scene.sidecars[sidecar]?.url ?? '', question, more);
  const report = async (sidecar: number, body: object) => {
    const answer = await fetch(`${scene.sidecars[sidecar]?.url}/cache/feedback`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return await answer.json();
  };
  const stored = 'What is the capital of Wales?';
  const typed = 'What is the captial of Wales?';

  it('a pair is not served again on any of them, within a second, nor after restarts, nor after a flush', async () => {
    scene = await startScene({ store: redis.url, sidecars: 3, provider });
    const { entry } = await at(0, stored);
    for (const sidecar of [0, 1, 2])
      await eventually(async () => (await at(sidecar, typed, only)).entry === entry, 5_000);
    const reported = Date.now();
    expect(await report(1, { entry, verdict: 'wrong', prompt: typed })).toEqual({ blocked: true });
    expect(await at(1, typed, only)).toMatchObject({ status: 504, reason: 'feedback' });
    for (const sidecar of [0, 2])
      await eventually(async () => (await at(sidecar, typed, only)).reason === 'feedback', 5_000);
    const took = Date.now() - reported;
    console.log(`refused by all after ${took} ms`);
    expect(took).toBeLessThan(1_000 * machineLoad());
    for (const sidecar of [0, 1, 2]) expect((await at(sidecar, stored, only)).entry).toBe(entry);
    await scene.close();

    scene = await startScene({ store: redis.url, sidecars: 3, provider });
    for (const sidecar of [0, 1, 2]) {
      expect(await at(sidecar, typed, only)).toMatchObject({ status: 504 });
      await eventually(async () => (await at(sidecar, stored, only)).entry === entry, 5_000);
      expect(await at(sidecar, typed, only)).toMatchObject({ status: 504, reason: 'feedback' });
    }

    // The sidecars know what Redis has forgotten
    await redis.client.flushall();
    await eventually(async () => (await at(0, stored)).phase === 'miss', 5_000);
    for (const sidecar of [0, 1, 2]) {
      await eventually(async () => (await at(sidecar, stored, only)).status === 200, 5_000);
      expect(await at(sidecar, typed, only)).toMatchObject({ status: 504, reason: 'feedback' });
    }
    await eventually(async () => (await redis.client.keys('*blocks')).length === 1, 5_000);
  });

  it('what one sidecar learns, the others know, and those that start later', async () => {
    const configuration = { maxErrorRate: '1%', auditSampleRate: '100%' };
    scene = await startScene({ store: redis.url, sidecars: 2, provider, configuration });
    const labels = async (sidecar: number) => {
      const answer = await fetch(`${scene.sidecars[sidecar]?.adminUrl}/stats`);
      const { quality } = (await answer.json()) as {
        quality: { learned: { scopes: { 'near-miss': { labels: number } }[] } };
      };
      return quality.learned.scopes[0]?.['near-miss'].labels ?? 0;
    };
    provider.always({ content: 'Lima.' });
    await at(0, 'What is the capital of Peru?', { key: 'learner' });
    await at(0, 'What is the captial of Peru?', { key: 'learner' });
    for (const sidecar of [0, 1]) await eventually(async () => (await labels(sidecar)) === 1, 10_000);
    await scene.close();
    scene = await startScene({ store: redis.url, sidecars: 1, provider, configuration });
    await eventually(async () => (await labels(0)) === 1, 10_000);
  });
});
