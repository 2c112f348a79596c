import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asking, type Chat, startChat } from '../support/chat.ts';
import { ownClock } from '../support/clock.ts';

/**
 * The whole of `Cache-Control` in a request: what becomes of it when nothing is stored, when a fresh answer is there, and
 * when that answer is a second and a half old. `×2` says that the answer was stored anew.
 */
const matrix: Record<string, readonly [nothing: string, fresh: string, aged: string]> = {
  '(none)': ['miss, stored', 'hit', 'hit'],
  'no-cache': ['bypass, stored', 'bypass ×2', 'bypass ×2'],
  'no-store': ['miss', 'hit', 'hit'],
  'no-cache, no-store': ['bypass', 'bypass', 'bypass'],
  'max-age=3600': ['miss, stored', 'hit', 'hit'],
  'max-age=1': ['miss, stored', 'hit', 'miss ×2'],
  'max-age="1"': ['miss, stored', 'hit', 'miss ×2'],
  'max-age=1, max-age=3600': ['miss, stored', 'hit', 'miss ×2'],
  'max-age=1, no-store': ['miss', 'hit', 'miss'],
  'min-fresh=60': ['miss, stored', 'hit', 'hit'],
  'min-fresh=100000': ['miss, stored', 'miss ×2', 'miss ×2'],
  'min-fresh=100000, min-fresh=1': ['miss, stored', 'miss ×2', 'miss ×2'],
  'max-stale': ['miss, stored', 'hit', 'hit'],
  'max-stale=60': ['miss, stored', 'hit', 'hit'],
  'stale-if-error=60': ['miss, stored', 'hit', 'hit'],
  'only-if-cached': ['504', 'hit', 'hit'],
  'only-if-cached, no-store': ['504', 'hit', 'hit'],
  'only-if-cached, no-cache': ['504', '504', '504'],
  'only-if-cached, max-age=1': ['504', 'hit', '504'],
  'only-if-cached, min-fresh=100000': ['504', '504', '504'],
  'ONLY-IF-CACHED': ['504', 'hit', 'hit'],
  'no-transform, x="no-cache, no-store"': ['miss, stored', 'hit', 'hit'],
};

const question = 'What is the capital of France?';
const headersOf = (directives: string): Asking =>
  directives === '(none)' ? {} : { headers: { 'Cache-Control': directives } };

describe.each(Object.entries(matrix))('Cache-Control: %s', (directives, [nothing, fresh, aged]) => {
  it(`nothing stored: ${nothing}`, async () => {
    const key = `nothing ${directives}`;
    expect(await outcome(key, directives)).toBe(nothing);
  });

  it(`a fresh answer: ${fresh}`, async () => {
    const key = `fresh ${directives}`;
    await chat.ask(question, { key });
    expect(await outcome(key, directives)).toBe(fresh);
  });

  it(`an aged answer: ${aged}`, async () => {
    expect(await outcome(`aged ${directives}`, directives)).toBe(aged);
  });
});

let chat: Chat;
beforeAll(async () => {
  chat = await startChat();
  for (const directives of Object.keys(matrix)) await chat.ask(question, { key: `aged ${directives}` });
  await sleep(1_500);
});
afterAll(() => chat?.close());

/** What became of the request, and of the entry. */
async function outcome(key: string, directives: string): Promise<string> {
  const before = await stored(key);
  const calls = () => chat.provider.requests.filter(by(key)).length;
  const asked = calls();
  const reply = await chat.ask(question, { key, ...headersOf(directives) });
  const after = await stored(key);
  expect(calls() - asked).toBe(
    reply.phase === 'miss' || reply.phase === 'bypass' ? Number(reply.status === 200) : 0,
  );
  if (reply.status === 504) {
    expect(reply.json.error).toMatchObject({ code: 'fourfold_not_cached', type: 'invalid_request_error' });
    expect(reply.cacheStatus).toBe('fourfold; detail=only-if-cached');
    expect(after).toBe(before);
    return '504';
  }
  expect(reply.status).toBe(200);
  const phase = reply.phase === 'fingerprint' ? 'hit' : reply.phase;
  if (after === before) return phase ?? '';
  return before === undefined ? `${phase}, stored` : `${phase} ×2`;
}

