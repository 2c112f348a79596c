import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Chat, type Reply, startChat } from '../support/chat.ts';
import { eventually } from '../support/wire/index.ts';

/** What a request may say to the cache in its headers, and what the cache says in those of the answer. */
let chat: Chat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat?.close());

/** Nothing that is meant for the cache ever reaches the provider, whatever the case. */
afterEach(() => {
  const names = chat.provider.requests.flatMap(({ headers }) => Object.keys(headers));
  expect(names.filter((name) => name.startsWith('x-fourfold-') || name === 'cache-control')).toEqual([]);
  chat.provider.forget();
});

const calls = () => chat.provider.stats().calls;
const control = (value: string) => ({ headers: { 'Cache-Control': value } });
const old = async () => {
  const start = Date.now();
  await eventually(() => Date.now() - start > 5);
};

describe('Cache-Control: no-cache', () => {
  it('asks the provider and refreshes the entry, for every wording that finds it', async () => {
    const key = 'no-cache';
    const first = await chat.ask('What is the capital of Italy?', { key });
    await chat.ask('what is the captial of italy', { key });
    const fresh = await chat.ask('What is the capital of Italy?', { key, ...control('no-cache') });
    expect(fresh).toMatchObject({ status: 200, phase: 'bypass', reason: 'no-cache', entry: first.entry });
    expect(fresh.cacheStatus).toBe('fourfold; fwd=bypass; stored; detail=no-cache');
    expect(fresh.json.id).not.toBe(first.json.id);
    for (const wording of [
      'What is the capital of Italy?',
      'what is the capital of italy',
      'what is the captial of italy',
    ])
      expect((await chat.ask(wording, { key })).json.id, wording).toBe(fresh.json.id);
    expect(calls()).toBe(2);
  });
});

describe('Cache-Control: no-store', () => {
  it('is answered by the provider and not kept', async () => {
    const key = 'no-store';
    const first = await chat.ask('What is Rust?', { key, ...control('no-store') });
    expect(first).toMatchObject({ status: 200, phase: 'miss', reason: 'no-store', entry: undefined });
    expect(first.cacheStatus).toBe('fourfold; fwd=uri-miss');
    expect((await chat.ask('What is Rust?', { key })).phase).toBe('miss');
    expect(calls()).toBe(2);
  });

  it('takes an answer that is already there', async () => {
    const key = 'no-store, stored';
    await chat.ask('What is Rust?', { key });
    expect((await chat.ask('What is Rust?', { key, ...control('no-store') })).phase).toBe('fingerprint');
  });

  it('with no-cache: the entry stays as it was', async () => {
    const key = 'no-store, no-cache';
    const first = await chat.ask('What is Rust?', { key });
    const second = await chat.ask('What is Rust?', { key, ...control('no-cache, no-store') });
    expect(second).toMatchObject({ phase: 'bypass', entry: undefined });
    expect(second.json.id).not.toBe(first.json.id);
    expect((await chat.ask('What is Rust?', { key })).json.id).toBe(first.json.id);
  });
});

describe('Cache-Control: max-age', () => {
  it('0 accepts nothing that was stored before, and stores what comes', async () => {
    const key = 'max-age 0';
    const first = await chat.ask('What is Kubernetes?', { key });
    await old();
    const second = await chat.ask('What is Kubernetes?', { key, ...control('max-age=0') });
    expect(second).toMatchObject({ phase: 'miss', reason: 'age', similarity: '1.0000' });
    expect(second.json.id).not.toBe(first.json.id);
    expect((await chat.ask('What is Kubernetes?', { key })).json.id).toBe(second.json.id);
  });

  it('N accepts entries up to N seconds old', async () => {
    const key = 'max-age N';
    await chat.ask('What is Kubernetes?', { key });
    const start = Date.now();
    for (const value of ['max-age=1', 'max-age="60"', 'Max-Age=3600 , foo=bar'])
      expect((await chat.ask('What is Kubernetes?', { key, ...control(value) })).phase, value).toBe(
        'fingerprint',
      );
    await eventually(() => Date.now() - start > 1_050);
    const late = await chat.ask('What is Kubernetes?', { key, ...control('max-age=1') });
    expect(late).toMatchObject({ phase: 'miss', reason: 'age' });
  });
});

