import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startProvider } from '../support/provider/index.ts';
import { type RedisServer, redisAtHand, startRedis } from '../support/redis/index.ts';
import { hasBegun } from '../support/redis/scene.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar.ts';
import { eventually } from '../support/wire/index.ts';

type Provider = Awaited<ReturnType<typeof startProvider>>;

describe.skipIf(!redisAtHand)('sidecars that share a Redis', () => {
  let server: RedisServer;
  let provider: Provider;
  const running: SidecarProcess[] = [];
  beforeAll(async () => {
    server = await startRedis();
    provider = await startProvider();
  });
  afterAll(async () => {
    await provider?.close();
    await server?.close();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.close()));
  });

  const start = async (environment: Record<string, string> = {}) => {
    const sidecar = await startSidecar({
      FOURFOLD_STORE: server.url,
      FOURFOLD_OPENAI_UPSTREAM: `${provider.url}/v1`,
      FOURFOLD_REDIS_DEADLINE: '1s',
      ...environment,
    });
    running.push(sidecar);
    if (environment.FOURFOLD_STORE === undefined) await eventually(() => hasBegun(sidecar), 15_000);
    return sidecar;
  };
  const ask = async ({ url }: SidecarProcess, text: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer key', ...headers },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: text }] }),
    });
    await response.arrayBuffer();
    expect(response.status).toBe(200);
    return response.headers;
  };
  const phase = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).get('x-fourfold-phase');

  test('what one stored the others answer in phase 1 within a second, and nobody what was removed', async () => {
    const [a, b, c] = [await start(), await start(), await start()];
    expect(await phase(a, 'What is the capital of France?', { 'x-fourfold-sources': 'atlas' })).toBe('miss');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    for (const other of [b, c])
      expect(await phase(other, 'What is the capital of France?')).toBe('fingerprint');
    const removed = await fetch(`${b.url}/cache/entries?source=atlas`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer key' },
    });
    expect(await removed.json()).toEqual({ removed: 1 });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    for (const each of [a, c]) {
      const headers = await ask(each, 'What is the capital of France?', { 'cache-control': 'no-store' });
      expect(headers.get('x-fourfold-phase')).toBe('miss');
    }
    expect(await phase(a, 'What is the capital of France?', { authorization: 'Bearer other' })).toBe('miss');
  });

  test('one that starts answers from what was there, in phase 1', async () => {
    const a = await start();
    expect(await phase(a, 'Who wrote Hamlet?')).toBe('miss');
    const stats = async ({ adminUrl }: SidecarProcess) =>
      (await (await fetch(`${adminUrl}/stats`)).json()) as {
        entries: number;
        store: { feed: { received: number } };
      };
    await eventually(async () => (await stats(a)).entries > 0, 10_000);
    const b = await start();
    await eventually(async () => (await stats(b)).store.feed.received > 0, 10_000);
    expect(await phase(b, 'Who wrote Hamlet?')).toBe('fingerprint');
  });

  test('without Redis every request is answered, and says why it was not looked up', async () => {
    const a = await start({ FOURFOLD_STORE: 'redis://127.0.0.1:1' });
    const headers = await ask(a, 'Who painted Guernica?');
    expect(headers.get('x-fourfold-phase')).toBe('miss');
    const again = await ask(a, 'Who painted Guernica again?', { 'cache-control': 'no-store' });
    expect(again.get('x-fourfold-reason')).toMatch(/store-unavailable|no-store/);
    const ready = await fetch(`${a.adminUrl}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ store: 'redis', shared: { up: false, reason: 'connection' } });
    const metrics = await (await fetch(`${a.adminUrl}/metrics`)).text();
    expect(metrics).toContain('fourfold_redis_up{store="redis"} 0');
    expect(a.log.filter(({ msg }) => /redis is not asked/.test(String(msg)))).toHaveLength(1);
    expect(a.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});
