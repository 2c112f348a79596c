import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Asking, type Chat, chatRequest, type Reply, said, startChat } from '../support/chat.ts';
import { quickest } from '../support/quickest.ts';
import { configFile, eventually, header, type Wire, wire } from '../support/wire/index.ts';

/** Identical requests in flight share one call to the provider. */
let chat: Chat;
beforeAll(async () => {
  // Without phase 4, a request is on board as soon as it has been read.
  chat = await startChat({
    FOURFOLD_CONFIG: configFile({ phases: { semantic: { enabled: false } } }),
    FOURFOLD_MAX_ENTRY_BYTES: '32Mi',
  });
});
afterAll(() => chat?.close());
afterEach(() => {
  chat.provider.forget();
});

const stats = () => chat.provider.stats();
const streaming = { stream: true, stream_options: { include_obfuscation: false } };
/** An answer that takes long enough for others to come on board, and then comes at once. */
const slow = { latencyMs: 500, content: 'One answer for all of them.' };
/** A stream of many pieces. */
const long = { chunks: 20, bytes: 2_000, tokenMs: 25 };

/** A request on a connection of its own that somebody holds on to. */
async function begin(question: string, more: Asking = {}): Promise<Wire> {
  const line = await wire(chat.sidecar.url, ['POST'], 25_000);
  line.send(chatRequest(question, more));
  return line;
}
const all = (count: number, question: string, more: Asking = {}): Promise<Reply[]> =>
  Promise.all(Array.from({ length: count }, () => chat.ask(question, more)));
const phases = (replies: readonly Reply[]) => {
  const counts: Record<string, number> = {};
  for (const { phase } of replies) counts[phase ?? ''] = (counts[phase ?? ''] ?? 0) + 1;
  return counts;
};

describe('fifty identical cold requests', () => {
  it.each([
    ['JSON', {}],
    ['a stream', streaming],
  ])('%s: one call, and everybody has the whole answer', async (key, body) => {
    chat.provider.next({ ...slow, latencyMs: 2_000 });
    const replies = await all(50, 'What do fifty people ask?', { key, body });
    expect(stats().calls).toBe(1);
    expect(new Set(replies.map((reply) => reply.body)).size).toBe(1);
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    expect(phases(replies)).toEqual({ miss: 1, collapsed: 49 });
    for (const { cacheStatus } of replies.filter(({ phase }) => phase === 'collapsed'))
      expect(cacheStatus).toMatch(/^fourfold; fwd=uri-miss; collapsed(; stored)?$/);
    if (key === 'JSON') expect(replies.every(({ entry }) => entry === replies[0]?.entry)).toBe(true);
    expect((await chat.ask('what do fifty people ask', { key, body })).phase).toBe('fingerprint');
  });
});

