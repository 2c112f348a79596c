import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Asking, type Chat, startChat } from '../support/chat.ts';
import { type Provider, startProvider } from '../support/provider/index.ts';
import { configFile, eventually } from '../support/wire/index.ts';

/** What is answered past its end, and how it says so (RFC 5861; RFC 9111, section 4.2.4; RFC 9211, section 2). */
const brief = { headers: { 'x-fourfold-ttl': '400ms' } };
const control = (value: string) => ({ headers: { 'Cache-Control': value } });
const question = 'What is the capital of France?';

/** An answer that is a moment past its end. */
async function stored(chat: Chat, more: Asking, asked = question) {
  const reply = await chat.ask(asked, { ...more, ...brief });
  expect(reply).toMatchObject({ status: 200, phase: 'miss' });
  await sleep(450);
  return reply;
}
const stats = async (chat: Chat) =>
  (await (await fetch(`${chat.sidecar.adminUrl}/stats`)).json()) as {
    reasons: { stale: Record<string, number> };
    refreshes: Record<string, number>;
    hits: number;
    entries: number;
  };

describe('stale-if-error', () => {
  let chat: Chat;
  beforeAll(async () => {
    chat = await startChat({
      FOURFOLD_STALE_IF_ERROR: '1h',
      FOURFOLD_FIRST_BYTE_TIMEOUT: '700ms',
      FOURFOLD_IDLE_TIMEOUT: '300ms',
    });
  });
  afterAll(() => chat?.close());
  afterEach(() => chat.provider.forget());

  it.each([
    ['429', { status: 429, retryAfter: 7 }, '; fwd-status=429'],
    ['500', { status: 500 }, '; fwd-status=500'],
    ['503', { status: 503 }, '; fwd-status=503'],
    ['529', { reply: { status: 529, body: '{"error":{"type":"overloaded_error"}}' } }, '; fwd-status=529'],
    ['a torn connection', { reset: 'headers' as const }, ''],
    ['silence', { stall: 'headers' as const }, ''],
    ['an answer that breaks off before its client saw a byte', { reset: { afterBytes: 40 } }, ''],
    ['an answer that stops before its client saw a byte', { stall: { afterBytes: 40 } }, ''],
  ])('on %s the answer past its end is served, and says so', async (name, behaviour, status) => {
    const key = `error ${name}`;
    const first = await stored(chat, { key });
    chat.provider.next(behaviour);
    const reply = await chat.ask(question, { key });
    expect(reply).toMatchObject({
      status: 200,
      phase: 'fingerprint',
      reason: 'stale-if-error',
      entry: first.entry,
    });
    expect(reply.body).toBe(first.body);
    expect(reply.cacheStatus).toMatch(
      new RegExp(`^fourfold; fwd=stale${status}; ttl=-\\d+; detail=fingerprint$`),
    );
    expect(reply.header('retry-after')).toBeUndefined();
    expect(Number(reply.age)).toBeGreaterThanOrEqual(0);
    // The provider is back: asked, and the answer is fresh from then on
    expect(await chat.ask(question, { key })).toMatchObject({ status: 200, phase: 'miss' });
    expect((await chat.ask(question, { key })).cacheStatus).toMatch(/^fourfold; hit; ttl=\d+;/);
  });

  it.each([
    ['another question', 'What is the capital of Germany?', {}],
    ['a question that a guard tells apart', 'What is not the capital of France?', {}],
    ['another tenant', question, { headers: { 'x-fourfold-tenant': 'other' } }],
    ['another model', question, { body: { model: 'gpt-4o' } }],
    ['another key', question, { key: 'stranger' }],
  ])('%s gets the error of the provider', async (_, asked, more) => {
    await stored(chat, { key: 'owner' });
    chat.provider.always({ status: 503 });
    const reply = await chat.ask(asked, { key: 'owner', ...more });
    chat.provider.always({});
    expect(reply).toMatchObject({ status: 503, phase: 'miss' });
    expect(reply.json.error.message).toContain('overloaded');
  });

  it.each([400, 401, 404])('%d is an answer, and passed on', async (status) => {
    const key = `answer ${status}`;
    await stored(chat, { key });
    chat.provider.next({ status });
    expect(await chat.ask(question, { key })).toMatchObject({ status, phase: 'miss' });
  });

  it('a near question is answered too', async () => {
    await stored(chat, { key: 'near' });
    chat.provider.next({ status: 500 });
    const reply = await chat.ask('what is the captial of france', { key: 'near' });
    expect(reply).toMatchObject({ status: 200, phase: 'near-miss', reason: 'stale-if-error' });
  });

  it('a stream that broke off after its first byte is not mended: no part of an answer is changed for another', async () => {
    const more = { key: 'stream', body: { stream: true } };
    await stored(chat, more);
    chat.provider.next({ reset: { afterBytes: 500 } });
    expect(await chat.ask(question, more)).toMatchObject({ status: 0, phase: 'miss' });
    chat.provider.next({ status: 500 });
    const reply = await chat.ask(question, more);
    expect(reply).toMatchObject({ status: 200, reason: 'stale-if-error' });
    expect(reply.body).toContain('data: [DONE]');
  });

  it.each([
    ['stale-if-error=0', 503],
    ['stale-if-error=3600', 200],
    ['max-age=0', 503],
    ['no-cache', 503],
    ['no-cache, stale-if-error=60', 200],
    ['no-store', 200],
  ])('Cache-Control: %s of the request: %d', async (value, status) => {
    const key = `control ${value}`;
    await stored(chat, { key });
    chat.provider.next({ status: 503 });
    expect(await chat.ask(question, { key, ...control(value) })).toMatchObject({ status });
  });

  it('removed is removed: it answers no more, however the provider is', async () => {
    await stored(chat, { key: 'removed' });
    const removal = await fetch(`${chat.sidecar.url}/cache/entries?all=true`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer sk-removed' },
    });
    expect(await removal.json()).toEqual({ removed: 1 });
    chat.provider.next({ status: 503 });
    expect(await chat.ask(question, { key: 'removed' })).toMatchObject({ status: 503 });
  });

  it('fifty identical requests of a failing provider are all answered, and do not ask it fifty times', async () => {
    await stored(chat, { key: 'fifty' });
    const { calls } = chat.provider.stats();
    chat.provider.always({ status: 503, latencyMs: 500 });
    const replies = await Promise.all(Array.from({ length: 50 }, () => chat.ask(question, { key: 'fifty' })));
    chat.provider.always({});
    expect(new Set(replies.map(({ status, reason }) => `${status} ${reason}`))).toEqual(
      new Set(['200 stale-if-error']),
    );
    // One, unless some came when its answer was already there.
    expect(chat.provider.stats().calls - calls).toBeLessThanOrEqual(3);
  });

  it.each([
    ['by a wish', 'stale-if-error=0', 503, 200],
    ['by an age', 'max-age=0', 503, 200],
  ])('a follower that may not have it asks for itself: %s', async (name, value, status, then) => {
    const key = `follower ${name}`;
    await stored(chat, { key });
    chat.provider.next({ status, latencyMs: 500 });
    const leader = chat.ask(question, { key });
    await chat.provider.request(2);
    const follower = await chat.ask(question, { key, ...control(value) });
    expect(follower).toMatchObject({ status: then, reason: undefined });
    expect(await leader).toMatchObject({ status: 200, reason: 'stale-if-error' });
  });

  it('what is an answer to the leader is asked for again by each follower', async () => {
    await stored(chat, { key: 'leader 400' });
    chat.provider.next({ status: 400, latencyMs: 500 });
    const leader = chat.ask(question, { key: 'leader 400' });
    await chat.provider.request(2);
    expect(await chat.ask(question, { key: 'leader 400' })).toMatchObject({ status: 200, reason: undefined });
    expect(await leader).toMatchObject({ status: 400 });
  });

  it('what is served stale is counted', async () => {
    expect((await stats(chat)).reasons.stale['stale-if-error']).toBeGreaterThan(50);
    const metrics = await (await fetch(`${chat.sidecar.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/fourfold_stale_total\{reason="stale-if-error"\} \d+/);
  });
});

describe('the provider killed', () => {
  it('known questions are answered, unknown ones get 502 in its shape; back again, they are refreshed', async () => {
    let provider: Provider = await startProvider();
    const { port } = provider;
    const chat = await startChat({ FOURFOLD_STALE_IF_ERROR: '1h' }, { provider });
    const first = await stored(chat, {});
    await provider.close();
    expect(await chat.ask(question)).toMatchObject({
      status: 200,
      reason: 'stale-if-error',
      body: first.body,
    });
    const unknown = await chat.ask('Who wrote Romeo and Juliet?');
    expect(unknown).toMatchObject({ status: 502, phase: 'miss' });
    expect(unknown.json.error).toMatchObject({ code: 'fourfold_upstream_unreachable', param: null });
    provider = await startProvider({ port });
    const fresh = await chat.ask(question);
    expect(fresh).toMatchObject({ status: 200, phase: 'miss', entry: first.entry });
    expect(await chat.ask(question)).toMatchObject({
      phase: 'fingerprint',
      reason: undefined,
      body: fresh.body,
    });
    await chat.close();
    await provider.close();
  });
});

describe('stale-while-revalidate', () => {
  let chat: Chat;
  beforeAll(async () => {
    chat = await startChat({
      FOURFOLD_CONFIG: configFile({
        stale: { whileRevalidate: '1h' },
        phases: { semantic: { enabled: false } },
      }),
    });
  });
  afterAll(() => chat?.close());
  afterEach(() => chat.provider.forget());
  const calls = () => chat.provider.stats().calls;
  const callsOf = (key: string) =>
    chat.provider.requests.filter(({ headers }) => headers.authorization === `Bearer sk-${key}`).length;

  it('the old answer is served at once, and the next one is fresh', async () => {
    const key = 'at once';
    const first = await stored(chat, { key });
    chat.provider.next({ latencyMs: 3_000 });
    const start = performance.now();
    const replies = await Promise.all(Array.from({ length: 20 }, () => chat.ask(question, { key })));
    expect(performance.now() - start).toBeLessThan(2_500);
    for (const reply of replies) {
      expect(reply).toMatchObject({ status: 200, phase: 'fingerprint', reason: 'stale-while-revalidate' });
      expect(reply.body).toBe(first.body);
      expect(reply.cacheStatus).toMatch(/^fourfold; hit; ttl=-\d+; detail=fingerprint$/);
    }
    await eventually(
      async () => (await chat.ask(question, { key, ...control('only-if-cached') })).reason === undefined,
      10_000,
    );
    const fresh = await chat.ask(question, { key });
    expect(fresh).toMatchObject({ phase: 'fingerprint', reason: undefined, entry: first.entry });
    expect(fresh.json.id).not.toBe(first.json.id);
    // Twenty asked, one was asked for
    expect(calls()).toBe(2);
  });

  it('a refresh that fails leaves the old answer, and is tried again with the next question', async () => {
    const key = 'failing';
    const first = await stored(chat, { key });
    chat.provider.next({ status: 500 }, { reset: 'headers' });
    chat.provider.always({ status: 503 });
    await eventually(async () => {
      expect((await chat.ask(question, { key })).body).toBe(first.body);
      return calls() >= 4;
    });
    chat.provider.always({});
    await eventually(async () => (await chat.ask(question, { key })).body !== first.body);
  });

  it('no more than sixteen are refreshed at a time; the others stay as they are', async () => {
    const before = (await stats(chat)).refreshes;
    const keys = Array.from({ length: 20 }, (_, n) => `crowd ${n}`);
    await Promise.all(keys.map((key) => chat.ask(question, { key, ...brief })));
    await sleep(450);
    chat.provider.always({ latencyMs: 2_000 });
    const replies = await Promise.all(keys.map((key) => chat.ask(question, { key })));
    expect(replies.every(({ reason }) => reason === 'stale-while-revalidate')).toBe(true);
    await eventually(() => chat.provider.stats().running === 16);
    chat.provider.always({});
    const { refreshes } = await stats(chat);
    expect((refreshes.busy ?? 0) - (before.busy ?? 0)).toBe(4);
    await eventually(() => chat.provider.stats().running === 0);
  });

  it.each([
    ['max-age=3600', 'miss', undefined],
    ['min-fresh=1', 'miss', undefined],
    ['max-stale=0', 'miss', undefined],
    ['no-cache', 'bypass', 'no-cache'],
    ['max-stale', 'fingerprint', 'stale-while-revalidate'],
    ['max-age=3600, max-stale=60', 'fingerprint', 'stale-while-revalidate'],
  ])('Cache-Control: %s of the request: %s', async (value, phase, reason) => {
    const key = `revalidate ${value}`;
    await stored(chat, { key });
    expect(await chat.ask(question, { key, ...control(value) })).toMatchObject({
      status: 200,
      phase,
      reason,
    });
  });

  it.each(['only-if-cached', 'no-store'])('%s: served, and nobody is asked', async (value) => {
    const key = `quiet ${value}`;
    await stored(chat, { key });
    expect(await chat.ask(question, { key, ...control(value) })).toMatchObject({
      status: 200,
      reason: 'stale-while-revalidate',
    });
    await sleep(100);
    expect(callsOf(key)).toBe(1);
  });

  it('an entry past its end can be shown', async () => {
    const { entry } = await stored(chat, { key: 'shown' });
    const shown = await fetch(`${chat.sidecar.url}/cache/entries/${entry}`, {
      headers: { authorization: 'Bearer sk-shown' },
    });
    expect(await shown.json()).toMatchObject({ id: entry, ttl: 0, stale: true });
  });

  it('a refresh under way does not hold the end of the process', async () => {
    const own = await startChat({ FOURFOLD_STALE_WHILE_REVALIDATE: '1h' });
    await stored(own, {});
    own.provider.next({ stall: 'headers' });
    await own.ask(question);
    await own.provider.request(2);
    const start = performance.now();
    expect(await own.sidecar.close()).toBe(0);
    expect(performance.now() - start).toBeLessThan(5_000);
    await own.close();
  });
});

describe('without a grace', () => {
  it('what has ended is gone, whatever the request says', async () => {
    const chat = await startChat();
    const value = 'max-stale, stale-if-error=3600';
    await stored(chat, {});
    expect(await chat.ask(question, control(value))).toMatchObject({ phase: 'miss' });
    await sleep(10);
    await stored(chat, { key: 'down' });
    chat.provider.next({ status: 503 });
    expect(await chat.ask(question, { key: 'down', ...control(value) })).toMatchObject({ status: 503 });
    await chat.close();
  });
});

it('max-stale alone: what is kept for errors is served, and not refreshed', async () => {
  const chat = await startChat({ FOURFOLD_STALE_IF_ERROR: '1h' });
  await stored(chat, {});
  expect(await chat.ask(question, control('max-stale=3600'))).toMatchObject({
    status: 200,
    reason: 'max-stale',
  });
  expect(await chat.ask(question)).toMatchObject({ phase: 'miss' });
  expect(chat.provider.stats().calls).toBe(2);
  await chat.close();
});

it('the grace has an end', async () => {
  const chat = await startChat({ FOURFOLD_STALE_IF_ERROR: '1s' });
  await stored(chat, {});
  await sleep(1_100);
  chat.provider.next({ status: 503 });
  expect(await chat.ask(question)).toMatchObject({ status: 503 });
  await eventually(async () => (await stats(chat)).entries === 0);
  await chat.close();
});
