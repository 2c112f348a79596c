import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Chat, chatRequest, startChat } from '../support/chat.ts';
import { type Provider, startProvider } from '../support/provider/index.ts';
import { eventually, wire } from '../support/wire/index.ts';

vi.setConfig({ testTimeout: 90_000 });

/** Of every API: each refusal in the provider's own form, and answers while the provider is away. */
interface Api {
  readonly shape: (fault: Fault) => object;
  readonly forms: Readonly<
    Record<string, { readonly path: string; readonly body: (asked: string) => object }>
  >;
}

type Fault = 'invalid_header' | 'not_cached' | 'too_many' | 'upstream_unreachable' | 'upstream_timeout';

const message = expect.stringMatching(/\S/);
const openai = (fault: Fault) => ({
  error: {
    message,
    param: null,
    code: `fourfold_${fault}`,
    type: {
      invalid_header: 'invalid_request_error',
      not_cached: 'invalid_request_error',
      too_many: 'requests',
      upstream_unreachable: 'api_connection_error',
      upstream_timeout: 'api_connection_error',
    }[fault],
  },
});
const anthropic = (fault: Fault) => ({
  type: 'error',
  request_id: null,
  error: {
    message,
    details: { error_code: `fourfold_${fault}` },
    type: {
      invalid_header: 'invalid_request_error',
      not_cached: 'invalid_request_error',
      too_many: 'rate_limit_error',
      upstream_unreachable: 'api_error',
      upstream_timeout: 'timeout_error',
    }[fault],
  },
});
const gemini = (fault: Fault) => {
  const [code, status] = (
    {
      invalid_header: [400, 'INVALID_ARGUMENT'],
      not_cached: [504, 'NOT_FOUND'],
      too_many: [429, 'RESOURCE_EXHAUSTED'],
      upstream_unreachable: [502, 'UNAVAILABLE'],
      upstream_timeout: [504, 'DEADLINE_EXCEEDED'],
    } as const
  )[fault];
  const type = 'type.googleapis.com/google.rpc.ErrorInfo';
  const details = [{ '@type': type, reason: `fourfold_${fault}`, domain: 'fourfold.dev' }];
  return { error: { code, status, message, details } };
};

const stream = { stream: true };
/** Both forms at one path, which the body tells apart. */
const both = (path: string, body: (asked: string) => object): Api['forms'] => ({
  JSON: { path, body },
  'a stream': { path, body: (asked) => ({ ...body(asked), ...stream }) },
});
const messages = (content: string) => [{ role: 'user', content }];
const contents = (asked: string) => ({ contents: [{ role: 'user', parts: [{ text: asked }] }] });
const model = '/v1beta/models/gemini-2.5-flash';

const apis: Record<string, Api> = {
  'chat completions': {
    shape: openai,
    forms: both('/v1/chat/completions', (asked) => ({ model: 'gpt-4o-mini', messages: messages(asked) })),
  },
  'chat at Azure': {
    shape: openai,
    forms: both('/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21', (asked) => ({
      messages: messages(asked),
    })),
  },
  completions: {
    shape: openai,
    forms: both('/v1/completions', (prompt) => ({ model: 'gpt-3.5-turbo-instruct', max_tokens: 99, prompt })),
  },
  responses: { shape: openai, forms: both('/v1/responses', (input) => ({ model: 'gpt-4.1', input })) },
  embeddings: {
    shape: openai,
    forms: {
      JSON: {
        path: '/v1/embeddings',
        body: (input) => ({ model: 'text-embedding-3-small', dimensions: 8, input }),
      },
    },
  },
  messages: {
    shape: anthropic,
    forms: both('/v1/messages', (asked) => ({
      model: 'claude-sonnet-4-5',
      max_tokens: 99,
      messages: messages(asked),
    })),
  },
  generateContent: {
    shape: gemini,
    forms: {
      JSON: { path: `${model}:generateContent`, body: contents },
      'a stream': { path: `${model}:streamGenerateContent?alt=sse`, body: contents },
      'an array': { path: `${model}:streamGenerateContent`, body: contents },
    },
  },
};

