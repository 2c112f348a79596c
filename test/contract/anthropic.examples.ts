import type { Answer, DialectExamples } from './dialect.suite.ts';

/** Written from the published format of Messages. */
const question = 'What is the capital of France?';
const ask = { model: 'claude-sonnet-4-5', max_tokens: 1024, messages: [{ role: 'user', content: question }] };

const head = {
  id: 'msg_013Zva2CMHLNnXjNJJKqJ2EF',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
};
const usage = {
  input_tokens: 14,
  cache_creation_input_tokens: 5,
  cache_read_input_tokens: 6,
  cache_creation: { ephemeral_5m_input_tokens: 5, ephemeral_1h_input_tokens: 0 },
  output_tokens: 8,
  service_tier: 'standard',
};
const begun = { ...usage, output_tokens: 1 };
const ended = { output_tokens: 8 };

const text = (said: string, more: object = {}) => ({ type: 'text', text: said, ...more });
const message = (content: object[], stop = 'end_turn', more: object = {}) => ({
  ...head,
  content,
  stop_reason: stop,
  stop_sequence: null,
  usage,
  ...more,
});
const json = (value: object) => JSON.stringify(value);

const event = (type: string, rest: object = {}) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
const start = (more: object = {}) =>
  event('message_start', {
    message: { ...head, content: [], stop_reason: null, stop_sequence: null, usage: begun, ...more },
  });
const open = (index: number, block: object) => event('content_block_start', { index, content_block: block });
const delta = (index: number, type: string, rest: object) =>
  event('content_block_delta', { index, delta: { type, ...rest } });
const close = (index: number) => event('content_block_stop', { index });
const finish = (stop = 'end_turn', more: object = {}) =>
  event('message_delta', { delta: { stop_reason: stop, stop_sequence: null, ...more }, usage: ended });
const stop = event('message_stop');

const block = (index: number, first: object, ...deltas: [type: string, rest: object][]) =>
  open(index, first) + deltas.map(([type, rest]) => delta(index, type, rest)).join('') + close(index);
const words = (index: number, ...parts: string[]) =>
  block(index, text(''), ...parts.map((part): [string, object] => ['text_delta', { text: part }]));
const paris = words(0, 'The', ' capital is', ' Paris 🗼', '.');
const said = text('The capital is Paris 🗼.');

const thought = {
  type: 'thinking',
  thinking: 'They ask for Paris.',
  signature: 'EqQBCgIYAhIM1gbcDa9GJwZA2b3h',
};
const hidden = { type: 'redacted_thinking', data: 'EmwKAhgBEgy3va3pzix/LafPsn4a' };
const use = (id: string, input: object) => ({ type: 'tool_use', id, name: 'get_weather', input });
const uses = [use('toolu_1', { city: 'Paris', days: 3 }), use('toolu_2', {})];
const citation = {
  type: 'char_location',
  cited_text: 'Paris is the capital.',
  document_index: 0,
  document_title: null,
  start_char_index: 0,
  end_char_index: 21,
};
const search = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } };

const kept: Answer[] = [
  {
    name: 'as the reference shows it',
    form: 'json',
    bytes: json(message([said])),
    becomes: { message: message([said]), tokens: 33 },
  },
  {
    name: 'with white space, and fields that are newer than this code',
    form: 'json',
    bytes: `${JSON.stringify(message([said], 'end_turn', { context_management: { applied_edits: [] } }), undefined, 2)}\n`,
    becomes: {
      message: message([said], 'end_turn', { context_management: { applied_edits: [] } }),
      tokens: 33,
    },
  },
  {
    name: 'ended at a sequence of the request',
    form: 'json',
    bytes: json(message([said], 'stop_sequence', { stop_sequence: 'END' })),
    becomes: { message: message([said], 'stop_sequence', { stop_sequence: 'END' }), tokens: 33 },
  },
  {
    name: 'thoughts, words and tool calls',
    form: 'json',
    bytes: json(message([thought, hidden, said, ...uses], 'tool_use')),
    becomes: { message: message([thought, hidden, said, ...uses], 'tool_use'), tokens: 33, toolCalls: true },
  },
  {
    name: 'words with their sources',
    form: 'json',
    bytes: json(
      message([text('Paris', { citations: [citation, citation] }), text('.', { citations: null })]),
    ),
    becomes: {
      message: message([text('Paris', { citations: [citation, citation] }), text('.', { citations: null })]),
      tokens: 33,
    },
  },

  {
    name: 'as the reference shows it',
    form: 'stream',
    bytes: start() + event('ping') + paris + finish() + stop,
    becomes: { message: message([said]), tokens: 33 },
  },
  {
    name: 'with comments, a mark, and line ends of the network',
    form: 'stream',
    bytes: `\ufeff: hello\n\n${start()}${event('ping')}${paris}${event('ping')}${finish()}${stop}`.replaceAll(
      '\n',
      '\r\n',
    ),
    becomes: { message: message([said]), tokens: 33 },
  },
  {
    name: 'thoughts with their signature, and some that are hidden',
    form: 'stream',
    bytes:
      start() +
      block(
        0,
        { ...thought, thinking: '', signature: '' },
        ['thinking_delta', { thinking: 'They ask' }],
        ['thinking_delta', { thinking: ' for Paris.' }],
        ['signature_delta', { signature: thought.signature }],
      ) +
      block(1, hidden) +
      words(2, said.text) +
      finish() +
      stop,
    becomes: { message: message([thought, hidden, said]), tokens: 33 },
  },
  {
    name: 'tool calls, their input in pieces, one of them without any',
    form: 'stream',
    bytes:
      start() +
      words(0, said.text) +
      block(
        1,
        { ...uses[0], input: {} },
        ['input_json_delta', { partial_json: '' }],
        ['input_json_delta', { partial_json: '{"city":"Pa' }],
        ['input_json_delta', { partial_json: 'ris","days":3}' }],
      ) +
      block(2, { ...uses[1], input: {} }, ['input_json_delta', { partial_json: '' }]) +
      finish('tool_use') +
      stop,
    becomes: { message: message([said, ...uses], 'tool_use'), tokens: 33, toolCalls: true },
  },
  {
    name: 'words with their sources',
    form: 'stream',
    bytes:
      start() +
      block(
        0,
        text('', { citations: [] }),
        ['text_delta', { text: 'Par' }],
        ['text_delta', { text: 'is' }],
        ['citations_delta', { citation }],
        ['citations_delta', { citation }],
      ) +
      finish() +
      stop,
    becomes: { message: message([text('Paris', { citations: [citation, citation] })]), tokens: 33 },
  },
  {
    name: 'counts that are corrected at the end',
    form: 'stream',
    bytes:
      start() +
      paris +
      event('message_delta', {
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { input_tokens: 20, cache_read_input_tokens: null, output_tokens: 8, server_tool_use: null },
      }) +
      stop,
    becomes: { message: message([said], 'end_turn', { usage: { ...usage, input_tokens: 20 } }), tokens: 39 },
  },
  {
    name: 'padded, with details of its end and of its usage, as newer models say them',
    form: 'stream',
    bytes: (
      start({ stop_details: null }) +
      paris +
      event('message_delta', {
        delta: { stop_reason: 'end_turn', stop_sequence: null, stop_details: null },
        usage: { ...ended, output_tokens_details: { thinking_tokens: 3 } },
      }) +
      stop
    ).replaceAll('}\n\n', '}      \n\n'),
    becomes: {
      message: message([said], 'end_turn', {
        stop_details: null,
        usage: { ...usage, output_tokens_details: { thinking_tokens: 3 } },
      }),
      tokens: 33,
    },
  },
];

