import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../sidecar/dialects/dialect.ts';
import { openaiResponses } from '../../../../sidecar/dialects/openai-responses.ts';

/** What only this dialect says; what all dialects share is in test/contract/dialect.suite.ts. */
const readAll = (body: object, conversation: 'strict' | 'lastTurn' = 'strict', path = '/v1/responses') =>
  openaiResponses.read(
    { model: 'gpt-4.1', ...body },
    { conversation, identifyUser: true, path, query: '?api-version=preview' },
  );
const read = (body: object) => readAll(body).asked;
const question = 'What is Rust?';
const user = (content: unknown, more: object = {}) => ({ input: [{ role: 'user', content }], ...more });
const text = { type: 'input_text', text: question };
const call = { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' };
const result = { type: 'function_call_output', call_id: 'call_1', output: '7' };
const answered = {
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'Hi', annotations: [] }],
};

describe('compared by its words', () => {
  it.each([
    ['a text', { input: question }],
    ['a message', user(question)],
    ['a message that says its type', { input: [{ type: 'message', role: 'user', content: question }] }],
    ['the only part of a list', user([text])],
    ['after other items', { input: [{ role: 'system', content: 'x' }, answered, ...user(question).input] }],
    ['after reasoning', { input: [{ type: 'reasoning', id: 'rs_1', summary: [] }, ...user(question).input] }],
    ['after items named by id', { input: [{ type: 'item_reference', id: 'm' }, ...user(question).input] }],
    ['with an empty list of tools', { input: question, tools: [] }],
    ['with text asked for', { input: question, text: { format: { type: 'text' }, verbosity: 'low' } }],
  ])('%s', (_, body) => expect(read(body)).toMatchObject({ text: question, exactOnly: undefined }));

  it('all ways to say one message are one', () => {
    const [usual, ...others] = [
      { input: question },
      user(question),
      user([text]),
      { input: [{ type: 'message', role: 'user', content: [text] }] },
    ].map((body) => readAll(body).fixed);
    for (const other of others) expect(other).toEqual(usual);
  });
});

describe('compared by its bytes only', () => {
  const tools = [{ type: 'function', name: 'f' }];
  it.each([
    ['tools', { input: question, tools }],
    ['tools', { input: [...user(question).input, call, result] }],
    ['tools', { input: [call, result, ...user(question).input] }],
    ['tools', { input: [{ type: 'custom_tool_call_output', call_id: 'c', output: '' }] }],
    ['structured', { input: question, text: { format: { type: 'json_schema', name: 'x', schema: {} } } }],
    ['structured', { input: '{"a": 1}' }],
    ['multimodal', user([text, { type: 'input_image', image_url: 'https://example.test/a.png' }])],
    ['multimodal', user([{ type: 'input_file', file_id: 'file-1' }])],
    ['no-user-text', { input: [...user(question).input, answered] }],
    ['no-user-text', user([text, text])],
    ['no-user-text', { input: ' ' }],
    ['no-user-text', { input: [] }],
    ['no-user-text', {}],
  ])('%s: %j', (exactOnly, body) => expect(read(body)).toMatchObject({ text: undefined, exactOnly }));
});

describe('never cached', () => {
  const requests: [word: string, body: object][] = [
    ['stateful', { previous_response_id: 'resp_1' }],
    ['stateful', { conversation: 'conv_1' }],
    ['stateful', { conversation: { id: 'conv_1' } }],
    ['stateful', { prompt: { id: 'pmpt_1' } }],
    ['stateful', { prompt: 'pmpt_1' }],
    ['background', { background: true }],
    ['background', { background: true, previous_response_id: 'resp_1' }],
    ...[
      'web_search',
      'web_search_preview',
      'file_search',
      'code_interpreter',
      'computer_use_preview',
      'mcp',
      'image_generation',
      'shell',
      'one_of_tomorrow',
    ].map((type) => ['live', { tools: [{ type: 'function', name: 'f' }, { type }] }] as [string, object]),
    ['live', { tools: [null] }],
    ['live', { plugins: [{ id: 'web' }] }],
    ['live', { model: 'openai/gpt-4.1:online' }],
  ];
  it.each(requests)('%s: %j', (uncached, body) =>
    expect(read({ input: question, ...body }).uncached).toBe(uncached),
  );

  it('but what the application runs itself, and what is told to be nothing, is', () => {
    const tools = [{ type: 'function' }, { type: 'custom' }];
    const nothing = { previous_response_id: null, conversation: null, background: false, prompt: null };
    expect(read({ input: question, ...nothing, tools }).uncached).toBeUndefined();
    expect(read({ input: question, prompt: { id: 'p', version: '2' } }).uncached).toBeUndefined();
  });
});

