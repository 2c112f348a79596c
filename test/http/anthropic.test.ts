import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Behaviour } from '../support/provider/index.ts';
import { startSidecar } from '../support/sidecar.ts';
import {
  askAnthropic,
  type Exchanged,
  essence,
  exchange,
  type Header,
  header,
  type Pair,
  request,
  startPair,
} from '../support/wire/index.ts';

/** Anthropic Messages from outside: bytes as they came, what is stored, and what makes two requests the same. */
let pair: Pair;
beforeAll(async () => {
  pair = await startPair();
});
afterAll(() => pair?.close());

const stream = { stream: true };
const thinking = { thinking: { type: 'enabled', budget_tokens: 1024 } };
const weather = {
  tools: [
    {
      name: 'get_weather',
      description: 'The weather of a city',
      input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  ],
};
const document = (text: string) => ({
  type: 'document',
  source: { type: 'text', media_type: 'text/plain', data: text },
  title: 'Notes',
  citations: { enabled: true },
});
const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } };
const user = (...content: object[]) => ({ messages: [{ role: 'user', content }] });
const text = (text: string, more: object = {}) => ({ type: 'text', text, ...more });

const phaseOf = (answer: Exchanged) => header(answer, 'x-fourfold-phase');
const bodyOf = ({ response }: Exchanged) => response?.body.toString() ?? '';
const send = (bytes: Buffer) => exchange(pair.sidecar.url, bytes);

/** Sends both, the first with the behaviour, and answers how the second was handled. */
async function twice(first: Buffer, second: Buffer = first, behaviour: Behaviour = {}) {
  pair.provider.forget();
  pair.provider.next(behaviour);
  const miss = await send(first);
  const hit = await send(second);
  return { miss, hit, phase: phaseOf(hit), calls: pair.provider.stats().calls };
}

