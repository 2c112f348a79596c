import { describe, expect, it } from 'vitest';
import { anthropic } from '../../../../sidecar/dialects/anthropic.ts';
import type { JsonObject } from '../../../../sidecar/dialects/dialect.ts';

/** What only this dialect says; what all dialects share is in test/contract/dialect.suite.ts. */
const rules = { conversation: 'strict', identifyUser: true, path: '/v1/messages', query: '' } as const;
const read = (body: object, more: object = {}) =>
  anthropic.read({ model: 'claude-sonnet-4-5', max_tokens: 9, ...body }, { ...rules, ...more });
const question = 'What is Rust?';
const text = (said: string = question, more: object = {}) => ({ type: 'text', text: said, ...more });
const user = (content: unknown, more: object = {}) => ({ messages: [{ role: 'user', content }], ...more });
const image = { type: 'image', source: { type: 'url', url: 'https://example.test/a.png' } };
const use = { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} };
const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'ok' };
const tool = { name: 'f', input_schema: { type: 'object' } };

describe('compared by its words', () => {
  it.each([
    ['a text', user(question)],
    ['the only block', user([text()])],
    ['a block that is marked', user([text(question, { cache_control: { type: 'ephemeral' } })])],
    [
      'after thoughts',
      { messages: [{ role: 'assistant', content: [{ type: 'thinking' }] }, ...user(question).messages] },
    ],
    ['with an empty list of tools', user(question, { tools: [] })],
    ['with effort', user(question, { output_config: { effort: 'low' } })],
  ])('%s', (_, body) =>
    expect(read(body).asked).toMatchObject({ text: question, exactOnly: undefined, uncached: undefined }),
  );
});

describe('compared by its bytes only', () => {
  it.each([
    ['tools', user(question, { tools: [tool] })],
    ['tools', { messages: [{ role: 'assistant', content: [use] }, ...user([result]).messages] }],
    ['tools', { messages: [{ role: 'user', content: [result] }, ...user(question).messages] }],
    ['tools', user([{ type: 'web_search_tool_result' }, text()])],
    ['structured', user(question, { output_config: { format: { type: 'json_schema' } } })],
    ['structured', user(question, { output_format: { type: 'json_schema' } })],
    ['structured', user('{"a": 1}')],
    ['multimodal', user([image, text()])],
    ['multimodal', user([{ type: 'document', source: {} }, text()])],
    ['multimodal', user([{ type: 'something_new' }])],
    ['no-user-text', user([text(), text()])],
    ['no-user-text', user([text(question, { citations: [] })])],
    ['no-user-text', { messages: [...user(question).messages, { role: 'assistant', content: 'It is' }] }],
    ['no-user-text', { messages: [...user(question).messages, { role: 'system', content: 'x' }] }],
    ['no-user-text', user('  ')],
    ['no-user-text', user(7)],
    ['no-user-text', {}],
  ])('%s: %j', (exactOnly, body) =>
    expect(read(body).asked).toMatchObject({ text: undefined, exactOnly, uncached: undefined }),
  );
});

describe('never cached', () => {
  it.each([
    ['live', { tools: [tool, { type: 'web_search_20260318', name: 'web_search' }] }],
    ['live', { tools: [{ type: 'mcp_toolset', mcp_server_name: 'x' }] }],
    ['live', { mcp_servers: [{ type: 'url' }] }],
    ['stateful', { container: { id: 'container_1' } }],
    ['stateful', { thread: { type: 'continue', previous_message_id: 'msg_1' } }],
    [undefined, { container: null, thread: null, mcp_servers: [] }],
    [undefined, { tools: [{ type: 'bash_20250124' }, { type: 'tool_search_tool_bm25_20251119' }] }],
    [undefined, { tools: [{ type: 'computer_toolset_20260801' }, { type: 'text_editor_20250728' }] }],
  ])('%s: %j', (uncached, more) => expect(read(user(question, more)).asked.uncached).toBe(uncached));
});