const question = 'What is the capital of France?';
const cases = Object.entries(apis).flatMap(([api, { shape, forms }]) =>
  Object.entries(forms).map(([form, { path, body }]) => ({
    api,
    form,
    shape,
    send: (
      chat: Chat,
      { asked = question, key = api, headers = {} }: { asked?: string; key?: string; headers?: object } = {},
    ) =>
      chat.ask('', {
        path,
        key,
        raw: JSON.stringify(body(asked)),
        headers: { ...(shape === anthropic ? { 'anthropic-version': '2023-06-01' } : {}), ...headers },
      }),
  })),
);

describe('a refusal is in the form of the API', () => {
  let chat: Chat;
  let busy: Chat;
  beforeAll(async () => {
    [chat, busy] = await Promise.all([
      startChat({ FOURFOLD_REQUESTS_PER_MINUTE: '20', FOURFOLD_FIRST_BYTE_TIMEOUT: '600ms' }),
      startChat({ FOURFOLD_STREAMS: '1' }),
    ]);
  }, 90_000);
  afterAll(() => Promise.all([chat?.close(), busy?.close()]));

  const bad = [
    ['Cache-Control', 'max-age=soon'],
    ['Cache-Control', 'max-stale=long'],
    ['x-fourfold-threshold', 'high'],
    ['x-fourfold-ttl', 'soon'],
    ['x-fourfold-tenant', ''],
    ['x-fourfold-tags', 'a,,b'],
    ['x-fourfold-sources', ','],
    ['x-fourfold-treshold', '0.95'],
  ] as const;
  const expectFault = (
    { shape }: (typeof cases)[number],
    reply: Awaited<ReturnType<Chat['ask']>>,
    status: number,
    fault: Fault,
  ) => {
    expect(reply.status).toBe(status);
    expect(reply.header('content-type')).toBe('application/json');
    expect(JSON.parse(reply.body)).toEqual(shape(fault));
  };

  describe.each(cases)('$api, $form', (one) => {
    const key = `${one.api} ${one.form}`;
    it.each(bad)('%s: %j cannot be read: 400, and nobody is asked', async (name, value) => {
      const { requests } = chat.provider.stats();
      const reply = await one.send(chat, { key: `${key} ${name}`, headers: { [name]: value } });
      expectFault(one, reply, 400, 'invalid_header');
      expect(reply.body).toContain(`${name.toLowerCase()}: expected `);
      expect(chat.provider.stats().requests).toBe(requests);
    });

    it('only-if-cached, and nothing is: 504', async () => {
      const headers = { 'Cache-Control': 'only-if-cached' };
      expectFault(one, await one.send(chat, { key, headers }), 504, 'not_cached');
    });

    it('the provider says nothing: 504', async () => {
      chat.provider.next({ stall: 'headers' });
      expectFault(one, await one.send(chat, { key }), 504, 'upstream_timeout');
    });

    it('the provider hangs up: 502', async () => {
      chat.provider.next({ reset: 'headers' });
      expectFault(one, await one.send(chat, { key }), 502, 'upstream_unreachable');
    });

    it('more requests than are taken on: 429', async () => {
      const eager = `${key} eager`;
      const headers = { 'Cache-Control': 'only-if-cached' };
      for (let n = 0; n < 20; n++) await one.send(chat, { key: eager, headers });
      const reply = await one.send(chat, { key: eager, headers });
      expectFault(one, reply, 429, 'too_many');
      expect(Number(reply.header('retry-after'))).toBeGreaterThan(0);
    });
  });

  it('more streams than are taken on: 429', async () => {
    busy.provider.next({ chunks: 5, bytes: 300, tokenMs: 50, untilClosed: true });
    const line = await wire(busy.sidecar.url, ['POST'], 60_000);
    line.send(chatRequest('A tale', { body: stream }));
    await line.received(300);
    for (const one of cases) {
      const reply = await one.send(busy, { key: one.form });
      if (one.form === 'JSON') expect(reply.status, one.api).toBe(200);
      else if (one.form === 'a stream') expectFault(one, reply, 429, 'too_many');
    }
    line.close();
  });
});