describe('Cache-Control: only-if-cached', () => {
  it('is answered with 504 in the shape of the provider, and nobody is asked', async () => {
    const reply = await chat.ask('Why is the sky blue?', { key: 'oic', ...control('only-if-cached') });
    expect(reply).toMatchObject({ status: 504, phase: 'miss' });
    expect(reply.header('content-type')).toBe('application/json');
    expect(reply.json).toEqual({
      error: {
        message: expect.stringContaining('only-if-cached'),
        type: 'invalid_request_error',
        param: null,
        code: 'fourfold_not_cached',
      },
    });
    expect(calls()).toBe(0);
  });

  it('is answered from the cache where it can be', async () => {
    await chat.ask('Why is the sky blue?', { key: 'oic 2' });
    const reply = await chat.ask('why is the sky blue', { key: 'oic 2', ...control('only-if-cached') });
    expect(reply).toMatchObject({ status: 200, phase: 'fingerprint' });
  });

  it.each(['only-if-cached, max-age=0', 'only-if-cached, no-cache', 'no-cache, no-store, only-if-cached'])(
    '%s never asks the provider either',
    async (value) => {
      await chat.ask('Why is the sky blue?', { key: value });
      await old();
      expect(await chat.ask('Why is the sky blue?', { key: value, ...control(value) })).toMatchObject({
        status: 504,
      });
      expect(calls()).toBe(1);
    },
  );
});

it.each(['no-transform', 'private', 'foo="a, no-cache, b"', 'max-age-but-not=1', ''])(
  'Cache-Control: %j says nothing to this cache, and changes nothing',
  async (value) => {
    const key = `other ${value}`;
    expect((await chat.ask('What is Rust?', { key, ...control(value) })).phase).toBe('miss');
    expect((await chat.ask('What is Rust?', { key, ...control(value) })).phase).toBe('fingerprint');
  },
);

it.each([
  ['If-None-Match', '*'],
  ['If-Match', '"other"'],
  ['If-Modified-Since', 'Sat, 29 Oct 2050 19:43:31 GMT'],
  ['Range', 'bytes=0-1'],
  ['Pragma', 'no-cache'],
  ['Accept', 'text/plain'],
  ['Accept-Encoding', 'gzip'],
])('%s is no condition of this cache: the whole answer comes, as it was', async (name, value) => {
  const key = `condition ${name}`;
  const first = await chat.ask('What is Rust?', { key });
  const hit = await chat.ask('What is Rust?', { key, headers: { [name]: value } });
  expect(hit).toMatchObject({ status: 200, phase: 'fingerprint', body: first.body });
});

describe('a header that cannot be read', () => {
  const many = Array.from({ length: 65 }, (_, n) => `t${n}`).join(',');
  const bad: Record<string, readonly string[]> = {
    'Cache-Control': [
      'max-age',
      'max-age=',
      'max-age=soon',
      'max-age=-1',
      'max-age=1.5',
      'no-store, max-age=x',
      'max-age="1',
      'min-fresh',
      'min-fresh=-1',
      'max-stale=',
      'max-stale=long',
      'stale-if-error',
      'stale-if-error=1h',
    ],
    'x-fourfold-threshold': ['0', '1.01', '-0.5', 'high', '', '0.9.9', 'NaN', 'Infinity', '0x1', '0.9, 0.95'],
    'x-fourfold-ttl': ['0', '0s', 'soon', '-5m', '', '1d', '1h 30m', '999999999999h'],
    'x-fourfold-tenant': ['', 'x'.repeat(257)],
    'x-fourfold-tags': ['', ',', 'a,,b', many, 'x'.repeat(257)],
    'x-fourfold-sources': ['', ',', 'a,,b', many, 'x'.repeat(257)],
    'x-fourfold-treshold': ['0.95'],
    'x-fourfold-phase': ['exact'],
  };
  const rows = Object.entries(bad).flatMap(([name, values]) => values.map((value) => [name, value] as const));
  it.each(rows)('%s: %.20j is answered with 400 that names it', async (name, value) => {
    const reply = await chat.ask('What is Rust?', { headers: { [name]: value } });
    expect(reply.status).toBe(400);
    expect(reply.header('content-type')).toBe('application/json');
    expect(reply.json).toEqual({
      error: {
        message: expect.any(String),
        type: 'invalid_request_error',
        param: null,
        code: 'fourfold_invalid_header',
      },
    });
    expect(reply.json.error.message.startsWith(`${name.toLowerCase()}: expected `)).toBe(true);
    expect(calls()).toBe(0);
  });
});