describe('counts nothing', () => {
  const mark = { cache_control: { type: 'ephemeral', ttl: '1h' } };
  const plain = {
    system: [text('Be brief.')],
    tools: [tool],
    messages: [
      { role: 'assistant', content: [use] },
      { role: 'user', content: [{ ...result, content: [text('ok')] }] },
    ],
  };
  const marked = {
    ...mark,
    system: [text('Be brief.', mark)],
    tools: [{ ...tool, ...mark }],
    messages: [
      { role: 'assistant', content: [{ ...use, ...mark }] },
      { role: 'user', content: [{ ...result, ...mark, content: [text('ok', mark)] }] },
    ],
  };

  it('where the provider’s own cache is marked', () => {
    expect(read(marked).fixed).toEqual(read(plain).fixed);
  });

  it('but a field of that name that is the application’s', () => {
    const schema = { type: 'object', properties: { cache_control: {} } };
    const own = { ...plain, tools: [{ name: 'f', input_schema: schema }] };
    expect(read(own).fixed.tools).toEqual(own.tools);
    const input = { ...use, input: { cache_control: 1 } };
    const called = { messages: [{ role: 'assistant', content: [input] }] };
    expect(read(called).fixed.messages).toEqual(called.messages);
  });

  it('whether a content is a text or a list of one', () => {
    const turns = (content: unknown) => ({
      system: content,
      messages: [{ role: 'assistant', content }, ...user(question).messages],
    });
    expect(read(turns('x')).fixed).toEqual(read(turns([text('x')])).fixed);
  });

  it('the end user, where everybody shares everything', () => {
    const body = user(question, { metadata: { user_id: 'u', more: 1 } });
    expect(read(body).asked.user).toBe('u');
    expect(read(body, { identifyUser: false }).fixed.metadata).toEqual({ more: 1 });
  });
});

describe('conversation: lastTurn', () => {
  const last = (messages: object[]) => read({ messages }, { conversation: 'lastTurn' }).fixed.messages;
  const said = (role: string, content: string) => ({ role, content: [text(content)] });
  const loose = { role: 'user', content: { '': 'loose text' } };

  it('is what the application instructs and the last turn', () => {
    const turns = [said('user', 'a'), said('assistant', 'b'), said('system', 'c'), said('user', 'd')];
    expect(last(turns)).toEqual([said('system', 'c'), loose]);
  });

  it('is everything where tools were used', () => {
    const turns = [
      said('user', 'a'),
      { role: 'assistant', content: [use] },
      { role: 'user', content: [result] },
    ];
    expect(last(turns)).toEqual(turns);
  });
});

describe('an answer', () => {
  const thinking = { type: 'thinking', thinking: 'Hm.', signature: 's' };
  const message = (content: object[]) => ({ id: 'msg_1', type: 'message', role: 'assistant', content });
  const write = (content: object[], form: object, sameWords?: boolean) =>
    Buffer.from(
      anthropic.write(
        Buffer.from(JSON.stringify(message(content))),
        read(user(question, form)).asked,
        sameWords,
      ),
    ).toString();

  it('to other words comes without what was thought about these', () => {
    const hidden = { type: 'redacted_thinking', data: 'd' };
    expect(write([thinking, hidden, text('Yes.')], {})).toBe(JSON.stringify(message([text('Yes.')])));
    expect(write([thinking, text('Yes.')], {}, true)).toBe(JSON.stringify(message([thinking, text('Yes.')])));
    expect(write([thinking, text('Yes.')], { stream: true })).not.toContain('thinking');
  });

  it('keeps the digits of a tool’s input in both forms', () => {
    const input = '{"id":9007199254740993,"share":1.50}';
    const content = `{"type":"tool_use","id":"t","name":"f","input":${input}}`;
    const answer = Buffer.from(`{"id":"m","type":"message","content":[${content}],"stop_reason":"tool_use"}`);
    const asked = read(user(question, { stream: true })).asked;
    const stream = Buffer.from(anthropic.write(answer, asked, true));
    expect(stream.toString()).toContain(JSON.stringify(input));
    const recorder = anthropic.recorder('stream');
    recorder.push(stream);
    const recording: JsonObject = { ...recorder.end() };
    expect(Buffer.from(recording.answer as Uint8Array).toString()).toContain(input);
  });
});