const by = (key: string) => (request: { headers: Record<string, unknown> }) =>
  request.headers.authorization === `Bearer sk-${key}`;

/** The answer that the cache holds for that key. */
async function stored(key: string): Promise<string | undefined> {
  const reply = await chat.ask(question, { key, headers: { 'Cache-Control': 'only-if-cached' } });
  return reply.status === 200 ? reply.json.id : undefined;
}

describe('with mode: off', () => {
  it('only-if-cached is answered with 504 all the same, and all else is forwarded unread', async () => {
    const off = await startChat({ FOURFOLD_MODE: 'off' });
    const reply = await off.ask(question, { headers: { 'Cache-Control': 'max-age=x, only-if-cached' } });
    expect(reply).toMatchObject({ status: 504, phase: 'bypass', reason: 'off' });
    expect(reply.json.error.code).toBe('fourfold_not_cached');
    expect(off.provider.stats().calls).toBe(0);
    for (const headers of [{ 'Cache-Control': 'max-age=x' }, { 'x-fourfold-threshold': 'high' }])
      expect(await off.ask(question, { headers })).toMatchObject({
        status: 200,
        phase: 'bypass',
        reason: 'off',
      });
    await off.close();
  });
});

describe('only-if-cached, of what the cache does not look at', () => {
  const chatPath = '/v1/chat/completions';
  it.each<
    [what: string, reason: string, path: string, raw: string | Buffer, headers?: Record<string, string>]
  >([
    ['a compressed body', 'encoded', chatPath, gzipSync('{}'), { 'Content-Encoding': 'gzip' }],
    ['a body that is no JSON', 'not-json', chatPath, '{'],
    ['an array', 'not-json', chatPath, '[1]'],
    ['a name twice', 'not-json', chatPath, '{"messages":[],"messages":[]}'],
    ['many values', 'too-complex', chatPath, JSON.stringify({ x: Array(30_000).fill(1) })],
    ['a large body', 'too-large', chatPath, JSON.stringify({ x: 'x'.repeat(12_000_000) })],
    ['embeddings of something else', 'unknown-input', '/v1/embeddings', '{"model":"e","input":{"a":1}}'],
  ])('%s is answered with 504', async (_, reason, path, raw, headers = {}) => {
    const calls = chat.provider.stats().calls;
    const reply = await chat.ask('', {
      path,
      raw,
      headers: { ...headers, 'Cache-Control': 'only-if-cached' },
    });
    expect(reply).toMatchObject({ status: 504, phase: 'bypass', reason });
    expect(chat.provider.stats().calls).toBe(calls);
    // Without it the provider is asked, and judges.
    await chat.ask('', { path, raw, headers });
    expect(chat.provider.stats().calls).toBe(calls + 1);
  });
});

it('more seconds than a cache can represent are the most that it can', async () => {
  const headers = { 'Cache-Control': `max-age=${'9'.repeat(30)}` };
  expect(await chat.ask(question, { key: 'far', headers })).toMatchObject({ status: 200, phase: 'miss' });
  expect(await chat.ask(question, { key: 'far', headers })).toMatchObject({ phase: 'fingerprint' });
});

it('a refresh counts, though the clock was set back meanwhile', async () => {
  const clock = ownClock();
  const own = await startChat(clock.environment);
  const before = await own.ask(question);
  clock.set(-10_000);
  const fresh = await own.ask(question, { headers: { 'Cache-Control': 'no-cache' } });
  expect(fresh.json.id).not.toBe(before.json.id);
  const after = await own.ask(question);
  expect([after.phase, after.json.id]).toEqual(['fingerprint', fresh.json.id]);
  await own.close();
});
