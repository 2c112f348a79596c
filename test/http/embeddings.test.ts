import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { machineLoad } from '../support/machine-load.ts';
import { type Provider, startProvider } from '../support/provider/index.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar.ts';

/** Each input of a batch is an answer of its own. */
let provider: Provider;
let sidecar: SidecarProcess;
beforeAll(async () => {
  provider = await startProvider();
  sidecar = await startSidecar({
    FOURFOLD_OPENAI_UPSTREAM: provider.url,
    FOURFOLD_STALE_IF_ERROR: '1h',
  });
});
afterAll(async () => {
  await sidecar?.close();
  await provider?.close();
});
afterEach(() => provider.forget());

interface Embeddings {
  data: { object: string; index: number; embedding: number[] | string }[];
  model: string;
  usage: { prompt_tokens: number; total_tokens: number };
  error: { message: string; code: string | null };
}

interface Asking {
  key?: string;
  headers?: Record<string, string>;
  path?: string;
  url?: string;
}

let keys = 0;
/** A caller whom the cache has not seen. */
const somebody = () => `caller ${++keys}`;

async function embed(input: unknown, more: object = {}, { key = '', headers = {}, path, url }: Asking = {}) {
  const response = await fetch(`${url ?? sidecar.url}${path ?? '/v1/embeddings'}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer sk-${key}`, ...headers },
    body: JSON.stringify({ model: 'text-embedding-3-small', dimensions: 16, input, ...more }),
  });
  const text = await response.text();
  return {
    status: response.status,
    phase: response.headers.get('x-fourfold-phase'),
    reason: response.headers.get('x-fourfold-reason'),
    inputs: response.headers.get('x-fourfold-inputs'),
    entry: response.headers.get('x-fourfold-entry'),
    cacheStatus: response.headers.get('cache-status'),
    headers: response.headers,
    text,
    json: (text.startsWith('{') ? JSON.parse(text) : undefined) as Embeddings,
  };
}
const straight = (input: unknown, more: object = {}) =>
  embed(input, more, { url: provider.url, key: 'straight' });
const vectors = ({ json }: { json: Embeddings }) => json.data.map(({ embedding }) => embedding);
/** The inputs of each call that reached the provider. */
const asked = () => provider.requests.map((request) => (request.json as { input: unknown }).input);
const texts = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `text ${from + n}`);

describe('a batch of which ninety of a hundred are known', () => {
  it.each(['float', 'base64'])('asks once, for ten; order, index and usage are right: %s', async (format) => {
    const key = somebody();
    const more = { encoding_format: format };
    await embed(texts(90), more, { key });
    const mixed = [...texts(5, 90), ...texts(90).toReversed(), ...texts(5, 95)];
    const whole = vectors(await straight(mixed, more));
    provider.forget();
    const reply = await embed(mixed, more, { key });
    expect(reply).toMatchObject({ status: 200, phase: 'miss', inputs: 'known=90, asked=10' });
    expect(reply.cacheStatus).toBe('fourfold; fwd=uri-miss; stored');
    expect(asked()).toEqual([texts(10, 90)]);
    expect(vectors(reply)).toEqual(whole);
    expect(reply.json.data.map(({ index }) => index)).toEqual(mixed.map((_, at) => at));
    // Of what was really asked: ten texts of seven letters, four to a token
    expect(reply.json.usage).toEqual({ prompt_tokens: 18, total_tokens: 18 });
    expect(reply.headers.get('x-request-id')).toMatch(/^req_/);
    const again = await embed(mixed, more, { key });
    expect(again).toMatchObject({ phase: 'exact', inputs: 'known=100, asked=0' });
    expect(again.json.usage).toEqual({ prompt_tokens: 0, total_tokens: 0 });
    expect(vectors(again)).toEqual(whole);
    expect(provider.requests).toHaveLength(1);
  });
});