describe('a follower', () => {
  it.each([
    ['JSON', {}],
    ['a stream', streaming],
  ])(
    'has the answer, and nothing else of what the provider said to another caller: %s',
    async (name, body) => {
      const shared = await startChat({
        FOURFOLD_CONFIG: configFile({ partitionBy: ['none'], phases: { semantic: { enabled: false } } }),
      });
      shared.provider.next(slow);
      const [first, second] = await Promise.all(
        ['alice', 'bob'].map((key) => shared.ask(`Who asks ${name}?`, { key, body })),
      );
      const replies = [first, second] as Reply[];
      const leader = replies.find(({ phase }) => phase === 'miss');
      const follower = replies.find(({ phase }) => phase === 'collapsed');
      expect(follower?.body).toBe(leader?.body);
      for (const personal of [
        'set-cookie',
        'openai-organization',
        'x-request-id',
        'x-ratelimit-limit-requests',
      ]) {
        expect(leader?.header(personal), personal).toBeDefined();
        expect(follower?.header(personal), personal).toBeUndefined();
      }
      expect(follower?.header('content-type')).toBe(leader?.header('content-type'));
      await shared.close();
    },
  );

  it('that comes late has the whole stream from its beginning', async () => {
    const more = { key: 'late', body: streaming };
    chat.provider.next({ ...long, tokenMs: 100 });
    const leader = await begin('A long story', more);
    const passed = (text: string) => text.split('data: ').length > 8;
    await leader.until(passed);
    const follower = await begin('A long story', more);
    // What had passed already comes at once, while the rest is still told: the follower does not wait for it
    const begun = follower.until(passed).then(() => 'what had passed');
    const whole = leader.until((text) => text.includes('[DONE]')).then(() => 'the end');
    expect(await Promise.race([begun, whole])).toBe('what had passed');
    const [first, second] = await Promise.all([leader.response(), follower.response()]);
    expect(header({ ...second, times: {} }, 'x-fourfold-phase')).toBe('collapsed');
    expect(second.end).toBe('complete');
    expect(second.response?.body.equals(first.response?.body ?? Buffer.alloc(0))).toBe(true);
    expect(first.response?.body.toString()).toMatch(/data: \[DONE\]\n\n$/);
    expect(stats().calls).toBe(1);
    for (const line of [leader, follower]) line.close();
  });

  it.each([
    ['JSON', {}, { ...slow, latencyMs: 1_000 }],
    ['a stream', streaming, long],
  ])('stays when the one who asked first leaves: %s', async (key, body, behaviour) => {
    const more = { key: `leaver ${key}`, body };
    chat.provider.next(behaviour);
    const leader = await begin('Who leaves first?', more);
    await chat.provider.request(1);
    const followers = [await begin('Who leaves first?', more), await begin('Who leaves first?', more)];
    await followersAboard(3);
    leader.close();
    for (const follower of followers) {
      const { response, end } = await follower.response();
      expect({ status: response?.status, end }).toEqual({ status: 200, end: 'complete' });
      follower.close();
    }
    expect(stats()).toMatchObject({ calls: 1, aborted: 0 });
    expect((await chat.ask('Who leaves first?', more)).phase).toBe('fingerprint');
  });

  it.each([
    ['JSON', {}, { stall: 'headers' as const }],
    ['a stream', streaming, { ...long, untilClosed: true }],
  ])('that is the last to leave ends the call within 100 ms: %s', async (key, body, behaviour) => {
    const took = await quickest(100, async (attempt) => {
      const more = { key: `last ${key} ${attempt}`, body };
      chat.provider.forget();
      chat.provider.next(behaviour);
      const lines = [await begin('Nobody waits', more)];
      const call = await chat.provider.request(1);
      lines.push(await begin('Nobody waits', more));
      await followersAboard(2);
      lines[0]?.close();
      await eventually(() => lines[0]?.socket.destroyed === true);
      await new Promise((resolve) => setTimeout(resolve, 60));
      expect(call.aborted).toBe(false);
      lines[1]?.close();
      const left = performance.now();
      const closed = await call.closed;
      expect(call.aborted).toBe(true);
      expect(stats().calls).toBe(1);
      expect((await chat.ask('Nobody waits', more)).phase).toBe('miss');
      return closed - left;
    });
    expect(took).toBeLessThan(100);
  });

  it.each([
    ['500', { status: 500, latencyMs: 600 }],
    ['429', { status: 429, latencyMs: 600, retryAfter: 1 }],
    ['a connection torn down before its headers', { reset: 'headers' as const, latencyMs: 600 }],
  ])('asks for itself when the first one gets %s', async (name, behaviour) => {
    const key = `failing ${name}`;
    chat.provider.next(behaviour);
    const replies = await all(5, 'Does it work?', { key });
    const statuses = replies.map(({ status }) => status).sort();
    const failed = 'status' in behaviour ? behaviour.status : 502;
    expect(statuses).toEqual([200, 200, 200, 200, failed].sort());
    const good = replies.filter(({ status }) => status === 200);
    for (const reply of good) expect(said(reply)).toContain('Does it work?');
    expect(stats().calls).toBeGreaterThanOrEqual(2);
    expect(stats().calls).toBeLessThanOrEqual(5);
    expect((await chat.ask('Does it work?', { key })).phase).toBe('fingerprint');
  });

  it('of a stream that breaks off sees it break off: nobody takes the part for the whole', async () => {
    const more = { key: 'breaking', body: streaming };
    chat.provider.next({ ...long, reset: { afterBytes: 2_000 } });
    const leader = await begin('A story without an end', more);
    await leader.until((text) => text.includes('data: '));
    const follower = await begin('A story without an end', more);
    for (const line of [leader, follower]) {
      const { end } = await line.response();
      expect(end).not.toBe('complete');
      line.close();
    }
    expect((await chat.ask('A story without an end', more)).phase).toBe('miss');
  });

  it('that reads slowly does not hold up the one who asked first', async () => {
    const more = { key: 'slow reader', body: streaming };
    // More than the operating system takes on its way, less than what is kept for those who come late
    chat.provider.next({ bytes: 24_000_000, chunks: 60, latencyMs: 200 });
    const leader = await begin('A very long story', more);
    await chat.provider.request(1);
    const follower = await begin('A very long story', more);
    follower.socket.pause();
    const { response, end } = await leader.response();
    expect(end).toBe('complete');
    expect(follower.socket.bytesRead).toBeLessThan(response?.body.length ?? 0);
    // And the follower misses nothing
    follower.socket.resume();
    const slowly = await follower.response();
    expect(slowly.response?.body.equals(response?.body ?? Buffer.alloc(0))).toBe(true);
    for (const line of [leader, follower]) line.close();
  });
});

