import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../sidecar/dialects/dialect.ts';
import type { Behaviour } from '../support/provider/index.ts';
import {
  type Exchanged,
  essence,
  exchange,
  type Header,
  header,
  json,
  type Pair,
  request,
  startPair,
} from '../support/wire/index.ts';

/** The APIs of OpenAI beside chat completions, and all of them under Azure's paths, with one sidecar before the provider. */
let pair: Pair;
let shared: Pair;
beforeAll(async () => {
  [pair, shared] = await Promise.all([startPair(), startPair({ FOURFOLD_PARTITION_BY: 'none' })]);
}, 180_000);
afterAll(() => Promise.all([pair?.close(), shared?.close()]));

const bearer = (key: string): Header[] => [['Authorization', `Bearer ${key}`]];
const apiKey = (key: string): Header[] => [['api-key', key]];
const post = (path: string, body: object, credential: Header[]): Buffer =>
  request('POST', path, [['Host', 'provider.test'], ...credential, ...json], JSON.stringify(body));

const completions = { path: '/v1/completions', body: { model: 'gpt-3.5-turbo-instruct', max_tokens: 99 } };
const responses = { path: '/v1/responses', body: { model: 'gpt-4.1' } };
const embeddings = { path: '/v1/embeddings', body: { model: 'text-embedding-3-small', dimensions: 8 } };
const azureChat = { path: '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21', body: {} };
const streamed = { stream: true, stream_options: { include_obfuscation: false } };
const chatOf = (content: string) => ({ messages: [{ role: 'user', content }] });
const weather = {
  type: 'function',
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

describe('the same bytes with and without the sidecar', () => {
  const reasoning = { reasoning: { effort: 'low', summary: 'auto' } };
  const asked: Record<string, [path: string, body: object, behaviour?: Behaviour]> = {
    completion: [completions.path, { ...completions.body, prompt: 'What is Rust?' }],
    'completion, streamed': [completions.path, { ...completions.body, ...streamed, prompt: 'What is Rust?' }],
    'completion, streamed with usage': [
      completions.path,
      { ...completions.body, stream: true, stream_options: { include_usage: true }, prompt: 'What is Rust?' },
    ],
    'completions of several prompts, with an echo and log probabilities': [
      completions.path,
      { ...completions.body, ...streamed, prompt: ['One', 'Two'], n: 2, echo: true, logprobs: 1 },
    ],
    'completion of tokens': [completions.path, { ...completions.body, prompt: [464, 3139] }],
    'completion, cut at the limit': [completions.path, { ...completions.body, prompt: 'x', max_tokens: 2 }],
    response: [responses.path, { ...responses.body, input: 'What is Rust?' }],
    'response, streamed': [responses.path, { ...responses.body, ...streamed, input: 'What is Rust?' }],
    'response, streamed with padding': [
      responses.path,
      { ...responses.body, stream: true, input: 'Padding' },
    ],
    'response with reasoning, streamed': [
      responses.path,
      { ...responses.body, ...streamed, ...reasoning, input: 'What is Rust?' },
    ],
    'response with parallel calls, streamed': [
      responses.path,
      { ...responses.body, ...streamed, tools: [weather], input: 'What is the weather in Paris and Rome?' },
    ],
    'response in the background': [responses.path, { ...responses.body, background: true, input: 'x' }],
    'refusal, streamed': [
      responses.path,
      { ...responses.body, ...streamed, input: 'r' },
      { refusal: 'I cannot.' },
    ],
    'failed response, streamed': [
      responses.path,
      { ...responses.body, ...streamed, input: 'f' },
      { finishReason: 'failed' },
    ],
    'response, gone on from one that is not there': [
      responses.path,
      { ...responses.body, input: 'x', previous_response_id: 'resp_none' },
    ],
    'events with odd line ends': [
      responses.path,
      { ...responses.body, ...streamed, input: 'odd' },
      { lineEnd: '\r\n', bom: true, comments: true, tightData: true },
    ],
    'events in gzip': [
      responses.path,
      { ...responses.body, ...streamed, input: 'gzip' },
      { compress: 'gzip' },
    ],
    'events, every byte on its own': [
      responses.path,
      { ...responses.body, ...streamed, input: 'bytes' },
      { content: 'é🦊', splitAt: Array.from({ length: 1500 }, (_, at) => at) },
    ],
    'no model': [responses.path, { input: 'x' }],
    'no prompt': [completions.path, { model: 'gpt-3.5-turbo-instruct' }],
    embeddings: [embeddings.path, { ...embeddings.body, input: ['What is Rust?', 'Was ist 🦀?'] }],
    'embeddings in base64': [
      embeddings.path,
      { ...embeddings.body, input: 'What is Rust?', encoding_format: 'base64' },
    ],
    'embeddings of tokens, in gzip': [
      embeddings.path,
      { ...embeddings.body, input: [[464, 3139], [11]] },
      { compress: 'gzip' },
    ],
    'embeddings, every byte on its own': [
      embeddings.path,
      { ...embeddings.body, input: 'bytes' },
      { splitAt: Array.from({ length: 1500 }, (_, at) => at) },
    ],
    'embeddings of nothing': [embeddings.path, { ...embeddings.body, input: [] }],
    'a conversation': ['/v1/conversations', { items: [] }],
    'counting tokens': ['/v1/responses/input_tokens', { ...responses.body, input: 'x' }],
  };
  it.each(Object.entries(asked))('%s', async (name, [path, body, behaviour]) => {
    const bytes = post(path, body, [...bearer(`diff ${name}`), ['Accept-Encoding', 'gzip']]);
    const { straight, through } = await pair.both(bytes, behaviour);
    expect(straight.end).toBe('complete');
    expect(essence(through)).toEqual(essence(straight));
  });

  const version = '?api-version=2024-10-21';
  const azure: Record<string, [path: string, body: object]> = {
    'chat at a deployment': [azureChat.path, chatOf('What is Rust?')],
    'chat at a deployment, streamed': [azureChat.path, { ...chatOf('What is Rust?'), ...streamed }],
    'chat of the v1 API': ['/openai/v1/chat/completions', { model: 'gpt-4o', ...chatOf('What is Rust?') }],
    'completion at a deployment': [
      `/openai/deployments/gpt-3.5-turbo-instruct/completions${version}`,
      { prompt: 'What is Rust?', max_tokens: 99 },
    ],
    'embeddings at a deployment': [
      `/openai/deployments/text-embedding-3-small/embeddings${version}`,
      { input: ['What is Rust?', 'What is Go?'] },
    ],
    'response of the v1 API, streamed': [
      '/openai/v1/responses',
      { ...responses.body, ...streamed, input: 'What is Rust?' },
    ],
    'response with a version': [`/openai/responses${version}`, { ...responses.body, input: 'What is Rust?' }],
    'no version': ['/openai/deployments/gpt-4o/chat/completions', chatOf('What is Rust?')],
    'a deployment that is not there': [
      `/openai/deployments/none/chat/completions${version}`,
      chatOf('What is Rust?'),
    ],
    'what is not cached': [`/openai/deployments/dall-e-3/images/generations${version}`, { prompt: 'x' }],
  };
  it.each(Object.entries(azure))('Azure: %s', async (name, [path, body]) => {
    const { straight, through } = await pair.both(post(path, body, apiKey(`diff ${name}`)));
    expect(straight.end).toBe('complete');
    expect(essence(through)).toEqual(essence(straight));
  });

  it.each(
    [completions.path, responses.path, azureChat.path].flatMap((path) =>
      [400, 401, 404, 429, 500, 503].map((status) => [path, status] as const),
    ),
  )('%s answers %i', async (path, status) => {
    const body = { ...responses.body, input: 'x', prompt: 'x', ...chatOf('x') };
    const { straight, through } = await pair.both(post(path, body, bearer('error')), {
      status,
      retryAfter: 3,
    });
    expect(straight.response?.status).toBe(status);
    expect(essence(through)).toEqual(essence(straight));
  });

  it('reading, listing, cancelling and deleting a response', async () => {
    const bytes = post(responses.path, { ...responses.body, input: 'kept' }, bearer('kept'));
    const { id } = bodyOf(await exchange(pair.provider.url, bytes)) as { id: string };
    for (const [method, path] of [
      ['GET', `/v1/responses/${id}`],
      ['GET', `/v1/responses/${id}/input_items?limit=1`],
      ['POST', `/v1/responses/${id}/cancel`],
      ['DELETE', '/v1/responses/resp_none'],
    ] as const) {
      const { straight, through } = await pair.both(request(method, path, bearer('kept')));
      expect(essence(through), path).toEqual(essence(straight));
      expect(header(through, 'x-fourfold-phase'), path).toBeUndefined();
    }
  });
});

const bodyOf = ({ response }: Exchanged): JsonObject =>
  JSON.parse(response?.body.toString() ?? '') as JsonObject;

/** The body and what the cache said, of requests one after the other through a sidecar. */
async function ask(of: Pair, ...requests: Buffer[]) {
  const told: { phase: string; reason: string | undefined; body: string }[] = [];
  for (const bytes of requests) {
    const answer = await exchange(of.sidecar.url, bytes, 20_000);
    expect(answer.response?.status).toBe(200);
    told.push({
      phase: header(answer, 'x-fourfold-phase') ?? '',
      reason: header(answer, 'x-fourfold-reason'),
      body: answer.response?.body.toString() ?? '',
    });
  }
  return told;
}
const hit = expect.stringMatching(/^(fingerprint|near-miss|exact|semantic)$/);
const phases = async (of: Pair, ...requests: Buffer[]) =>
  (await ask(of, ...requests)).map(({ phase }) => phase);
let keys = 0;
const fresh = () => createHash('sha1').update(`key ${keys++}`).digest('hex');

/** Without what differs between the forms by their nature: white space, and the kind of object of a chunk. */
const terminal = (stream: string): JsonObject => {
  const data = stream
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)) as JsonObject & { type?: string; response?: JsonObject });
  return data.at(-1)?.response ?? {};
};

