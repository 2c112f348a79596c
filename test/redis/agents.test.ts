import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writtenContract } from '../contract/written.suite.ts';
import { Agents, idsOf } from '../support/agents/calls.ts';
import { ask } from '../support/chat.ts';
import { ownClock } from '../support/clock.ts';
import { type RedisServer, redisAtHand, startRedis } from '../support/redis/index.ts';
import { type Scene, startScene } from '../support/redis/scene.ts';
import { eventually } from '../support/wire/index.ts';

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const leased = { lease: '20s', wait: '60s' };

/** Three sidecars with one Redis execute once, and forget together. */
describe.skipIf(!redisAtHand)('agents on three sidecars with one Redis', () => {
  let redis: RedisServer;
  let scene: Scene;
  let agents: Agents[];
  beforeAll(async () => {
    redis = await startRedis();
    scene = await startScene({
      store: redis.url,
      sidecars: 3,
      environment: { FOURFOLD_REDIS_DEADLINE: '10s' },
    });
    agents = scene.sidecars.map(({ url }) => new Agents(url));
  });
  afterAll(async () => {
    await scene?.close();
    await redis?.close();
  });
  const at = (number: number) => agents[number % agents.length] as Agents;
  const end = (sidecar: number, lease: string, how: string, body: object = {}) =>
    at(sidecar).call('POST', `/cache/executions/${lease}/${how}`, body);

  it('with its store away a sidecar lets its own callers execute once', async () => {
    const extra = await startScene({ store: 'redis://127.0.0.1:1', provider: scene.provider, up: false });
    const alone = new Agents(extra.sidecars[0]?.url ?? '');
    const { lease } = await alone.lookup('alone', 1, leased);
    const waiting = await alone.waiting('alone', 1, leased);
    await sleep(500);
    const stored = await alone.keep('alone', 1, 'done', { lease });
    expect(stored.body).toEqual({ stored: false, reason: 'store-error' });
    expect(await waiting()).toMatchObject({ hit: true, phase: 'collapsed', result: 'done' });
    await extra.close();
  });

  it('a hundred callers at once execute once, and all get the result', async () => {
    let executed = 0;
    const one = async (number: number): Promise<unknown> => {
      const found = await at(number).lookup('busy', { n: 1 }, leased);
      if (found.hit) return found.result;
      executed++;
      await sleep(1_000);
      await at(number).keep('busy', { n: 1 }, { big: 12345 }, { lease: found.lease });
      return { big: 12345 };
    };
    const all = await Promise.all(Array.from({ length: 100 }, (_, number) => one(number)));
    expect(new Set(all.map((each) => JSON.stringify(each)))).toEqual(new Set(['{"big":12345}']));
    expect(executed).toBe(1);
  });

  it('what is not kept reaches those who wait elsewhere too, however large it is', async () => {
    for (const size of [10, 100_000]) {
      const input = { size };
      const { lease } = await at(0).lookup('unkept', input, leased);
      const waiting = await Promise.all([1, 2].map((number) => at(number).waiting('unkept', input, leased)));
      await sleep(500);
      await at(0).keep('unkept', input, 'x'.repeat(size), { lease, success: false });
      for (const answer of waiting)
        expect(await answer()).toEqual({
          hit: true,
          phase: 'collapsed',
          result: 'x'.repeat(size),
          success: false,
        });
    }
  });

  it('an error reaches those who wait elsewhere, and the next caller executes', async () => {
    const { lease } = await at(0).lookup('failing', 1, leased);
    const waiting = await Promise.all([1, 2].map((number) => at(number).waiting('failing', 1, leased)));
    await sleep(500);
    await end(0, lease, 'failed', { error: 'no such city' });
    for (const answer of waiting)
      expect(await answer()).toEqual({ hit: false, error: { message: 'no such city' } });
    const next = await at(1).lookup('failing', 1, leased);
    expect(next.lease).toEqual(expect.any(String));
    await end(1, next.lease, 'release');
  });

  it('an executor who dies is replaced by one who waits at another sidecar', async () => {
    const { lease } = await at(0).lookup('dying', 1, { lease: '1s' });
    const [second, third] = await Promise.all(
      [1, 2].map((number) => at(number).lookup('dying', 1, { ...leased, wait: '3s' })),
    );
    // One of them executes now; the other waited for that one, and waits no longer.
    expect([second.lease, third.lease].filter(Boolean)).toHaveLength(1);
    expect((await end(0, lease, 'renew', { lease: '1s' })).body).toEqual({ renewed: false });
    const [at1, held] = second.lease ? [1, second.lease] : [2, third.lease];
    await end(at1, held, 'release');
  });

  it('one who renews is waited for, for longer than any lease lasts', async () => {
    const { lease } = await at(0).lookup('long', 1, { lease: '2s' });
    const waiting = at(1).lookup('long', 1, leased);
    for (let beat = 0; beat < 8; beat++) {
      await sleep(500);
      expect((await end(0, lease, 'renew', { lease: '10s' })).body).toEqual({ renewed: true });
    }
    await at(0).keep('long', 1, 'at last', { lease });
    expect(await waiting).toMatchObject({ hit: true, result: 'at last' });
  });

  it('a sidecar that dies while somebody executes is replaced', async () => {
    const extra = await startScene({ store: redis.url, provider: scene.provider });
    const [doomed] = extra.sidecars;
    const { lease } = await new Agents(doomed?.url ?? '').lookup('orphaned', 1, { lease: '60s' });
    expect(lease).toEqual(expect.any(String));
    const waiting = await at(1).waiting('orphaned', 1, leased);
    await sleep(300);
    doomed?.process.kill('SIGKILL');
    const next = await waiting();
    expect(next).toMatchObject({ hit: false, lease: expect.any(String) });
    await end(1, next.lease, 'release');
    await extra.close();
  });

  it('a sidecar that ends in good order lets go of what it holds, and of those who wait', async () => {
    const extra = await startScene({ store: redis.url, provider: scene.provider });
    const leaving = new Agents(extra.sidecars[0]?.url ?? '');
    await leaving.lookup('leaving', 1, { lease: '60s' });
    const there = await leaving.waiting('leaving', 1, leased);
    const elsewhere = await at(1).waiting('leaving', 1, leased);
    await sleep(500);
    await extra.close();
    expect(await there()).not.toHaveProperty('lease');
    const next = await elsewhere();
    expect(next).toMatchObject({ hit: false, lease: expect.any(String) });
    await end(1, next.lease, 'release');
  });

  it('what another sidecar removes after the clock was set back here does not come in', async () => {
    const clock = ownClock();
    const { environment } = clock;
    const extra = await startScene({ store: redis.url, provider: scene.provider, environment });
    const behind = new Agents(extra.sidecars[0]?.url ?? '');
    const { asOf } = await behind.recall('behind', ['c']);
    clock.set(-60_000);
    await at(1).written(['doc-1']);
    const late = await behind.memorize('behind', ['c'], idsOf('doc-1'), { since: asOf });
    expect(late.body).toEqual({ stored: false, reason: 'removed' });
    expect(await at(1).recall('behind', ['c'])).toMatchObject({ hit: false });
    await extra.close();
  });

  it('an answer that is bound to a document goes from every phase of every sidecar when that is written', async () => {
    const chats = scene.sidecars.map((sidecar) => (text: string) => {
      const headers = { 'x-fourfold-sources': 'doc-7,doc-8' };
      return ask(sidecar.url, text, { headers });
    });
    const phases = async (text: string) => {
      const asked = [];
      for (const chat of chats) asked.push((await chat(text)).phase);
      return asked;
    };
    const question = 'Which documents tell of passwords?';
    expect(await phases(question)).toContain('miss');
    const inAll = ['fingerprint', 'fingerprint', 'fingerprint'];
    await eventually(async () => String(await phases(question)) === String(inAll), 20_000);
    expect(await at(1).written(['doc-9'])).toBe(0);
    expect(await phases(question)).toEqual(inAll);
    expect(await at(1).written(['doc-8'])).toBe(1);
    const calls = scene.provider.stats().calls;
    expect((await chats[2]?.(question))?.phase).toBe('miss');
    expect(scene.provider.stats().calls).toBe(calls + 1);
  });

  writtenContract(() => agents);
});