describe('the provider killed', () => {
  it('known questions are answered in each form, and say that they are stale; unknown ones get 502; back again, they are refreshed', async () => {
    let provider: Provider = await startProvider();
    const chat = await startChat({ FOURFOLD_STALE_IF_ERROR: '1h' }, { provider });
    // Each is stored once, from JSON
    const firsts = cases.filter(({ form }) => form === 'JSON');
    const stored = new Map<string, string>();
    for (const one of firsts) {
      const reply = await one.send(chat, { headers: { 'x-fourfold-ttl': '1s' } });
      expect(reply, one.api).toMatchObject({ status: 200, phase: 'miss' });
      stored.set(one.api, reply.body);
    }
    await sleep(1_050);
    await provider.close();

    for (const one of cases) {
      const name = `${one.api}, ${one.form}`;
      const known = await one.send(chat);
      expect(known, name).toMatchObject({ status: 200, reason: 'stale-if-error' });
      expect(known.phase, name).toMatch(/^(fingerprint|exact)$/);
      expect(known.cacheStatus, name).toMatch(/^fourfold; fwd=stale; ttl=-\d+; detail=(fingerprint|exact)$/);
      if (one.form === 'JSON' && one.api !== 'embeddings') expect(known.body, name).toBe(stored.get(one.api));
      const unknown = await one.send(chat, { asked: 'Who wrote Romeo and Juliet?' });
      expect(unknown, name).toMatchObject({ status: 502, phase: 'miss' });
      expect(JSON.parse(unknown.body), name).toEqual(one.shape('upstream_unreachable'));
    }

    provider = await startProvider({ port: provider.port });
    for (const one of firsts) {
      expect(await one.send(chat), one.api).toMatchObject({ status: 200, phase: 'miss' });
      expect(await one.send(chat), one.api).toMatchObject({ status: 200, reason: undefined });
    }
    for (const one of cases)
      expect((await one.send(chat)).cacheStatus, one.form).toMatch(/^fourfold; hit; ttl=\d+/);
    expect(provider.stats().requests).toBe(firsts.length);
    await chat.close();
    await provider.close();
  });
});

it('stale-while-revalidate: served at once in each form, and asked for once', async () => {
  const chat = await startChat({ FOURFOLD_STALE_WHILE_REVALIDATE: '1h' });
  const generated = cases.filter(({ api }) => api !== 'embeddings');
  const count = Object.keys(apis).length - 1;
  for (const one of generated)
    if (one.form === 'JSON') await one.send(chat, { headers: { 'x-fourfold-ttl': '1s' } });
  expect(chat.provider.stats().requests).toBe(count);
  await sleep(1_050);
  chat.provider.always({ latencyMs: 5_000 });
  for (const one of generated) {
    const name = `${one.api}, ${one.form}`;
    const reply = await one.send(chat);
    expect(reply, name).toMatchObject({ status: 200, reason: 'stale-while-revalidate' });
    expect(reply.cacheStatus, name).toMatch(/^fourfold; hit; ttl=-\d+;/);
  }
  const fresh = { status: 200, reason: undefined };
  for (const one of generated) {
    const known = () => one.send(chat, { headers: { 'Cache-Control': 'only-if-cached' } });
    await eventually(async () => (await known()).reason === undefined, 30_000);
    expect(await one.send(chat)).toMatchObject(fresh);
  }
  expect(chat.provider.stats().requests).toBe(2 * count);
  await chat.close();
});