describe('one entry answers both forms', () => {
  it('a response that came as JSON is told as events, and the reverse', async () => {
    const input = { ...responses.body, input: 'What is photosynthesis?', reasoning: { summary: 'auto' } };
    const events = { ...input, stream: true };
    for (const [first, second] of [
      [input, events],
      [events, input],
    ]) {
      const key = bearer(fresh());
      const [miss, told] = await ask(
        pair,
        post(responses.path, first ?? {}, key),
        post(responses.path, second ?? {}, key),
      );
      expect([miss?.phase, told?.phase]).toEqual(['miss', hit]);
      const whole = (text = '') => (text.startsWith('event:') ? terminal(text) : JSON.parse(text));
      expect(whole(told?.body)).toEqual(whole(miss?.body));
    }
  });

  it('a completion too', async () => {
    const body = { ...completions.body, prompt: 'What is photosynthesis?' };
    const key = bearer(fresh());
    const [miss, told] = await ask(
      pair,
      post(completions.path, { ...body, stream: true, stream_options: { include_usage: true } }, key),
      post(completions.path, body, key),
    );
    expect([miss?.phase, told?.phase]).toEqual(['miss', hit]);
    const answer = JSON.parse(told?.body ?? '') as { choices: { text: string }[]; usage: object };
    const pieces = (miss?.body ?? '')
      .split('\n')
      .filter((line) => line.startsWith('data: {'))
      .map((line) => JSON.parse(line.slice(6)) as { choices: { text: string }[]; usage: object | null });
    expect(answer.choices[0]?.text).toBe(pieces.map(({ choices }) => choices[0]?.text ?? '').join(''));
    expect(answer.usage).toEqual(pieces.at(-1)?.usage);
  });
});

