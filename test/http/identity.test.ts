import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asking, type Chat, startChat } from '../support/chat.ts';
import { configFile } from '../support/wire/config-file.ts';
import { eventually } from '../support/wire/index.ts';

/** Which requests are the same, seen from outside; test/unit/sidecar/lookup/identity.test.ts tries many more. */
let chat: Chat;
beforeAll(async () => {
  chat = await startChat();
});
afterAll(() => chat?.close());

const messages = [
  { role: 'system', content: 'You answer in one sentence.' },
  { role: 'user', content: 'My name is Ada.', name: 'ada' },
  { role: 'assistant', content: 'Hello Ada.' },
  { role: 'user', content: 'What is the capital of France?', name: 'ada' },
];
const tool = { type: 'function', function: { name: 'get_time', parameters: { type: 'object' } } };
const base = {
  model: 'gpt-4o-mini',
  messages,
  temperature: 0.2,
  top_p: 0.9,
  seed: 7,
  stop: ['END'],
  max_tokens: 100,
  logit_bias: { '50256': -100 },
  user: 'user-1',
  vendor: { deep: [{ er: 1 }] },
};
const replaced = (index: number, message: object) => ({
  messages: messages.map((each, i) => (i === index ? { ...each, ...message } : each)),
});

const others: Record<string, object> = {
  model: { model: 'gpt-4o' },
  'system prompt': replaced(0, { content: 'You answer in two sentences.' }),
  'its role': replaced(0, { role: 'developer' }),
  'an earlier turn': replaced(1, { content: 'My name is Bob.' }),
  'an earlier answer': replaced(2, { content: 'Hello.' }),
  'the name of the asker': replaced(3, { name: 'bob' }),
  'a turn more': { messages: [...messages.slice(0, 3), messages[2], messages[3]] },
  'a turn less': { messages: messages.slice(2) },
  tools: { tools: [tool] },
  tool_choice: { tool_choice: 'none' },
  response_format: { response_format: { type: 'json_object' } },
  temperature: { temperature: 0.3 },
  top_p: { top_p: 0.8 },
  seed: { seed: 8 },
  stop: { stop: ['STOP'] },
  max_tokens: { max_tokens: 101 },
  max_completion_tokens: { max_completion_tokens: 100 },
  n: { n: 2 },
  logit_bias: { logit_bias: { '50256': -99 } },
  user: { user: 'user-2' },
  'an unknown field': { vendor_2: true },
  'an unknown field that is null': { vendor_2: null },
  'an unknown field far inside': { vendor: { deep: [{ er: 2 }] } },
};

describe('a request that differs in one thing reaches the provider', () => {
  const is = async (key: string, asked: object, more: Asking = {}) => {
    const first = await chat.ask(base, { key });
    expect(first).toMatchObject({ status: 200, phase: 'miss' });
    expect(await chat.ask(asked, { key, ...more })).toMatchObject({ status: 200, phase: 'miss' });
    // Given that the first one is still there
    expect(await chat.ask(base, { key })).toMatchObject({ phase: 'fingerprint', entry: first.entry });
  };

  it.each(Object.entries(others))('%s', (name, fields) => is(name, { ...base, ...fields }));

  it.each(Object.entries(base).filter(([name]) => !['model', 'messages'].includes(name)))(
    'without %s',
    (name) =>
      is(`without ${name}`, Object.fromEntries(Object.entries(base).filter(([each]) => each !== name))),
  );

  const asked: Record<string, Asking> = {
    organization: { headers: { 'OpenAI-Organization': 'org-1' } },
    project: { headers: { 'OpenAI-Project': 'proj-1' } },
    query: { path: '/v1/chat/completions?api-version=1' },
    tenant: { headers: { 'x-fourfold-tenant': 'blue' } },
    credential: { key: 'another' },
    'credential of another header': { headers: { 'api-key': 'another' } },
  };
  it.each(Object.entries(asked))('%s', (name, more) => is(`as ${name}`, base, more));

  it('a seed beyond what a double can tell apart', async () => {
    const raw = (seed: string) => ({
      key: 'seed',
      raw: `{"model":"gpt-4o-mini","seed":${seed},"messages":[{"role":"user","content":"Roll a die"}]}`,
    });
    await chat.ask('', raw('9007199254740993'));
    expect((await chat.ask('', raw('9007199254740992'))).phase).toBe('miss');
    expect((await chat.ask('', raw('9007199254740993'))).phase).toBe('fingerprint');
  });
});