describe('requests that are not the same do not share a call', () => {
  const question = 'Shared or not?';
  const pairs: Record<string, [Asking, Asking]> = {
    'accept-encoding': [{ headers: { 'Accept-Encoding': 'gzip' } }, { headers: { 'Accept-Encoding': 'br' } }],
    'no accept-encoding': [{ headers: { 'Accept-Encoding': 'gzip' } }, {}],
    tenant: [{ headers: { 'x-fourfold-tenant': 'a' } }, { headers: { 'x-fourfold-tenant': 'b' } }],
    credential: [{ key: 'a' }, { key: 'b' }],
    'stream and JSON': [{ body: { stream: true } }, {}],
    'usage at the end of the stream': [
      { body: { stream: true } },
      { body: { stream: true, stream_options: { include_usage: true } } },
    ],
    'no-store': [{}, { headers: { 'Cache-Control': 'no-store' } }],
    'no-cache': [{}, { headers: { 'Cache-Control': 'no-cache' } }],
    tags: [{ headers: { 'x-fourfold-tags': 'a' } }, { headers: { 'x-fourfold-tags': 'b' } }],
    sources: [{ headers: { 'x-fourfold-sources': 'doc-1' } }, {}],
    ttl: [{ headers: { 'x-fourfold-ttl': '1m' } }, {}],
    'another text': [
      {},
      { raw: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'x' }] }) },
    ],
  };
  it.each(Object.entries(pairs))('%s', async (key, [one, other]) => {
    chat.provider.next({ latencyMs: 800 }, {});
    const first = chat.ask(question, { key, ...one });
    await chat.provider.request(1);
    const replies = [await chat.ask(question, { key, ...other }), await first];
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    expect(replies.map(({ phase }) => phase)).not.toContain('collapsed');
    expect(stats().calls).toBe(2);
  });

  it('and those whose bytes differ but not their meaning do', async () => {
    chat.provider.next(slow);
    const raw = JSON.stringify({ messages: [{ content: question, role: 'user' }], model: 'gpt-4o-mini' });
    const replies = await Promise.all([
      chat.ask(question, { key: 'order' }),
      chat.ask('', { key: 'order', raw }),
    ]);
    expect(phases(replies)).toEqual({ miss: 1, collapsed: 1 });
    expect(stats().calls).toBe(1);
  });
});

it('a client that leaves alone ends its call, before the headers and in the middle of a stream', async () => {
  for (const [body, behaviour] of [
    [{}, { stall: 'headers' as const }],
    [streaming, { ...long, untilClosed: true }],
  ] as const) {
    const took = await quickest(100, async () => {
      chat.provider.forget();
      chat.provider.next(behaviour);
      const line = await begin('Alone', { key: 'alone', body });
      const call = await chat.provider.request(1);
      if (body === streaming) await line.until((text) => text.includes('data: '));
      const closed = once(line.socket, 'close');
      line.close();
      const left = performance.now();
      const ended = await call.closed;
      await closed;
      return ended - left;
    });
    expect(took).toBeLessThan(100);
  }
});

/** The sidecar has read what was sent to it before: it reads its connections in turn. */
async function followersAboard(count: number): Promise<void> {
  for (let n = 0; n < 2 * count; n++) await (await fetch(`${chat.sidecar.url}/cache/nothing`)).text();
}