describe('never cached', () => {
  const question = { ...responses.body, input: 'What is Rust?' };
  it.each<[string, string, object]>([
    ['stateful', responses.path, { ...question, conversation: 'conv_1' }],
    ['stateful', responses.path, { ...question, prompt: { id: 'pmpt_1' } }],
    ['background', responses.path, { ...question, background: true }],
    ['live', responses.path, { ...question, tools: [{ type: 'web_search' }] }],
    [
      'live',
      responses.path,
      { ...question, stream: true, tools: [weather, { type: 'mcp', server_label: 'm' }] },
    ],
    ['live', azureChat.path, { ...chatOf('What is Rust?'), web_search_options: {} }],
    ['live', azureChat.path, { ...chatOf('What is Rust?'), tools: [{ type: 'web_search' }] }],
  ])('%s: %s %j', async (reason, path, body) => {
    const bytes = post(path, body, bearer(fresh()));
    const told = await ask(pair, bytes, bytes);
    expect(told.map((each) => [each.phase, each.reason])).toEqual([
      ['bypass', reason],
      ['bypass', reason],
    ]);
    expect(told[1]?.body).not.toBe(told[0]?.body);
  });

  it('a request that goes on from a replayed response reaches the provider, which knows that id', async () => {
    const key = bearer(fresh());
    const first = post(responses.path, question, key);
    const [, replayed] = await ask(pair, first, first);
    expect(replayed?.phase).toEqual(hit);
    const { id } = JSON.parse(replayed?.body ?? '') as { id: string };
    const next = post(responses.path, { ...question, input: 'And Go?', previous_response_id: id }, key);
    const [one, two] = await ask(pair, next, next);
    expect([one?.phase, one?.reason, two?.phase]).toEqual(['bypass', 'stateful', 'bypass']);
    expect(JSON.parse(one?.body ?? '')).toMatchObject({ previous_response_id: id, status: 'completed' });
  });
});

