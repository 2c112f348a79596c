import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../sidecar/dialects/dialect.ts';
import { openaiChat } from '../../../../sidecar/dialects/openai-chat.ts';

/** What only this dialect says; what all dialects share is in test/contract/dialect.suite.ts. */
const read = (body: object) =>
  openaiChat.read(
    { model: 'gpt-4o-mini', ...body },
    { conversation: 'strict', identifyUser: true, path: '/v1/chat/completions', query: '' },
  ).asked;
const user = (content: unknown, more: object = {}) => ({ messages: [{ role: 'user', content }], ...more });
const question = 'What is Rust?';
const text = { type: 'text', text: question };
const called = { role: 'assistant', content: null, tool_calls: [{ id: 'call_1' }] };

describe('compared by its words', () => {
  it.each([
    ['a text', user(question)],
    ['the only part of a list', user([text])],
    [
      'after other turns',
      {
        messages: [
          { role: 'system', content: 'x' },
          { role: 'assistant', content: 'y' },
          ...user(question).messages,
        ],
      },
    ],
    ['with an empty list of tools', user(question, { tools: [] })],
    ['with response_format text', user(question, { response_format: { type: 'text' } })],
    ['with n 1', user(question, { n: 1 })],
  ])('%s', (_, body) => expect(read(body)).toMatchObject({ text: question, exactOnly: undefined }));

  it('a text that only looks like a payload', () => {
    expect(read(user('[sic] is Latin, {what} does it mean?')).exactOnly).toBeUndefined();
  });
});

describe('compared by its bytes only', () => {
  it.each([
    ['tools', user(question, { tools: [{ type: 'function' }] })],
    ['tools', user(question, { functions: [{ name: 'f' }] })],
    [
      'tools',
      {
        messages: [
          ...user(question).messages,
          called,
          { role: 'tool', tool_call_id: 'call_1', content: '7' },
        ],
      },
    ],
    ['tools', { messages: [called, { role: 'tool', content: '7' }, ...user(question).messages] }],
    ['tools', { messages: [{ role: 'function', name: 'f', content: '7' }, ...user(question).messages] }],
    [
      'tools',
      { messages: [{ role: 'assistant', function_call: { name: 'f' } }, ...user(question).messages] },
    ],
    ['structured', user(question, { response_format: { type: 'json_schema', json_schema: {} } })],
    ['structured', user(question, { response_format: { type: 'json_object' } })],
    ['structured', user(question, { prediction: { type: 'content', content: 'x' } })],
    ['structured', user(question, { n: 2 })],
    ['structured', user('{"a": 1}')],
    ['structured', user(' [1, 2] ')],
    ['multimodal', user([text, { type: 'image_url', image_url: { url: 'https://example.test/a.png' } }])],
    ['multimodal', user([{ type: 'input_audio', input_audio: { data: '', format: 'wav' } }])],
    ['multimodal', user([text, { type: 'file', file: { file_id: 'file-1' } }])],
    [
      'multimodal',
      {
        messages: [
          ...user([{ type: 'image_url', image_url: { url: 'x' } }]).messages,
          ...user(question).messages,
        ],
      },
    ],
    [
      'multimodal',
      user(question, { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } }),
    ],
    ['no-user-text', { messages: [...user(question).messages, { role: 'assistant', content: 'It is' }] }],
    ['no-user-text', user('  ')],
    ['no-user-text', user([text, text])],
    ['no-user-text', user(7)],
    ['no-user-text', { messages: [] }],
    ['no-user-text', {}],
  ])('%s: %j', (exactOnly, body) => expect(read(body)).toMatchObject({ text: undefined, exactOnly }));
});

it.each([
  { web_search_options: {} },
  { model: 'gpt-4o-search-preview' },
  { model: 'gpt-4o-mini-search-preview-2025-03-11' },
  { model: 'gpt-5-search-api' },
  { model: 'openai/gpt-4o:online' },
  { model: 'sonar' },
  { model: 'perplexity/sonar-pro' },
  { model: 'groq/compound' },
  { model: 'compound-beta-mini' },
  ...['web_search', 'live_search', 'builtin_function', 'openrouter:web_search', 'one_of_tomorrow'].map(
    (type) => ({ tools: [{ type: 'function', function: { name: 'f' } }, { type }] }),
  ),
  { tools: [{ googleSearch: {} }] },
  { tools: [null] },
  { plugins: [{ id: 'web' }] },
  { data_sources: [{ type: 'azure_search' }] },
  { search_parameters: {} },
  { search_parameters: { mode: 'auto' } },
  { enable_search: true },
])('is never cached when the provider itself searches or runs something for the answer: %j', (more) => {
  expect(read(user(question, more)).uncached).toBe('live');
});