it('says whose answer a later request may go on from', () => {
  expect(read({ input: question }).keptByProvider).toBe(true);
  expect(read({ input: question, store: false }).keptByProvider).toBe(false);
  expect(
    read({ input: question, store: false, include: ['reasoning.encrypted_content'] }).keptByProvider,
  ).toBe(true);
});

it('with `lastTurn` keeps instructions and what the user says last, with what follows it', () => {
  const body = {
    input: [{ role: 'developer', content: 'x' }, { role: 'user', content: 'a' }, answered, call, result],
  };
  const asked = readAll({ input: [...body.input, ...user(question).input] }, 'lastTurn');
  expect(asked.fixed.input).toEqual([
    { role: 'developer', content: 'x' },
    { role: 'user', content: question },
  ]);
  expect(readAll(body, 'lastTurn').fixed.input).toEqual(body.input);
});

it('takes a deployment for the model, and each base for itself', () => {
  const at = (path: string) => readAll({ input: question }, 'strict', path).query;
  expect(at('/v1/responses')).toBe('?api-version=preview');
  expect(at('/openai/v1/responses')).toBe('/openai/v1?api-version=preview');
  expect(at('/openai/responses')).toBe('/openai?api-version=preview');
});

describe('writes the events that the provider would write', () => {
  const written = (output: JsonObject[], more: object = {}) => {
    const response = { id: 'resp_1', object: 'response', status: 'completed', output, ...more };
    const stream = Buffer.from(
      openaiResponses.write(Buffer.from(JSON.stringify(response)), read({ input: '', stream: true })),
    );
    return stream
      .toString()
      .split('\n\n')
      .slice(0, -1)
      .map((block) => {
        const [event = '', data = ''] = block.split('\n');
        const parsed = JSON.parse(data.slice('data: '.length)) as JsonObject & { type: string };
        expect(event).toBe(`event: ${parsed.type}`);
        return parsed;
      });
  };

  it('numbers them, and tells the response before and after', () => {
    const events = written([], { usage: { total_tokens: 3 }, completed_at: 7 });
    expect(events.map((event) => event.sequence_number)).toEqual([0, 1, 2]);
    const begun = { id: 'resp_1', object: 'response', status: 'in_progress', output: [] };
    expect(events[0]?.response).toEqual({ ...begun, usage: null, completed_at: null });
    expect(events[1]?.response).toEqual(events[0]?.response);
    expect(events[2]?.response).toMatchObject({ status: 'completed', usage: { total_tokens: 3 } });
  });

  it('reasoning, a message and a call, in order', () => {
    const events = written([
      { id: 'rs_1', type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] },
      {
        id: 'msg_1',
        type: 'message',
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'Hi', annotations: [{ type: 'url_citation' }], logprobs: [] }],
      },
      { id: 'fc_1', type: 'function_call', status: 'completed', call_id: 'c', name: 'f', arguments: '{}' },
    ]);
    const told = events.slice(2, -1).map(({ type, output_index: index, delta, item_id: id }) => {
      return [type.replace('response.', ''), index, delta ?? id]
        .filter((each) => each !== undefined)
        .join(' ');
    });
    expect(told).toEqual([
      'output_item.added 0',
      'reasoning_summary_part.added 0 rs_1',
      'reasoning_summary_text.delta 0 Hm.',
      'reasoning_summary_text.done 0 rs_1',
      'reasoning_summary_part.done 0 rs_1',
      'output_item.done 0',
      'output_item.added 1',
      'content_part.added 1 msg_1',
      'output_text.delta 1 Hi',
      'output_text.annotation.added 1 msg_1',
      'output_text.done 1 msg_1',
      'content_part.done 1 msg_1',
      'output_item.done 1',
      'output_item.added 2',
      'function_call_arguments.delta 2 {}',
      'function_call_arguments.done 2 fc_1',
      'output_item.done 2',
    ]);
    expect(events[8]?.item).toMatchObject({ status: 'in_progress', content: [] });
    expect(events[9]?.part).toEqual({ type: 'output_text', text: '', annotations: [], logprobs: [] });
    expect(events[15]?.item).toMatchObject({ status: 'in_progress', arguments: '', call_id: 'c' });
  });
});
