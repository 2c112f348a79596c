import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EarlyLeases } from '../../sidecar/leases/early.ts';
import { GapError, type Lead, LeaseLostError, type Leases } from '../../sidecar/leases/lease.ts';
import type { FlightRecord } from '../../sidecar/leases/record.ts';
import { createRedisLeases } from '../../sidecar/leases/redis.ts';
import { Seal } from '../../sidecar/leases/seal.ts';
import { type RedisServer, redisAtHand, startRedis } from '../support/redis/index.ts';
import { eventually } from '../support/wire/index.ts';

const data = (text: string): FlightRecord => ({ kind: 'data', chunk: Buffer.from(text) });
const head: FlightRecord = {
  kind: 'head',
  head: { status: 200, statusText: 'OK', headers: ['X-Ümlaut', 'ä'], outcome: { entry: 'id' } },
};
const end: FlightRecord = { kind: 'end', trailers: ['a', 'b'] };
const texts = (records: readonly FlightRecord[]) =>
  records.map((record) => (record.kind === 'data' ? String(record.chunk) : record.kind));

describe.skipIf(!redisAtHand)('leases in Redis', () => {
  let server: RedisServer;
  let leases: Leases;
  let number = 0;
  const key = () => `request ${++number}`;
  beforeAll(async () => {
    server = await startRedis();
    leases = at(server);
  });
  afterAll(() => server?.close());

  /** As the store's connection: everything as bytes. */
  const at = ({ client }: RedisServer, leaseMs = 600): Leases =>
    createRedisLeases({
      connection: { ask: ([name, ...args]) => client.callBuffer(name, ...args) },
      prefix: 'test:',
      leaseMs,
    });
  async function lead(name: string) {
    const lease = await leases.take(name);
    if (lease?.role !== 'leads') throw new Error('expected to lead');
    return lease;
  }
  async function follow(name: string) {
    const lease = await leases.take(name);
    if (lease?.role !== 'follows') throw new Error('expected to follow');
    return lease;
  }

  it('has one leader for a key, and hands on what it publishes, in order and as it was', async () => {
    const name = key();
    const leader = await lead(name);
    const followers = [await follow(name), await follow(name)];
    expect(await leader.publish([])).toBe(false);
    expect(await followers[0]?.read()).toEqual({ records: [], led: true });
    expect(await leader.publish([head, data('one')])).toBe(true);
    expect((await followers[0]?.read())?.records).toEqual([head, data('one')]);
    await leader.publish([data('two'), end]);
    await leader.release();
    expect((await followers[0]?.read())?.records).toEqual([data('two'), end]);
    // Who comes to the end late still has all of it
    expect((await followers[1]?.read())?.records).toEqual([head, data('one'), data('two'), end]);
    expect((await leases.take(name))?.role).toBe('leads');
  });

  it('reads long answers page by page, and says at the last only that the leader is gone', async () => {
    const name = key();
    const leader = await lead(name);
    const follower = await follow(name);
    const many = Array.from({ length: 150 }, (_, at) => data(String(at)));
    await leader.publish(many);
    await leader.release();
    const seen: FlightRecord[] = [];
    const led: boolean[] = [];
    while (led.at(-1) !== false) {
      const page = await follower.read();
      seen.push(...page.records);
      led.push(page.led);
    }
    expect(texts(seen)).toEqual(texts(many));
    expect(led).toEqual([true, true, false]);
  });

  it('replaces a leader that renews no longer, and lets it write no more', async () => {
    const name = key();
    const dead = await lead(name);
    const follower = await follow(name);
    await dead.publish([data('from the dead')]);
    await eventually(async () => !(await follower.read()).led);
    const next = await lead(name);
    await expect(dead.publish([data('late')])).rejects.toThrow(LeaseLostError);
    // Nor does its release take the lease from the next one
    await dead.release();
    const reader = await follow(name);
    await next.publish([data('from the next')]);
    expect(texts((await reader.read()).records)).toEqual(['from the next']);
    await next.release();
  });

  it('lasts for as long as it is renewed', async () => {
    const name = key();
    const leader = await lead(name);
    for (let n = 0; n < 6; n++) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      await leader.publish([]);
    }
    expect((await leases.take(name))?.role).toBe('follows');
    await leader.release();
  });

  it('tells a reader who was too slow that records are gone, and shows him nothing out of order', async () => {
    const name = key();
    const leader = await lead(name);
    const slow = await follow(name);
    await leader.publish([data('1'), data('2')]);
    await slow.read();
    await leader.publish([data('3'), data('4')]);
    await leader.publish([data('5')], 4);
    await expect(slow.read()).rejects.toThrow(GapError);
    await leader.release();
  });

  it('leaves nothing readable in Redis, and nothing at all a moment after the flight', async () => {
    const secret = 'the answer of somebody else';
    const name = `sk-secret ${key()}`;
    const leader = await lead(name);
    const follower = await follow(name);
    await follower.read();
    await leader.publish([head, data(secret)]);
    const keys = (await server.client.keys('test:*')) as string[];
    expect(keys.length).toBeGreaterThanOrEqual(3);
    const all = await Promise.all(keys.map((each) => server.client.dumpBuffer(each)));
    const everything = Buffer.concat([Buffer.from(keys.join()), ...all.map((each) => each ?? Buffer.of())]);
    for (const word of [secret, 'Ümlaut', 'sk-secret', name])
      expect(everything.includes(word), word).toBe(false);
    for (const each of keys) expect(await server.client.pttl(each), each).toBeGreaterThan(0);
    await leader.release();
    await eventually(async () => (await server.client.keys('test:*')).length === 0, 10_000);
  });

  it('asked for early is one for all who wait, of whom one takes it over', async () => {
    const early = new EarlyLeases(leases);
    const name = key();
    const done = [early.begin(name), early.begin(name)];
    const [lease, another] = await Promise.all([early.take(name), early.take(name)]);
    for (const each of done) each();
    expect([lease?.role, another?.role]).toEqual(['leads', 'follows']);
    await expect((lease as Lead).publish([])).resolves.toBe(false);
    await (lease as Lead).release();
  });

  it('asked for early and not needed is given back, when nobody waits for it any more', async () => {
    const early = new EarlyLeases(leases);
    const name = key();
    const done = [early.begin(name), early.begin(name)];
    done[0]?.();
    await follow(name);
    done[1]?.();
    await eventually(async () => (await server.client.keys('test:flight:*')).length === 0, 300);
  });

  it('that was given up while Redis took its time is given back', async () => {
    const impatient = createRedisLeases({
      connection: {
        ask: async ([name, ...args]) => {
          const reply = await server.client.callBuffer(name, ...args);
          if (name === 'SET') throw new Error('no answer in time');
          return reply;
        },
      },
      prefix: 'test:',
      leaseMs: 60_000,
    });
    const name = key();
    expect(await impatient.take(name)).toBeUndefined();
    await eventually(async () => (await leases.take(name))?.role === 'leads');
  });

  it('opens no record that another wrote or that was moved', async () => {
    const name = key();
    const leader = await lead(name);
    const follower = await follow(name);
    await leader.publish([data('1')]);
    const keys = await server.client.keys(`test:flight:{${new Seal(name).name}}:*`);
    const stream = keys.find((each) => !each.endsWith(':read')) ?? '';
    const [[, [, sealed]]] = (await server.client.xrangeBuffer(stream, '-', '+')) as unknown as [
      [Buffer, [Buffer, Buffer]],
    ];
    await server.client.xadd(stream, '0-2', 'r', sealed);
    await expect(follower.read()).rejects.toThrow();
    await leader.release();
  });

  it('knows nothing of others while Redis is away, and says so at once', async () => {
    const away = createRedisLeases({
      connection: {
        ask() {
          throw new Error('the breaker is open');
        },
      },
      prefix: 'test:',
    });
    expect(await away.take(key())).toBeUndefined();
  });
});