describe('a header that can', () => {
  const good: Record<string, readonly string[]> = {
    'x-fourfold-threshold': ['0.95', '1', '0.000001', ' 0.9 '],
    'x-fourfold-ttl': ['10m', '90', '1h30m', '1500ms', '0.5h'],
    'x-fourfold-tenant': ['blue', 'x'.repeat(256), 'two words', 't1} | @tenant:{t2'],
    'x-fourfold-tags': ['a', 'a,b', ' a , b ,a'],
    'x-fourfold-sources': ['doc-1', 'doc-1,https://example.test/?q=1'],
  };
  const rows = Object.entries(good).flatMap(([name, values]) =>
    values.map((value) => [name, value] as const),
  );
  it.each(rows)('%s: %.20j is taken, stored with and found again', async (name, value) => {
    const more = { key: `good ${name} ${value}`, headers: { [name]: value } };
    expect(await chat.ask('What is Rust?', more)).toMatchObject({ status: 200, phase: 'miss' });
    expect(await chat.ask('What is Rust?', more)).toMatchObject({ status: 200, phase: 'fingerprint' });
  });

  it('x-fourfold-tenant: another one is another partition', async () => {
    const tenant = (name: string) => ({ key: 'tenants', headers: { 'x-fourfold-tenant': name } });
    await chat.ask('What is Rust?', tenant('blue'));
    expect((await chat.ask('What is Rust?', tenant('blue'))).phase).toBe('fingerprint');
    for (const other of [tenant('red'), tenant('Blue'), { key: 'tenants' }])
      expect((await chat.ask('What is Rust?', other)).phase).toBe('miss');
  });

  it('x-fourfold-ttl is what is left of a hit', async () => {
    await chat.ask('What is Rust?', { key: 'ttl', headers: { 'x-fourfold-ttl': '1h30m' } });
    const { ttl } = parsed(await chat.ask('What is Rust?', { key: 'ttl' }));
    expect(ttl).toSatisfy((seconds: number) => seconds > 5_390 && seconds <= 5_400);
  });
});