describe('not stored', () => {
  it.each<[string, object, Behaviour]>([
    ['length', {}, { finishReason: 'length' }],
    ['length', { stream: true }, { finishReason: 'length' }],
    ['content-filter', { stream: true }, { finishReason: 'content_filter' }],
    ['failed-answer', {}, { finishReason: 'failed' }],
    ['failed-answer', { stream: true }, { finishReason: 'failed' }],
    ['refusal', {}, { refusal: 'I cannot.' }],
    ['empty', {}, { content: ' ' }],
    ['incomplete', { stream: true }, { missingDone: true }],
    ['malformed', { stream: true }, { malformed: true }],
  ])('%s %j', async (reason, more, behaviour) => {
    const body = { ...responses.body, ...more, input: `not stored ${JSON.stringify([more, behaviour])}` };
    const bytes = post(responses.path, body, bearer(fresh()));
    pair.provider.forget();
    pair.provider.next(behaviour);
    const told = await ask(pair, bytes, bytes);
    expect(told.map(({ phase }) => phase)).toEqual(['miss', 'miss']);
    // A stream's headers are gone before its end is known.
    if (!('stream' in more)) expect(told[0]?.reason).toBe(reason);
  });
});

describe('agents', () => {
  const asked = { role: 'user', content: 'What is the weather in Paris?' };
  const call = {
    type: 'function_call',
    call_id: 'call_1',
    name: 'get_weather',
    arguments: '{"city":"Paris"}',
  };
  const result = (output: string) => ({ type: 'function_call_output', call_id: 'call_1', output });
  const turn = (input: unknown[], more: object = {}) => ({
    ...responses.body,
    tools: [weather],
    input,
    ...more,
  });

  it('each step of a loop has its own answer, found by its exact bytes', async () => {
    const key = bearer(fresh());
    const send = (body: object) => post(responses.path, body, key);
    const steps = [turn([asked]), turn([asked, call, result('Rain')]), turn([asked, call, result('Sun')])];
    const first = await ask(pair, ...steps.map(send));
    const again = await ask(pair, ...steps.map(send));
    expect(first.map(({ phase }) => phase)).toEqual(['miss', 'miss', 'miss']);
    expect(again.map(({ phase }) => phase)).toEqual(['exact', 'exact', 'exact']);
    // The ids of calls among them: a result that names one still belongs to it.
    expect(again.map(({ body }) => body)).toEqual(first.map(({ body }) => body));
  });

  it('another choice of tools is another request', async () => {
    const key = bearer(fresh());
    const choices = ['auto', 'none', 'required', { type: 'function', name: 'get_weather' }];
    const bodies = choices.map((tool_choice) => post(responses.path, turn([asked], { tool_choice }), key));
    expect(await phases(pair, ...bodies)).toEqual(['miss', 'miss', 'miss', 'miss']);
  });
});

describe('Azure', () => {
  const question = chatOf('What is Kubernetes?');
  it('one deployment answers from the cache, in other words too', async () => {
    const key = apiKey(fresh());
    const again = { ...chatOf('what is kubernetes please'), stream: true };
    expect(await phases(pair, post(azureChat.path, question, key), post(azureChat.path, again, key))).toEqual(
      ['miss', hit],
    );
  });

  it.each<[string, string]>([
    ['another deployment', '/openai/deployments/gpt-4o-mini/chat/completions?api-version=2024-10-21'],
    ['another version', '/openai/deployments/gpt-4o/chat/completions?api-version=2025-01-01-preview'],
    ['the v1 API', '/openai/v1/chat/completions'],
    ['the API of OpenAI', '/v1/chat/completions'],
  ])('%s has answers of its own', async (_, path) => {
    const key = apiKey(fresh());
    const both = [...key, ...bearer('same')];
    const body = { ...question, model: 'gpt-4o' };
    expect(await phases(pair, post(azureChat.path, body, both), post(path, body, both))).toEqual([
      'miss',
      'miss',
    ]);
  });

  it('`api-key` is a credential: another key is another owner', async () => {
    const [mine, yours] = [apiKey(fresh()), apiKey(fresh())];
    const send = (key: Header[]) => post(azureChat.path, question, key);
    expect(await phases(pair, send(mine), send(yours), send(mine))).toEqual(['miss', 'miss', hit]);
  });
});

describe('where everybody shares everything', () => {
  const send = (more: object, key: string) =>
    post(responses.path, { ...responses.body, input: 'What is Kubernetes?', ...more }, bearer(key));

  it('a response that the provider keeps is replayed to its own account only', async () => {
    const [mine, yours] = [fresh(), fresh()];
    expect(await phases(shared, send({}, mine), send({}, yours), send({}, mine), send({}, yours))).toEqual([
      'miss',
      'miss',
      hit,
      hit,
    ]);
  });

  it('encrypted reasoning too, although it is not kept', async () => {
    const more = { store: false, include: ['reasoning.encrypted_content'], reasoning: { effort: 'low' } };
    expect(await phases(shared, send(more, fresh()), send(more, fresh()))).toEqual(['miss', 'miss']);
  });

  it('one that it does not keep is shared', async () => {
    const more = { store: false };
    expect(await phases(shared, send(more, fresh()), send(more, fresh()))).toEqual(['miss', hit]);
  });
});