const refused: Answer[] = [
  ...(
    [
      ['max_tokens', 'length'],
      ['model_context_window_exceeded', 'length'],
      ['refusal', 'refusal'],
      ['pause_turn', 'incomplete'],
      ['compaction', 'incomplete'],
      ['newer', 'incomplete'],
    ] as const
  ).flatMap(([reason, becomes]): Answer[] => [
    { name: `stopped by ${reason}`, form: 'json', bytes: json(message([said], reason)), becomes },
    {
      name: `stopped by ${reason}`,
      form: 'stream',
      bytes: start() + paris + finish(reason) + stop,
      becomes,
    },
  ]),
  { name: 'empty', form: 'json', bytes: json(message([])), becomes: 'empty' },
  { name: 'white space', form: 'json', bytes: json(message([text(' \n')])), becomes: 'empty' },
  { name: 'thoughts only', form: 'json', bytes: json(message([thought])), becomes: 'empty' },
  {
    name: 'no reason to have ended',
    form: 'json',
    bytes: json(message([said], 'end_turn', { stop_reason: null })),
    becomes: 'incomplete',
  },
  {
    name: 'a tool call that is none',
    form: 'json',
    bytes: json(message([said], 'tool_use')),
    becomes: 'malformed',
  },
  {
    name: 'what a search found',
    form: 'json',
    bytes: json(message([search, said])),
    becomes: 'unsupported-answer',
  },
  {
    name: 'a container',
    form: 'json',
    bytes: json(message([said], 'end_turn', { container: { id: 'container_1' } })),
    becomes: 'unsupported-answer',
  },
  {
    name: 'an error',
    form: 'json',
    bytes: '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}',
    becomes: 'malformed',
  },
  { name: 'half of it', form: 'json', bytes: json(message([said])).slice(0, -20), becomes: 'malformed' },
  { name: 'nothing', form: 'json', bytes: '', becomes: 'malformed' },
  { name: 'null', form: 'json', bytes: 'null', becomes: 'malformed' },

  { name: 'empty', form: 'stream', bytes: start() + finish() + stop, becomes: 'empty' },
  {
    name: 'without its terminal event',
    form: 'stream',
    bytes: start() + paris + finish(),
    becomes: 'incomplete',
  },
  { name: 'without its end', form: 'stream', bytes: start() + paris + stop, becomes: 'incomplete' },
  {
    name: 'a block that is never closed',
    form: 'stream',
    bytes: start() + paris + open(1, text('')) + finish() + stop,
    becomes: 'incomplete',
  },
  {
    name: 'an error in the middle',
    form: 'stream',
    bytes:
      start() +
      paris +
      event('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }) +
      finish() +
      stop,
    becomes: 'malformed',
  },
  {
    name: 'an event that is newer than this code',
    form: 'stream',
    bytes: start() + paris + event('message_retraction') + finish() + stop,
    becomes: 'malformed',
  },
  {
    name: 'a delta that is newer than this code',
    form: 'stream',
    bytes: start() + block(0, text(''), ['audio_delta', { audio: 'UklG' }]) + finish() + stop,
    becomes: 'malformed',
  },
  {
    name: 'a delta for a block that was never begun',
    form: 'stream',
    bytes: start() + paris + delta(7, 'text_delta', { text: 'x' }) + finish() + stop,
    becomes: 'malformed',
  },
  {
    name: 'input that is no JSON',
    form: 'stream',
    bytes:
      start() +
      block(0, { ...uses[0], input: {} }, ['input_json_delta', { partial_json: '{"city":' }]) +
      finish('tool_use') +
      stop,
    becomes: 'malformed',
  },
  {
    name: 'a delta that is no text',
    form: 'stream',
    bytes: start() + block(0, text(''), ['text_delta', { text: 7 }]) + finish() + stop,
    becomes: 'malformed',
  },
  {
    name: 'words before the start',
    form: 'stream',
    bytes: paris + start() + finish() + stop,
    becomes: 'malformed',
  },
  {
    name: 'a block before its first event',
    form: 'stream',
    bytes: start({ content: [said] }) + words(0, 'more') + finish() + stop,
    becomes: 'malformed',
  },
  {
    name: 'two messages',
    form: 'stream',
    bytes: start() + start() + paris + finish() + stop,
    becomes: 'malformed',
  },
  {
    name: 'words after the terminal event',
    form: 'stream',
    bytes: start() + paris + finish() + stop + words(1, 'more'),
    becomes: 'malformed',
  },
  {
    name: 'an event that is not JSON',
    form: 'stream',
    bytes: `${start() + paris}event: content_block_delta\ndata: {"type":"conte\n\n${finish()}${stop}`,
    becomes: 'malformed',
  },
  { name: 'nothing', form: 'stream', bytes: '', becomes: 'incomplete' },
];

const parsed = (stream: string) =>
  (stream.match(/(?<=^data: ).*$/gm) ?? []).map(
    (line) =>
      JSON.parse(line) as { type: string; message?: { id: string }; usage?: { output_tokens?: number } },
  );

const rich = {
  model: 'claude-sonnet-4-5',
  max_tokens: 1024,
  system: [text('You answer in one sentence.'), text('You like Paris.')],
  messages: [
    { role: 'user', content: 'My name is Ada.' },
    { role: 'assistant', content: [thought, text('Hello Ada.')] },
    { role: 'system', content: 'The user has left and come back.' },
    { role: 'user', content: question },
  ],
  temperature: 0.2,
  top_p: 0.9,
  top_k: 40,
  stop_sequences: ['END', '\n\n'],
  metadata: { user_id: 'user-1' },
  service_tier: 'auto',
  speed: 'standard',
  inference_geo: 'eu',
  thinking: { type: 'enabled', budget_tokens: 1024 },
  output_config: { effort: 'low' },
  context_management: { edits: [{ type: 'clear_thinking_20251015' }] },
  tool_choice: { type: 'auto' },
  vendor_extension: { deep: [{ er: { still: [1, 2, { deeper: true }] } }] },
  cache_control: { type: 'ephemeral' },
  stream: false,
};
const withTools = {
  ...rich,
  tools: [
    {
      name: 'get_weather',
      description: 'Weather of a city',
      input_schema: { type: 'object', properties: { city: { type: 'string' }, cache_control: {} } },
      strict: true,
    },
    { type: 'bash_20250124', name: 'bash' },
  ],
  tool_choice: { type: 'tool', name: 'get_weather' },
  messages: [
    ...rich.messages.slice(0, 3),
    { role: 'assistant', content: uses },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'toolu_1', content: [text('rain')], is_error: false },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
      ],
    },
  ],
};
const shape = ['stream', 'cache_control'];

export const anthropicExamples: DialectExamples = {
  path: '/v1/messages',
  usage: 'always',
  identities: [
    { name: 'a text', path: '/v1/messages', body: rich, loose: 'messages.3.content', shape },
    { name: 'a request with tools', path: '/v1/messages', body: withTools, loose: undefined, shape },
  ],
  serves: [
    ['POST', '/v1/messages'],
    ['POST', '/messages'],
  ],
  leaves: [
    ['GET', '/v1/messages'],
    ['POST', '/v1/messages/count_tokens'],
    ['POST', '/v1/messages/batches'],
    ['POST', '/v1/complete'],
    ['POST', '/v1/threads/thread_1/messages'],
    ['POST', '/V1/messages'],
  ],
  requests: { json: ask, stream: { ...ask, stream: true }, streamWithUsage: { ...ask, stream: true } },
  answers: [...kept, ...refused],
  ids: (stream) => parsed(stream).flatMap(({ message }) => message?.id ?? []),
  tellsUsage: (stream) =>
    parsed(stream).some(({ type, usage: told }) => type === 'message_delta' && told?.output_tokens === 8),
  ends: (stream) => parsed(stream).filter(({ type }) => type === 'message_stop').length,
};
