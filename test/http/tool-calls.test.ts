import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Chat, type Reply, startChat } from '../support/chat.ts';

/** Answers that are calls of tools, and the loops of agents, of every API that has them. */
interface Api {
  readonly path: string;
  readonly streamPath?: string;
  /** A question with a tool to its aid, and what has happened since. */
  readonly body: (question: string, ...since: readonly object[]) => object;
  readonly stream: object;
  /** The call and its result, as the next request tells them. */
  readonly turns: (result: string) => readonly object[];
  /** Tells the calls in an answer apart, in any of its forms. */
  readonly ids: RegExp;
}

const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const named = { name: 'get_weather', description: 'The weather of a city' };
const city = { city: 'Paris' };
const stream = { stream: true };

const apis: Record<string, Api> = {
  'chat completions': {
    path: '/v1/chat/completions',
    stream,
    body: (question, ...since) => ({
      model: 'gpt-4o-mini',
      tools: [{ type: 'function', function: { ...named, parameters } }],
      messages: [{ role: 'user', content: question }, ...since],
    }),
    turns: (result) => [
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: named.name, arguments: JSON.stringify(city) } },
        ],
      },
      { role: 'tool', tool_call_id: 'call_1', content: result },
    ],
    ids: /call_\w+/g,
  },
  responses: {
    path: '/v1/responses',
    stream,
    body: (question, ...since) => ({
      model: 'gpt-4.1',
      tools: [{ type: 'function', ...named, parameters }],
      input: [{ role: 'user', content: question }, ...since],
    }),
    turns: (output) => [
      { type: 'function_call', call_id: 'call_1', name: named.name, arguments: JSON.stringify(city) },
      { type: 'function_call_output', call_id: 'call_1', output },
    ],
    ids: /"call_\w+"/g,
  },
  messages: {
    path: '/v1/messages',
    stream,
    body: (question, ...since) => ({
      model: 'claude-sonnet-4-5',
      max_tokens: 99,
      tools: [{ ...named, input_schema: parameters }],
      messages: [{ role: 'user', content: question }, ...since],
    }),
    turns: (content) => [
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: named.name, input: city }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content }] },
    ],
    ids: /toolu_\w+/g,
  },
  generateContent: {
    path: '/v1beta/models/gemini-2.5-flash:generateContent',
    streamPath: '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
    stream: {},
    body: (question, ...since) => ({
      tools: [{ functionDeclarations: [{ ...named, parameters }] }],
      contents: [{ role: 'user', parts: [{ text: question }] }, ...since],
    }),
    turns: (result) => [
      { role: 'model', parts: [{ functionCall: { name: named.name, args: city } }] },
      { role: 'user', parts: [{ functionResponse: { name: named.name, response: { result } } }] },
    ],
    ids: /"city":"\w+"/g,
  },
};

let keys = 0;
const somebody = () => `tools ${++keys}`;
const asking =
  ({ path, streamPath = path, stream }: Api) =>
  (chat: Chat, key: string, body: object, streams = false): Promise<Reply> =>
    chat.ask('', {
      key,
      path: streams ? streamPath : path,
      raw: JSON.stringify({ ...body, ...(streams ? stream : {}) }),
      headers: path === '/v1/messages' ? { 'anthropic-version': '2023-06-01' } : {},
    });
const question = 'What is the weather in Paris and Rome?';

describe.each(['strict', 'lastTurn'])('conversation: %s', (conversation) => {
  let chat: Chat;
  beforeAll(async () => {
    chat = await startChat({ FOURFOLD_CONVERSATION: conversation });
  });
  afterAll(() => chat?.close());

  describe.each(Object.entries(apis))('%s', (_, api) => {
    const ask = asking(api);
    const idsOf = ({ body }: Reply) => [...new Set(body.replaceAll(' ', '').match(api.ids))];

    it.each([
      ['JSON', false],
      ['a stream', true],
    ])(
      'calls that came as %s answer the same request again in either form, with their ids',
      async (_, first) => {
        const key = somebody();
        const miss = await ask(chat, key, api.body(question), first);
        expect(miss).toMatchObject({ status: 200, phase: 'miss' });
        expect(idsOf(miss).length).toBeGreaterThanOrEqual(2);
        for (const streams of [false, true]) {
          const hit = await ask(chat, key, api.body(question), streams);
          expect(hit).toMatchObject({ status: 200, phase: 'exact', entry: expect.any(String) });
          expect(idsOf(hit)).toEqual(idsOf(miss));
        }
      },
    );

    it('and no other words', async () => {
      const key = somebody();
      await ask(chat, key, api.body(question));
      expect(await ask(chat, key, api.body(question.toLowerCase()))).toMatchObject({ phase: 'miss' });
    });

    it('a step of a loop has no answer but its own', async () => {
      const key = somebody();
      const steps = [
        api.body(question),
        api.body(question, ...api.turns('Rain')),
        api.body(question, ...api.turns('rain')),
        api.body('Is there snow in Rome?', ...api.turns('Rain')),
        api.body(question, ...api.turns('Rain'), ...api.turns('Rain')),
      ];
      const first = [];
      for (const step of steps) first.push(await ask(chat, key, step));
      expect(first.map(({ phase }) => phase)).toEqual(steps.map(() => 'miss'));
      const again = [];
      for (const step of steps) again.push(await ask(chat, key, step));
      expect(again.map(({ phase }) => phase)).toEqual(steps.map(() => 'exact'));
      expect(again.map(({ body }) => body)).toEqual(first.map(({ body }) => body));
    });
  });
});

describe('with cacheToolCalls: false', () => {
  let chat: Chat;
  beforeAll(async () => {
    chat = await startChat({ FOURFOLD_CACHE_TOOL_CALLS: 'false' });
  });
  afterAll(() => chat?.close());

  it.each(Object.entries(apis))('%s: calls are not kept, words are', async (_, api) => {
    const ask = asking(api);
    const key = somebody();
    expect(await ask(chat, key, api.body(question))).toMatchObject({ phase: 'miss', reason: 'tool-calls' });
    expect(await ask(chat, key, api.body(question), true)).toMatchObject({ phase: 'miss' });
    expect(await ask(chat, key, api.body(question))).toMatchObject({ phase: 'miss', reason: 'tool-calls' });
    const told = api.body(question, ...api.turns('Rain'));
    expect(await ask(chat, key, told)).toMatchObject({ phase: 'miss' });
    expect(await ask(chat, key, told)).toMatchObject({ phase: 'exact' });
  });
});