describe('a request that says the same is a hit', () => {
  it.each([
    ['fields in another order', JSON.stringify(reversed(base))],
    ['white space', JSON.stringify(base, undefined, '\t')],
    ['escapes', JSON.stringify(base).replaceAll('capital', '\\u0063apital')],
    ['numbers in other letters', JSON.stringify(base).replace('0.2', '2e-1')],
    ['a null stream', JSON.stringify({ ...base, stream: null })],
    ['a stream', JSON.stringify({ ...base, stream: true })],
    [
      'a stream with usage',
      JSON.stringify({ ...base, stream: true, stream_options: { include_usage: true } }),
    ],
  ])('%s', async (key, raw) => {
    expect((await chat.ask(base, { key })).phase).toBe('miss');
    expect(await chat.ask('', { key, raw })).toMatchObject({ status: 200, phase: 'fingerprint' });
  });
});

describe('odd JSON reaches the provider, byte for byte, and harms nobody', () => {
  const deep = 100_000;
  const around = (extra: string) =>
    `{"model":"gpt-4o-mini","messages":[{"role":"user","content":"What is Rust?"}]${extra}}`;
  const odd: Record<string, string | Buffer> = {
    'the name __proto__': around(',"__proto__":{"polluted":true}'),
    'the name __proto__ far inside': around(
      ',"a":{"__proto__":{"toString":1}},"constructor":{"prototype":{"x":1}}',
    ),
    'deep nesting': around(`,"a":${'['.repeat(deep)}${']'.repeat(deep)}`),
    'deep objects': around(`,"a":${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`),
    'a lone surrogate in a field': around(',"a":"\\ud800"'),
    'a lone surrogate in a name': around(',"\\udfff":1'),
    'a lone surrogate in the text': around('').replace('Rust', '\\ud83d'),
    'a huge number': around(',"seed":1e400'),
    'a number of many digits': around(`,"seed":${'9'.repeat(500)}`),
    'negative zero': around(',"temperature":-0'),
    'a name twice': around(',"model":"gpt-4o"'),
    'a null character': around('').replace('Rust', '\\u0000'),
    'a byte order mark': `\ufeff${around('')}`,
    'invalid UTF-8': Buffer.concat([
      Buffer.from(around('').replace('Rust?"}]}', '')),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}]}'),
    ]),
    'a list': '[1,2]',
    null: 'null',
    'a text': '"hello"',
    nothing: '',
    'half an object': '{"model":"gpt-4o-mini"',
    'no messages': '{"model":"gpt-4o-mini"}',
    'messages that are none': '{"model":"gpt-4o-mini","messages":[null,1,"x",[],{}]}',
    'messages that are a number': '{"model":7,"messages":7}',
    'content that is a number': '{"model":"gpt-4o-mini","messages":[{"role":"user","content":7}]}',
    'an empty text': around('').replace('What is Rust?', ' '),
    'a text of punctuation': around('').replace('What is Rust?', '?!…'),
    'a text of right-to-left marks': around('').replace('What is Rust?', '\u202e\u200b\ufeff'),
  };
  it.each(Object.entries(odd))('%s', async (name, raw) => {
    chat.provider.forget();
    const key = `odd ${name}`;
    // The provider's own opinion is not the matter here
    chat.provider.next({ reply: { status: 400, body: '{}' } }, { reply: { status: 400, body: '{}' } });
    for (let n = 1; n <= 2; n++) {
      expect((await chat.ask('', { key, raw })).status).toBe(400);
      expect((await chat.provider.request(n)).body.equals(Buffer.from(raw))).toBe(true);
    }
    // And the next asker is served
    chat.provider.forget();
    await chat.ask('What is Rust?', { key });
    expect(await chat.ask('What is Rust?', { key })).toMatchObject({ status: 200, phase: 'fingerprint' });
    expect(chat.provider.stats().calls).toBe(1);
  });

  it('what cannot be told apart from others is not cached', async () => {
    for (const name of ['a lone surrogate in a field', 'a huge number', 'a lone surrogate in the text']) {
      const reply = await chat.ask('', { key: `uncached ${name}`, raw: odd[name] ?? '' });
      expect({ name, phase: reply.phase, reason: reply.reason }).toEqual({
        name,
        phase: 'bypass',
        reason: 'not-json',
      });
    }
  });
});