describe('the headers of an answer', () => {
  it('of a miss that was stored', async () => {
    const reply = await chat.ask('What is Rust?', { key: 'response' });
    expect(parsed(reply)).toEqual({ fwd: 'uri-miss', stored: true });
    expect(reply.entry).toMatch(/^[\w-]{22}$/);
    expect(reply.age).toBeUndefined();
  });

  it.each([
    ['fingerprint', 'what is rust', '1.0000'],
    ['near-miss', 'what is the speed of lihgt', undefined],
  ])('of a hit of %s', async (phase, asked, similarity) => {
    const key = `response ${phase}`;
    const stored = phase === 'fingerprint' ? 'What is Rust?' : 'What is the speed of light?';
    const { entry } = await chat.ask(stored, { key });
    const reply = await chat.ask(asked, { key });
    expect(reply).toMatchObject({ phase, entry });
    expect(parsed(reply)).toEqual({ hit: true, ttl: expect.any(Number), detail: phase });
    expect(reply.age).toMatch(/^\d+$/);
    expect(reply.similarity).toMatch(/^[01]\.\d{4}$/);
    if (similarity) expect(reply.similarity).toBe(similarity);
    expect(reply.reason).toBeUndefined();
  });

  it('of an exact hit, of its stream, and of an answer that is not kept', async () => {
    const form = { response_format: { type: 'json_object' } };
    const key = 'response exact';
    const first = await chat.ask('JSON, please', { key, body: form });
    expect(first).toMatchObject({ phase: 'miss', reason: 'structured' });
    const again = await chat.ask('JSON, please', { key, body: form });
    expect(parsed(again)).toEqual({ hit: true, ttl: expect.any(Number), detail: 'exact' });
    const stream = await chat.ask('JSON, please', { key, body: { ...form, stream: true } });
    expect(stream).toMatchObject({ phase: 'exact', similarity: '1.0000', entry: first.entry });
    expect(stream.header('content-type')).toBe('text/event-stream; charset=utf-8');
    chat.provider.next({ finishReason: 'length' });
    const cut = await chat.ask('An endless tale', { key });
    expect(cut).toMatchObject({ phase: 'miss', reason: 'length', entry: undefined });
    expect(parsed(cut)).toEqual({ fwd: 'uri-miss' });
  });

  it.each([
    ['no-cache', control('no-cache')],
    ['not-json', { headers: { 'Content-Type': 'application/json; charset=utf-8' } }],
  ])('of a bypass: %s', async (reason, more) => {
    const reply =
      reason === 'not-json'
        ? await chat.ask({ messages: [], '\ud800': 1 }, { key: reason })
        : await chat.ask('What is Rust?', { key: reason, ...more });
    expect(reply).toMatchObject({ phase: 'bypass', reason });
    expect(parsed(reply)).toMatchObject({ fwd: 'bypass', detail: reason });
  });
});

describe('tags and sources', () => {
  it.each([
    ['UTF-8', 'größe.md', Buffer.from('größe.md').toString('latin1')],
    ['Latin-1', 'größe.md', 'größe.md'],
    ['UTF-8 whose last byte is a blank of Latin-1', 'voilà', Buffer.from('voilà').toString('latin1')],
  ])('are found again by their name, sent as %s', async (key, name, sent) => {
    const question = 'What is the capital of Portugal?';
    await chat.ask(question, { key, headers: { 'x-fourfold-sources': sent, 'x-fourfold-tags': sent } });
    const headers = { authorization: `Bearer sk-${key}` };
    const url = `${chat.sidecar.url}/cache/entries?source=${encodeURIComponent(name)}&tag=${encodeURIComponent(name)}`;
    expect(await (await fetch(url, { method: 'DELETE', headers })).json()).toMatchObject({ removed: 1 });
    expect(await chat.ask(question, { key })).toMatchObject({ phase: 'miss' });
  });

  it('are taken up to their bounds: 64 names of 256 characters', async () => {
    const names = Array.from({ length: 64 }, (_, at) => String(at).padStart(256, 't'));
    const headers = { 'x-fourfold-tags': names.join(','), 'x-fourfold-sources': names.join(',') };
    expect(await chat.ask('What is the capital of Spain?', { headers })).toMatchObject({ status: 200 });
  });
});

/** The parameters of `Cache-Status`, read as RFC 9211 and RFC 8941 say: one list member, the cache's name first. */
function parsed({ cacheStatus = '' }: Reply): Record<string, string | number | boolean> {
  const [name, ...parameters] = cacheStatus.split(/; */);
  expect(name).toBe('fourfold');
  return Object.fromEntries(
    parameters.map((parameter) => {
      const match = /^([a-z*][a-z0-9_.*-]*)(?:=(.*))?$/.exec(parameter);
      expect(match, parameter).not.toBeNull();
      return [match?.[1], bareItem(match?.[2])];
    }),
  );
}

/** RFC 8941, section 3.3: nothing is true; digits are an integer, a letter begins a token, a quote a string. */
function bareItem(text: string | undefined): string | number | boolean {
  if (text === undefined) return true;
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  if (/^[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*$/.test(text)) return text;
  if (/^"(?:[^"\\]|\\["\\])*"$/.test(text)) return text.slice(1, -1);
  throw new Error(`${text} is no structured-field value`);
}