it.each([
  {},
  { tools: [] },
  { tools: [{ type: 'function' }, { type: 'custom' }] },
  { functions: [{ name: 'f' }] },
  { plugins: [], data_sources: [], search_parameters: null, enable_search: null, web_search_options: null },
  { search_parameters: { mode: 'off' }, enable_search: false },
  { model: 'sonarqube-helper' },
  { model: 'research-online' },
  { model: 'chemistry-compound' },
])('may be cached when it does not: %j', (more) =>
  expect(read(user(question, more)).uncached).toBeUndefined(),
);

it('is of the account that the provider keeps it for', () => {
  expect(read(user(question, { store: true })).keptByProvider).toBe(true);
  expect(read(user(question)).keptByProvider).toBe(false);
});

it('is asked for by the user that the body names, the newer field first', () => {
  expect(read(user(question, { user: 'u' })).user).toBe('u');
  expect(read(user(question, { user: 'u', safety_identifier: 's' })).user).toBe('s');
  expect(read(user(question, { user: 7 })).user).toBeUndefined();
});

describe('writes the stream that the provider would write', () => {
  const head = { id: 'chatcmpl-1', created: 1, model: 'gpt-4o-mini-2024-07-18' };
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  const written = (message: object, finish: string, request: object) => {
    const choices = [{ index: 0, message, logprobs: null, finish_reason: finish }];
    const answer = Buffer.from(JSON.stringify({ ...head, object: 'chat.completion', choices, usage }));
    const stream = Buffer.from(openaiChat.write(answer, read(user(question, request)))).toString();
    return stream
      .split('\n\n')
      .map((line) => (line.startsWith('data: {') ? (JSON.parse(line.slice(6)) as JsonObject) : line));
  };
  const chunk = (delta: object, finish: string | null, more: object = {}) => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...more,
  });
  const role = { role: 'assistant', content: '', refusal: null };

  it('words', () => {
    const message = { role: 'assistant', content: 'Paris.', refusal: null };
    expect(written(message, 'stop', { stream: true })).toEqual([
      chunk(role, null),
      chunk({ content: 'Paris.' }, null),
      chunk({}, 'stop'),
      'data: [DONE]',
      '',
    ]);
  });

  it('words and usage, which every other chunk says is null', () => {
    const message = { role: 'assistant', content: 'Paris.', refusal: null };
    expect(written(message, 'stop', { stream: true, stream_options: { include_usage: true } })).toEqual([
      chunk(role, null, { usage: null }),
      chunk({ content: 'Paris.' }, null, { usage: null }),
      chunk({}, 'stop', { usage: null }),
      { ...head, object: 'chat.completion.chunk', choices: [], usage },
      'data: [DONE]',
      '',
    ]);
  });

  it('reasoning in a chunk of its own, before the words', () => {
    const message = { role: 'assistant', reasoning_content: 'Hm.', content: 'Paris.', refusal: null };
    expect(written(message, 'stop', { stream: true })).toEqual([
      chunk(role, null),
      chunk({ reasoning_content: 'Hm.' }, null),
      chunk({ content: 'Paris.' }, null),
      chunk({}, 'stop'),
      'data: [DONE]',
      '',
    ]);
  });

  it('tool calls, each with its index', () => {
    const calls = ['a', 'b'].map((id) => ({ id, type: 'function', function: { name: id, arguments: '{}' } }));
    const message = { role: 'assistant', content: null, refusal: null, tool_calls: calls };
    expect(written(message, 'tool_calls', { stream: true })).toEqual([
      chunk({ ...role, content: null }, null),
      chunk({ tool_calls: [{ index: 0, ...calls[0] }] }, null),
      chunk({ tool_calls: [{ index: 1, ...calls[1] }] }, null),
      chunk({}, 'tool_calls'),
      'data: [DONE]',
      '',
    ]);
  });
});