describe('bytes through the sidecar are the bytes without it', () => {
  const asked: Record<string, [more: object, behaviour?: Behaviour]> = {
    JSON: [{}],
    'a stream': [stream],
    thinking: [{ ...thinking }],
    'streamed thinking': [{ ...stream, ...thinking }],
    'tool calls in Paris and Rome': [{ ...weather, tool_choice: { type: 'any' } }],
    'streamed tool calls in Paris and Rome': [{ ...stream, ...weather, tool_choice: { type: 'any' } }],
    'quotes of a document': [{ ...stream, ...user(document('The grass is green.'), text('quote')) }],
    'a search': [{ ...stream, tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
    'a refusal': [stream, { refusal: 'I cannot help with that.' }],
    'an error in the middle': [stream, { errorEvent: true }],
    'a stream with CRLF, a mark and comments': [stream, { lineEnd: '\r\n', bom: true, comments: true }],
    'a stream, byte by byte': [
      stream,
      { content: 'é🦊', splitAt: Array.from({ length: 3000 }, (_, at) => at) },
    ],
    'a rate limit': [{}, { status: 429, retryAfter: 7 }],
    overload: [stream, { status: 529 }],
  };
  it.each(Object.entries(asked))('%s', async (name, [more, behaviour]) => {
    const { straight, through } = await pair.both(askAnthropic(name, more), behaviour);
    expect(straight.end).toBe('complete');
    expect(essence(through)).toEqual(essence(straight));
  });

  it.each([
    ['the count of tokens', '/v1/messages/count_tokens'],
    ['a batch', '/v1/messages/batches'],
  ])('%s is passed through', async (name, path) => {
    const { straight, through } = await pair.both(askAnthropic(name, {}, [], { path }));
    expect(essence(through)).toEqual(essence(straight));
    expect(phaseOf(through)).toBeUndefined();
  });
});

describe('a hit', () => {
  it('is the JSON answer in its bytes', async () => {
    const { miss, hit, phase } = await twice(askAnthropic('bytes', thinking));
    expect(phase).toBe('fingerprint');
    expect(header(hit, 'content-type')).toBe('application/json');
    expect(bodyOf(hit)).toBe(bodyOf(miss));
  });

  it('of a stream is a stream with one id, and usage as it was', async () => {
    const bytes = askAnthropic('What is Rust?', { ...stream, ...thinking });
    const { miss, hit, phase } = await twice(bytes);
    expect(phase).toBe('fingerprint');
    expect(header(hit, 'content-type')).toBe('text/event-stream; charset=utf-8');
    expect(bodyOf(hit).match(/"id":"[^"]+"/g)).toEqual(bodyOf(miss).match(/"id":"[^"]+"/g));
    const last = (answer: Exchanged) => /event: message_delta\ndata: (.*)/.exec(bodyOf(answer))?.[1] ?? '{}';
    const { usage } = JSON.parse(last(miss)) as { usage: object };
    expect(JSON.parse(last(hit))).toMatchObject({ usage, delta: { stop_reason: 'end_turn' } });
    expect(bodyOf(hit).endsWith('event: message_stop\ndata: {"type":"message_stop"}\n\n')).toBe(true);
  });

  it.each([
    ['JSON from a stream', stream, {}],
    ['a stream from JSON', {}, stream],
  ])('%s', async (name, first, second) => {
    const key = name;
    const { hit, miss, phase, calls } = await twice(
      askAnthropic('Why is the sky blue?', first, [], { key }),
      askAnthropic('Why is the sky blue?', second, [], { key }),
    );
    expect([phase, calls]).toEqual(['fingerprint', 1]);
    expect(bodyOf(hit)).toContain(/msg_\w+/.exec(bodyOf(miss))?.[0]);
    expect(header(hit, 'content-type')).toMatch(second === stream ? 'text/event-stream' : 'application/json');
  });

  it('of tool calls keeps their ids, in the same request only', async () => {
    const { miss, hit, phase } = await twice(askAnthropic('The weather in Paris and Rome', weather));
    expect(phase).toBe('exact');
    expect(bodyOf(miss).match(/toolu_\w+/g)).toHaveLength(2);
    expect(bodyOf(hit)).toBe(bodyOf(miss));
    const key = 'The weather in Paris and Rome';
    const other = await send(askAnthropic('the weather in paris and rome', weather, [], { key }));
    expect(phaseOf(other)).toBe('miss');
  });

  it('in other words comes without the thoughts, which are signed for their own conversation', async () => {
    const key = 'signed';
    const { hit, phase } = await twice(
      askAnthropic('What is the capital of France?', thinking, [], { key }),
      askAnthropic('what is the capital of france', thinking, [], { key }),
    );
    expect(phase).toBe('fingerprint');
    expect(bodyOf(hit)).toContain('Paris');
    expect(bodyOf(hit)).not.toMatch(/"thinking"|signature/);
  });
});

describe('an answer that is not worth keeping is not kept', () => {
  const worthless: Record<string, [Behaviour, reason: string, more?: object]> = {
    'cut at the token limit': [{}, 'length', { max_tokens: 2 }],
    'the context window is full': [{ finishReason: 'model_context_window_exceeded' }, 'length'],
    'a refusal': [{ refusal: 'no' }, 'refusal'],
    'a pause': [{ finishReason: 'pause_turn' }, 'incomplete'],
    'a reason nobody knows': [{ finishReason: 'tired' }, 'incomplete'],
    'an empty answer': [{ content: ' ' }, 'empty'],
    'a rate limit': [{ status: 429 }, 'status'],
    overload: [{ status: 529 }, 'status'],
  };
  describe.each([
    ['as JSON', {}],
    ['as a stream', stream],
  ])('%s', (form, more) => {
    it.each(Object.entries(worthless))('%s', async (name, [behaviour, reason, body]) => {
      const bytes = askAnthropic(`${name} ${form}`, { ...more, ...body });
      const { miss, phase, calls } = await twice(bytes, bytes, behaviour);
      expect([phase, calls]).toEqual(['miss', 2]);
      // A stream is on its way before its reason is known.
      if (form === 'as JSON') expect(header(miss, 'x-fourfold-reason')).toBe(reason);
    });
  });

  it.each<[string, Behaviour]>([
    ['an error in the middle', { errorEvent: true }],
    ['no terminal event', { missingDone: true }],
    ['an event that is no JSON', { malformed: true }],
    ['cut off', { cut: { afterBytes: 900 } }],
    ['ended too early', { endAfterBytes: 900 }],
  ])('a stream with %s', async (name, behaviour) => {
    const bytes = askAnthropic(name, stream);
    expect(await twice(bytes, bytes, behaviour)).toMatchObject({ phase: 'miss', calls: 2 });
  });

  it('a tool call, where the configuration says so', async () => {
    const own = await startPair({ FOURFOLD_CACHE_TOOL_CALLS: 'false' });
    try {
      const bytes = askAnthropic('The weather in Paris', weather);
      const first = await exchange(own.sidecar.url, bytes);
      expect(header(first, 'x-fourfold-reason')).toBe('tool-calls');
      expect(phaseOf(await exchange(own.sidecar.url, bytes))).toBe('miss');
    } finally {
      await own.close();
    }
  }, 90_000);
});

describe('a request that the cache leaves alone', () => {
  it.each([
    ['live', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
    ['live', { tools: [{ type: 'code_execution_20250825', name: 'code_execution' }] }],
    ['live', { tools: [{ type: 'something_new_20300101', name: 'new' }] }],
    ['live', { mcp_servers: [{ type: 'url', url: 'https://mcp.test', name: 'x' }] }],
    ['stateful', { container: 'container_1' }],
    ['stateful', { thread: { type: 'create' } }],
  ])('%s: %j', async (reason, more) => {
    const { miss, phase, calls } = await twice(askAnthropic(JSON.stringify(more), more));
    expect([phase, header(miss, 'x-fourfold-reason'), calls]).toEqual(['bypass', reason, 2]);
  });

  it('is never answered from the cache, so that only-if-cached has nothing to say', async () => {
    const more = { container: 'container_1' };
    const headers: Header[] = [['Cache-Control', 'only-if-cached']];
    const answer = await send(askAnthropic('only if cached', more, headers));
    expect(answer.response?.status).toBe(504);
    expect(JSON.parse(bodyOf(answer))).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error', details: { error_code: 'fourfold_not_cached' } },
    });
  });
});

describe('which requests are the same', () => {
  const question = 'What is the capital of France?';
  const system = 'Be brief.';
  const history = [
    { role: 'user', content: 'My name is Ada.' },
    { role: 'assistant', content: 'Hello Ada.' },
  ];
  const messages = [...history, { role: 'user', content: question }];
  const base = { system, messages, temperature: 0.2, stop_sequences: ['END'], metadata: { user_id: 'u-1' } };
  const same: Record<string, object> = {
    'a list with one text': { ...base, messages: [...history, ...user(text(question)).messages] },
    'a system prompt in a block': { ...base, system: [text(system)] },
    'marks for the provider’s prompt cache': {
      ...base,
      cache_control: { type: 'ephemeral' },
      system: [text(system, { cache_control: { type: 'ephemeral', ttl: '1h' } })],
      messages: [...history, ...user(text(question, { cache_control: { type: 'ephemeral' } })).messages],
    },
    'a stream': { ...base, stream: true },
  };
  it.each(Object.entries(same))('%s', async (key, more) => {
    const { phase } = await twice(askAnthropic('', base, [], { key }), askAnthropic('', more, [], { key }));
    expect(phase).toBe('fingerprint');
  });

  it('the mark reaches the provider untouched', async () => {
    const marked = { system: [text('x', { cache_control: { type: 'ephemeral' } })] };
    pair.provider.forget();
    await send(askAnthropic('marked', marked));
    expect((await pair.provider.request(1)).json).toMatchObject(marked);
  });

  const others: Record<string, [more: object, headers?: Header[]]> = {
    'another model': [{ ...base, model: 'claude-haiku-4-5' }],
    'another system prompt': [{ ...base, system: 'Be long.' }],
    'another earlier turn': [{ ...base, messages: messages.slice(2) }],
    'another temperature': [{ ...base, temperature: 0.3 }],
    'other stop sequences': [{ ...base, stop_sequences: ['STOP'] }],
    'another user': [{ ...base, metadata: { user_id: 'u-2' } }],
    'another limit': [{ ...base, max_tokens: 1000 }],
    thinking: [{ ...base, thinking: { type: 'enabled', budget_tokens: 1024 } }],
    tools: [{ ...base, ...weather }],
    'an image': [{ ...base, messages: [...history, ...user(image, text(question)).messages] }],
    'a prefilled answer': [{ ...base, messages: [...messages, { role: 'assistant', content: 'It is' }] }],
    'another version of the API': [base, [['anthropic-version', '2024-01-01']]],
    'a beta': [base, [['anthropic-beta', 'context-1m-2025-08-07']]],
    'another workspace': [base, [['anthropic-workspace-id', 'wrkspc_1']]],
  };
  it.each(Object.entries(others))('%s is another request', async (key, [more, headers = []]) => {
    const first = askAnthropic('', base, [], { key });
    const { phase } = await twice(first, askAnthropic('', more, headers, { key }));
    expect(phase).toBe('miss');
    // Given that the first one is still there
    expect(phaseOf(await send(first))).toBe('fingerprint');
  });

  it('another key is another partition', async () => {
    const { phase } = await twice(
      askAnthropic('keys', {}, [], { key: 'a' }),
      askAnthropic('keys', {}, [], { key: 'b' }),
    );
    expect(phase).toBe('miss');
  });
});

describe('an agent loop', () => {
  const call = { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Paris' } };
  const result = (content: string) => ({ type: 'tool_result', tool_use_id: 'toolu_1', content });
  const loop = (question: string, answer: string) => ({
    ...weather,
    messages: [
      { role: 'user', content: question },
      { role: 'assistant', content: [call] },
      { role: 'user', content: [result(answer)] },
    ],
  });

  it.each(['strict', 'lastTurn'])(
    'never gets the answer of another task, conversation: %s',
    async (mode) => {
      const own = await startPair({ FOURFOLD_CONVERSATION: mode });
      const phase = async (question: string, answer: string) =>
        phaseOf(
          await exchange(own.sidecar.url, askAnthropic('', loop(question, answer), [], { key: 'loop' })),
        );
      try {
        expect(await phase('Is it raining in Paris?', 'done')).toBe('miss');
        expect(await phase('Is it snowing in Rome?', 'done')).toBe('miss');
        expect(await phase('Is it raining in Paris?', 'Done.')).toBe('miss');
        expect(await phase('Is it raining in Paris?', 'done')).toBe('exact');
      } finally {
        await own.close();
      }
    },
    90_000,
  );
});

describe('where the requests go', () => {
  it('nobody there: 502 in the provider’s own form', async () => {
    const sidecar = await startSidecar({ FOURFOLD_ANTHROPIC_UPSTREAM: 'http://127.0.0.1:1' });
    try {
      for (const path of ['/v1/messages', '/v1/messages/batches']) {
        const answer = await exchange(sidecar.url, askAnthropic('nobody', {}, [], { path }));
        expect(answer.response?.status).toBe(502);
        expect(JSON.parse(bodyOf(answer))).toMatchObject({ type: 'error', error: { type: 'api_error' } });
      }
    } finally {
      await sidecar.close();
    }
  }, 90_000);

  it('a header that cannot be read: 400 in the provider’s own form', async () => {
    const answer = await send(askAnthropic('unreadable', {}, [['x-fourfold-ttl', 'soon']]));
    expect(answer.response?.status).toBe(400);
    expect(JSON.parse(bodyOf(answer))).toMatchObject({
      error: { type: 'invalid_request_error', message: expect.stringContaining('x-fourfold-ttl') },
    });
  });

  it('a body that is no JSON is the provider’s to judge', async () => {
    const headers: Header[] = [
      ['Host', 'x'],
      ['x-api-key', 'k'],
      ['anthropic-version', '2023-06-01'],
      ['Content-Type', 'application/json'],
    ];
    const { straight, through } = await pair.both(request('POST', '/v1/messages', headers, '{"model":'));
    expect(essence(through)).toEqual(essence(straight));
    expect(header(through, 'x-fourfold-reason')).toBe('not-json');
  });
});