describe('two texts that differ in broken characters only', () => {
  it('are not the same', async () => {
    const raw = (broken: string) => ({
      key: 'broken',
      raw: `{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Explain ${broken} please"}]}`,
    });
    await chat.ask('', raw('\\ud800'));
    expect(['miss', 'bypass']).toContain((await chat.ask('', raw('\\ud801'))).phase);
  });
});

describe('by configuration', () => {
  const asPhase = async (
    settings: Record<string, string>,
    one: Asking,
    other: Asking,
    body: object = base,
  ) => {
    const configured = await startChat(settings);
    try {
      expect((await configured.ask(body, one)).phase).toBe('miss');
      const { phase } = await configured.ask(body, other);
      // Given that the first one would be a hit again
      expect((await configured.ask(body, one)).phase).toBe('fingerprint');
      return phase;
    } finally {
      await configured.close();
    }
  };
  const team = (name: string) => ({ headers: { 'X-Team': name } });
  /** Of a client of Azure API Management, which asks Azure with one key for all. */
  const subscription = (key: string) => ({ headers: { 'Ocp-Apim-Subscription-Key': key } });

  it.each([
    ['none', { key: 'a' }, { key: 'b', body: { user: 'other' } }, 'fingerprint'],
    ['none', { key: 'a' }, { key: 'a', headers: { 'x-fourfold-tenant': 'blue' } }, 'miss'],
    ['user', { key: 'a' }, { key: 'b' }, 'fingerprint'],
    ['user', { key: 'a' }, { key: 'a', body: { user: 'other' } }, 'miss'],
    ['header:X-Team', { key: 'a', ...team('red') }, { key: 'b', ...team('red') }, 'fingerprint'],
    ['header:X-Team', team('red'), team('blue'), 'miss'],
    ['credential,header:x-team', { key: 'a', ...team('red') }, { key: 'b', ...team('red') }, 'miss'],
    ['credential', { key: 'a', ...subscription('1') }, { key: 'a', ...subscription('2') }, 'miss'],
  ])('partitionBy %s: %j, then %j: %s', async (partitionBy, one, other, phase) => {
    expect(await asPhase({ FOURFOLD_PARTITION_BY: partitionBy }, one, other)).toBe(phase);
  });

  it.each([
    ['lastTurn', 'fingerprint'],
    ['strict', 'miss'],
  ])('conversation %s: after other turns the same question is a %s', async (conversation, phase) => {
    const other = { body: { messages: [messages[0], messages[3]] } };
    expect(await asPhase({ FOURFOLD_CONVERSATION: conversation }, {}, other)).toBe(phase);
  });

  it('conversation: what rests on turns that nobody compared is no answer once they count', async () => {
    const file = configFile({ conversation: 'lastTurn' });
    const chat = await startChat({ FOURFOLD_CONFIG: file });
    const ask = (conversation: object[]) => chat.ask({ messages: conversation });
    const last = { role: 'user', content: 'How do I install it?' };
    await ask([
      { role: 'user', content: 'Tell me about Rust' },
      { role: 'assistant', content: 'Rust is…' },
      last,
    ]);
    expect((await ask([last])).phase).toBe('fingerprint');
    writeFileSync(file, JSON.stringify({ conversation: 'strict' }));
    await eventually(() => chat.sidecar.log.some(({ msg }) => msg === 'configuration changed'), 20_000);
    expect((await ask([last])).phase).toBe('miss');
    await chat.close();
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}