describe('a batch of which nothing is known', () => {
  it('goes to the provider as it came, and its answer comes back as it is', async () => {
    const body = { model: 'text-embedding-3-small', input: ['a', 'b'], dimensions: 8 };
    const bytes = `  ${JSON.stringify(body, undefined, 3)}`;
    const send = async (url: string) => {
      provider.forget();
      const response = await fetch(`${url}/v1/embeddings`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer sk-bytes` },
        body: bytes,
      });
      return await response.text();
    };
    const through = await send(sidecar.url);
    expect(provider.requests[0]?.body.toString()).toBe(bytes);
    expect(through).toBe(await send(provider.url));
  });

  it('says that it was stored; of one input, as which entry', async () => {
    const key = somebody();
    const many = await embed(['a', 'b'], {}, { key });
    expect(many).toMatchObject({ phase: 'miss', inputs: 'known=0, asked=2', entry: null });
    expect(many.cacheStatus).toBe('fourfold; fwd=uri-miss; stored');
    const one = await embed('c', {}, { key });
    expect(one.entry).toMatch(/^[\w-]{22}$/);
    const hit = await embed('c', {}, { key });
    expect(hit).toMatchObject({ phase: 'exact', entry: one.entry });
    expect(hit.cacheStatus).toMatch(/^fourfold; hit; ttl=\d+; detail=exact$/);
    expect(hit.headers.get('age')).toBe('0');
  });

  it('asked for by twenty at once, is asked for once', async () => {
    const key = somebody();
    provider.always({ latencyMs: 500 });
    const replies = await Promise.all(Array.from({ length: 20 }, () => embed(['a', 'b', 'c'], {}, { key })));
    provider.always({});
    expect(provider.requests).toHaveLength(1);
    expect(replies.filter(({ phase }) => phase === 'collapsed')).toHaveLength(19);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
  });
});

describe('an input that another request asks for just now', () => {
  const slowly = { latencyMs: 1_200 };

  it('is waited for and not asked for again; the rest is asked for meanwhile', async () => {
    const key = somebody();
    const whole = vectors(await straight(['y', 'z']));
    provider.forget();
    provider.always(slowly);
    const first = embed(['x', 'y'], {}, { key });
    await provider.request(1);
    const started = performance.now();
    const [both, alone, again] = await Promise.all([
      embed(['y', 'z'], {}, { key }),
      embed('x', {}, { key }),
      embed(['x', 'y'], {}, { key }),
    ]);
    const took = performance.now() - started;
    provider.always({});
    expect(asked()).toEqual([['x', 'y'], ['z']]);
    expect(vectors(both)).toEqual(whole);
    expect(both).toMatchObject({ status: 200, phase: 'miss', inputs: 'known=0, asked=1' });
    expect(alone).toMatchObject({ status: 200, phase: 'collapsed', inputs: 'known=1, asked=0' });
    expect(vectors(alone)[0]).toEqual(vectors(await first)[0]);
    // The same request shares the answer as it came
    expect(again.text).toBe((await first).text);
    // One after the other would take two times as long
    console.log(`${Math.round(took)} ms with a provider that takes ${slowly.latencyMs}`);
    expect((await embed(['x', 'y', 'z'], {}, { key })).phase).toBe('exact');
  });

  it('is asked for where that call fails, or where the wishes are others', async () => {
    const key = somebody();
    provider.next({ status: 500, ...slowly });
    const first = embed(['x', 'y'], {}, { key });
    await provider.request(1);
    const second = await embed(['y', 'z'], {}, { key });
    expect((await first).status).toBe(500);
    expect(second).toMatchObject({ status: 200 });
    expect(second.json.data).toHaveLength(2);
    expect(asked().flat()).toEqual(['x', 'y', 'z', 'y', 'z']);
    provider.forget();
    provider.next(slowly);
    const third = embed(['p', 'q'], {}, { key });
    await provider.request(1);
    const control = await embed(['q', 'r'], {}, { key, headers: { 'Cache-Control': 'no-store' } });
    expect(control.status).toBe(200);
    const tagged = await embed(['q', 's'], {}, { key, headers: { 'x-fourfold-tags': 'mine' } });
    expect(tagged.status).toBe(200);
    expect(asked()).toEqual([
      ['p', 'q'],
      ['q', 'r'],
      ['q', 's'],
    ]);
    await third;
  });

  it('of another owner is not waited for', async () => {
    provider.next(slowly);
    const first = embed(['x', 'y'], {}, { key: somebody() });
    await provider.request(1);
    expect(await embed(['y', 'z'], {}, { key: somebody() })).toMatchObject({ phase: 'miss' });
    expect(asked()).toEqual([
      ['x', 'y'],
      ['y', 'z'],
    ]);
    await first;
  });
});

it('an input that stands twice in a batch is asked for once', async () => {
  const key = somebody();
  const batch = ['x', 'y', 'x', 'x', 'z', 'y'];
  const reply = await embed(batch, {}, { key });
  expect(asked()).toEqual([['x', 'y', 'z']]);
  expect(reply).toMatchObject({ status: 200, inputs: 'known=0, asked=3' });
  expect(vectors(reply)).toEqual(vectors(await straight(batch)));
});

it('an input alone and in a batch is the same input', async () => {
  const key = somebody();
  await embed('alone', {}, { key });
  await embed([[11, 12]], {}, { key });
  provider.forget();
  for (const input of ['alone', ['alone'], [11, 12], [[11, 12]]])
    expect(await embed(input, {}, { key }), JSON.stringify(input)).toMatchObject({ phase: 'exact' });
  expect(asked()).toEqual([]);
});

it('tokens are no text, and no other tokens', async () => {
  const key = somebody();
  const inputs = [[1, 2], [12], [1, 2, 3], '1,2', '[1,2]', ['1', '2'], 'a', 'A', 'a ', ' a', 'á', 'a\u0301'];
  for (const input of inputs)
    expect((await embed(input, {}, { key })).phase, JSON.stringify(input)).toBe('miss');
});

describe('the same bits in either encoding', () => {
  const floats = (encoded: string) => {
    const bytes = Buffer.from(encoded, 'base64');
    return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
  };
  it.each([
    ['float', 'base64'],
    ['base64', 'float'],
    ['float', 'float'],
    ['base64', 'base64'],
  ])('stored as %s, read as %s', async (stored, wanted) => {
    const key = somebody();
    const input = texts(20);
    await embed(input, { encoding_format: stored, dimensions: 64 }, { key });
    const hit = await embed(input, { encoding_format: wanted, dimensions: 64 }, { key });
    expect(hit.phase).toBe('exact');
    const direct = await straight(input, { encoding_format: wanted, dimensions: 64 });
    expect(vectors(hit)).toEqual(vectors(direct));
    if (wanted === 'float')
      expect(
        floats(
          vectors(await embed(input, { encoding_format: 'base64', dimensions: 64 }, { key }))[0] as string,
        ),
      ).toEqual(vectors(hit)[0]);
  });

  it('decimals that no float holds come back as they were', async () => {
    const key = somebody();
    const odd = [0.1, -0, 1e-300, 0.30000000000000004, 3.4e38, 5];
    const body = { object: 'list', data: [{ object: 'embedding', index: 0, embedding: odd }], model: 'm' };
    provider.next({
      reply: {
        status: 200,
        headers: [['Content-Type', 'application/json']],
        body: JSON.stringify(body).replace('[0.1,0,', '[0.1,-0,'),
      },
    });
    await embed('odd', {}, { key });
    const hit = await embed('odd', {}, { key });
    expect(hit.phase).toBe('exact');
    expect(Object.is((vectors(hit)[0] as number[])[1], -0)).toBe(true);
    expect(vectors(hit)[0]).toEqual(odd);
  });
});

it.each([
  ['another model', { model: 'text-embedding-3-large' }, {}],
  ['other dimensions', { dimensions: 8 }, {}],
  ['a field that nobody knows', { truncate: 'END' }, {}],
  ['another user', { user: 'u-2' }, {}],
  ['another key', {}, { key: 'stranger' }],
  ['another tenant', {}, { headers: { 'x-fourfold-tenant': 't' } }],
  ['another project', {}, { headers: { 'openai-project': 'p' } }],
  ['another query', {}, { path: '/v1/embeddings?api-version=2' }],
])('%s is a miss', async (_, more, asking) => {
  const key = somebody();
  await embed('identity', { user: 'u-1' }, { key });
  expect(await embed('identity', { user: 'u-1' }, { key })).toMatchObject({ phase: 'exact' });
  expect(await embed('identity', { user: 'u-1', ...more }, { key, ...asking })).toMatchObject({
    phase: 'miss',
  });
});

it('Azure: each deployment answers for itself', async () => {
  const asking = (name: string) => ({
    key: 'azure',
    path: `/openai/deployments/${name}/embeddings?api-version=1`,
  });
  const body = { model: undefined };
  await embed(['a', 'b'], body, asking('one'));
  expect(await embed(['b', 'c'], body, asking('one'))).toMatchObject({
    status: 200,
    inputs: 'known=1, asked=1',
  });
  expect(asked().at(-1)).toEqual(['c']);
  expect(await embed('a', body, asking('two'))).toMatchObject({ phase: 'miss' });
});

describe('an error of the call for the rest', () => {
  it.each([400, 429, 500])('%d comes as the provider says it', async (status) => {
    const key = somebody();
    await embed('known', {}, { key });
    provider.next({ status, retryAfter: 3 });
    const reply = await embed(['known', 'unknown'], {}, { key });
    expect(reply).toMatchObject({ status, phase: 'miss' });
    expect(reply.headers.get('retry-after')).toBe('3');
    expect(reply.json.error.message).not.toBe('');
    expect((await embed('unknown', {}, { key })).phase).toBe('miss');
  });

  it.each([
    ['nobody answers', { reset: 'headers' as const }],
    ['the answer breaks off', { reset: { afterBytes: 100 } }],
  ])('%s: 502 in the shape of the provider', async (_, behaviour) => {
    const key = somebody();
    await embed('known', {}, { key });
    provider.next(behaviour);
    const reply = await embed(['known', 'unknown'], {}, { key });
    expect(reply.status).toBe(502);
    expect(reply.json.error.code).toBe('fourfold_upstream_unreachable');
  });

  it.each([
    ['too few', [{ object: 'embedding', index: 0, embedding: [1] }]],
    ['an index twice', [0, 0].map((index) => ({ object: 'embedding', index, embedding: [1] }))],
    ['an index beyond', [0, 9].map((index) => ({ object: 'embedding', index, embedding: [1] }))],
    ['no numbers', [0, 1].map((index) => ({ object: 'embedding', index, embedding: ['x'] }))],
  ])('an answer that does not fit, %s: the whole batch is asked for', async (_, data) => {
    const key = somebody();
    await embed('known', {}, { key });
    provider.forget();
    provider.next({
      reply: {
        status: 200,
        headers: [['Content-Type', 'application/json']],
        body: JSON.stringify({ object: 'list', data }),
      },
    });
    const batch = ['known', 'un', 'known again', 'known'].slice(0, 3);
    const reply = await embed(batch, {}, { key });
    expect(reply.status).toBe(200);
    expect(asked()).toEqual([batch.slice(1), batch]);
    expect(vectors(reply)).toEqual(vectors(await straight(batch)));
  });
});

it('the provider down: a batch that is kept is answered stale, any other gets its error', async () => {
  const key = somebody();
  await embed(['a', 'b'], {}, { key, headers: { 'x-fourfold-ttl': '300ms' } });
  await sleep(350);
  provider.always({ status: 503 });
  const known = await embed(['b', 'a'], {}, { key });
  const unknown = await embed(['b', 'c'], {}, { key });
  provider.always({});
  expect(known).toMatchObject({ status: 200, phase: 'exact', reason: 'stale-if-error' });
  expect(known.cacheStatus).toMatch(/^fourfold; fwd=stale; fwd-status=503; ttl=-\d+; detail=exact$/);
  expect(vectors(known)).toEqual(vectors(await straight(['b', 'a'])));
  expect(unknown).toMatchObject({ status: 503 });
});

describe('Cache-Control', () => {
  const control = (value: string) => ({ 'cache-control': value });
  it('no-cache asks for everything anew, and keeps that', async () => {
    const key = somebody();
    await embed(['a', 'b'], {}, { key });
    const reply = await embed(['a', 'b'], {}, { key, headers: control('no-cache') });
    expect(reply).toMatchObject({ status: 200, phase: 'bypass', reason: 'no-cache' });
    expect(asked()).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });
  it('no-store takes what is there, and keeps nothing', async () => {
    const key = somebody();
    await embed('a', {}, { key });
    const reply = await embed(['a', 'b'], {}, { key, headers: control('no-store') });
    expect(reply).toMatchObject({ inputs: 'known=1, asked=1', cacheStatus: 'fourfold; fwd=uri-miss' });
    expect((await embed('b', {}, { key })).phase).toBe('miss');
    expect((await embed('c', {}, { key, headers: control('no-store') })).cacheStatus).toBe(
      'fourfold; fwd=uri-miss',
    );
    expect((await embed('c', {}, { key })).phase).toBe('miss');
  });
  it('only-if-cached asks nobody', async () => {
    const key = somebody();
    await embed('a', {}, { key });
    provider.forget();
    expect(await embed(['a'], {}, { key, headers: control('only-if-cached') })).toMatchObject({
      phase: 'exact',
    });
    const reply = await embed(['a', 'b'], {}, { key, headers: control('only-if-cached') });
    expect(reply).toMatchObject({ status: 504, phase: 'miss', inputs: 'known=1, asked=1' });
    expect(reply.json.error.code).toBe('fourfold_not_cached');
    expect(asked()).toEqual([]);
  });
  it('max-age refuses what is older', async () => {
    const key = somebody();
    await embed('a', {}, { key });
    await sleep(20);
    expect(await embed('a', {}, { key, headers: control('max-age=0') })).toMatchObject({ phase: 'miss' });
  });
});

it.each([
  ['no input', undefined],
  ['an empty text in a batch is the business of the provider', ['a', '']],
  ['an empty list', []],
  ['an object', { a: 1 }],
  ['texts and tokens', ['a', [1]]],
  ['fractions', [1.5]],
  ['half a character', 'a\ud800'],
])('%s: the provider judges it', async (_, input) => {
  const own = await embed(input, {}, { key: somebody() });
  expect(own.status).toBe((await straight(input)).status);
});

it('a removal reaches each input', async () => {
  const key = somebody();
  await embed(['a', 'b'], {}, { key, headers: { 'x-fourfold-tags': 'batch' } });
  const removal = await fetch(`${sidecar.url}/cache/entries?tag=batch`, {
    method: 'DELETE',
    headers: { authorization: `Bearer sk-${key}` },
  });
  expect(await removal.json()).toEqual({ removed: 2 });
  expect(await embed(['a', 'b'], {}, { key })).toMatchObject({ inputs: 'known=0, asked=2' });
});

it('shadow mode asks for everything, and says what it would have answered', async () => {
  const own = await startSidecar({ FOURFOLD_OPENAI_UPSTREAM: provider.url, FOURFOLD_MODE: 'shadow' });
  await embed(['a', 'b'], {}, { url: own.url });
  expect(await embed(['b', 'a'], {}, { url: own.url })).toMatchObject({
    status: 200,
    phase: 'bypass',
    reason: 'shadow',
  });
  expect(await embed(['b', 'c'], {}, { url: own.url })).toMatchObject({ status: 200, phase: 'miss' });
  expect(asked()).toEqual([
    ['a', 'b'],
    ['b', 'a'],
    ['b', 'c'],
  ]);
  await own.close();
});

it('two thousand inputs come back whole, and nobody waits for them', async () => {
  const key = somebody();
  const batch = texts(2_000);
  const more = { dimensions: 256, encoding_format: 'base64' };
  const first = await embed(batch, more, { key });
  expect(first).toMatchObject({ status: 200, phase: 'miss' });
  const running = embed(batch, { ...more, encoding_format: 'float' }, { key });
  const waits: number[] = [];
  let over = false;
  void running.finally(() => {
    over = true;
  });
  while (!over) {
    const start = performance.now();
    await fetch(`${sidecar.adminUrl}/livez`);
    waits.push(performance.now() - start);
  }
  expect(await running).toMatchObject({ phase: 'exact', inputs: 'known=2000, asked=0' });
  expect(Math.max(...waits)).toBeLessThan(500 * machineLoad());
});
