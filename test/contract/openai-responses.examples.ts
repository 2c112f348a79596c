import type { Answer, DialectExamples } from './dialect.suite.ts';

/** Written from the published format of the Responses API. */
const ask = { model: 'gpt-4.1', input: 'What is the capital of France?' };

const id = 'resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b';
const usage = {
  input_tokens: 14,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 8,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 22,
};
const response = (output: readonly object[], more: object = {}) => ({
  id,
  object: 'response',
  created_at: 1741476542,
  status: 'completed',
  background: false,
  completed_at: 1741476543,
  error: null,
  incomplete_details: null,
  instructions: null,
  max_output_tokens: null,
  model: 'gpt-4.1-2025-04-14',
  output,
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: null, summary: null },
  store: true,
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
  truncation: 'disabled',
  usage,
  user: null,
  metadata: {},
  ...more,
});

const part = (text: string, more: object = {}) => ({
  type: 'output_text',
  text,
  annotations: [],
  logprobs: [],
  ...more,
});
const message = (...content: object[]) => ({
  id: 'msg_67ccd2bf17f0819081ff3bb2cf6508e6',
  type: 'message',
  status: 'completed',
  role: 'assistant',
  content,
});
const reasoning = (more: object = {}) => ({
  id: 'rs_68af4030baa48193b0b43b4c2a176a1a',
  type: 'reasoning',
  summary: [
    { type: 'summary_text', text: '**Thinking**\n\nThey ask for Paris.' },
    { type: 'summary_text', text: 'They do.' },
  ],
  ...more,
});
const call = (n: number, city: string) => ({
  id: `fc_${n}`,
  type: 'function_call',
  status: 'completed',
  call_id: `call_${n}`,
  name: 'get_weather',
  arguments: JSON.stringify({ city }),
});

const json = (value: object) => `${JSON.stringify(value, undefined, 2)}\n`;

type Event = { type: string; [field: string]: unknown };
const line = (event: Event, at: number) =>
  `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: at })}`;
const events = (list: readonly Event[], more: readonly string[] = [], lineEnd = '\n') =>
  [...list.map(line), ...more]
    .map((each) => `${each.replaceAll('\n', lineEnd)}${lineEnd}${lineEnd}`)
    .join('');

const begun = { id, object: 'response', status: 'in_progress', output: [], usage: null };
const opening: Event[] = [
  { type: 'response.created', response: begun },
  { type: 'response.in_progress', response: begun },
];
/** A message whose text comes in pieces, as the provider streams it. */
function streamed(whole: { content: object[] }, pieces: string[], index = 0): Event[] {
  const at = { item_id: (whole as { id?: string }).id, output_index: index, content_index: 0 };
  const [said] = whole.content;
  return [
    {
      type: 'response.output_item.added',
      output_index: index,
      item: { ...whole, status: 'in_progress', content: [] },
    },
    { type: 'response.content_part.added', ...at, part: part('') },
    ...pieces.map((delta) => ({
      type: 'response.output_text.delta',
      ...at,
      delta,
      logprobs: [],
      obfuscation: 'aZ3kP',
    })),
    { type: 'response.output_text.done', ...at, text: pieces.join(''), logprobs: [] },
    { type: 'response.content_part.done', ...at, part: said },
    { type: 'response.output_item.done', output_index: index, item: whole },
  ];
}
const paris = message(part('The capital is Paris 🗼.'));
const said = response([paris]);
const telling = [...opening, ...streamed(paris, ['The capital', ' is Paris 🗼', '.'])];
const ended: Event = { type: 'response.completed', response: said };
const calls = response([reasoning(), call(1, 'Paris'), call(2, 'Tokyo')]);
const cited = response([
  message(
    part('Paris [1].', {
      annotations: [
        {
          type: 'url_citation',
          start_index: 6,
          end_index: 9,
          url: 'https://example.test/',
          title: 'A page',
        },
      ],
    }),
    part(' Really.', {
      logprobs: [{ token: ' Really', bytes: [32], logprob: -0.5, top_logprobs: [] }],
    }),
  ),
]);

const stored = (name: string, message: ReturnType<typeof response>, more: object = {}): Answer => ({
  name,
  form: 'json',
  bytes: json(message),
  becomes: { message, tokens: 22, ...more },
});

const kept: Answer[] = [
  stored('as the reference shows it', said),
  stored('parallel calls after reasoning', calls, { toolCalls: true }),
  stored('citations, log probabilities and two parts', cited),
  stored(
    'reasoning in the open and encrypted',
    response([
      reasoning({
        summary: [],
        content: [{ type: 'reasoning_text', text: 'Paris, I think.' }],
        encrypted_content: 'gAAAAABo',
        status: 'completed',
      }),
      paris,
    ]),
  ),
  stored(
    'a call of a tool that takes text',
    response([{ id: 'ctc_1', type: 'custom_tool_call', call_id: 'call_1', name: 'run', input: 'ls -l' }]),
    { toolCalls: true },
  ),
  stored(
    'a call without an id of its own',
    response([{ type: 'function_call', call_id: 'call_1', name: 'get_time', arguments: '{}' }]),
    { toolCalls: true },
  ),
  {
    name: 'compact, without usage',
    form: 'json',
    bytes: JSON.stringify(response([paris], { usage: null })),
    becomes: { message: response([paris], { usage: null }), tokens: 0 },
  },
  {
    name: 'words',
    form: 'stream',
    bytes: events([...telling, ended]),
    becomes: { message: said, tokens: 22 },
  },
  {
    name: 'CRLF and comments, and an end as other APIs have it',
    form: 'stream',
    bytes: `: keep-alive\r\n\r\n${events([...telling, ended], ['data: [DONE]'], '\r\n')}`,
    becomes: { message: said, tokens: 22 },
  },
  {
    name: 'calls after reasoning',
    form: 'stream',
    bytes: events([
      ...opening,
      { type: 'response.output_item.added', output_index: 0, item: reasoning({ summary: [] }) },
      { type: 'response.output_item.done', output_index: 0, item: reasoning() },
      { type: 'response.output_item.added', output_index: 1, item: { ...call(1, 'Paris'), arguments: '' } },
      { type: 'response.output_item.added', output_index: 2, item: { ...call(2, 'Tokyo'), arguments: '' } },
      {
        type: 'response.function_call_arguments.delta',
        item_id: 'fc_1',
        output_index: 1,
        delta: '{"city":"Paris"}',
      },
      { type: 'response.output_item.done', output_index: 1, item: call(1, 'Paris') },
      { type: 'response.output_item.done', output_index: 2, item: call(2, 'Tokyo') },
      { type: 'response.completed', response: calls },
    ]),
    becomes: { message: calls, tokens: 22, toolCalls: true },
  },
  {
    name: 'the end without the items, as some hosts send it, which came out of order',
    form: 'stream',
    bytes: events([
      ...opening,
      { type: 'response.output_item.done', output_index: 1, item: paris },
      { type: 'response.output_item.done', output_index: 0, item: reasoning() },
      { type: 'response.completed', response: response([]) },
    ]),
    becomes: { message: response([reasoning(), paris]), tokens: 22 },
  },
];

const incomplete = (reason: string) =>
  response([{ ...paris, status: 'incomplete' }], {
    status: 'incomplete',
    incomplete_details: { reason },
  });
const failed = response([], {
  status: 'failed',
  error: { code: 'server_error', message: 'The model failed to generate a response.' },
});
const refused = (name: string, value: unknown, becomes: Answer['becomes']): Answer => ({
  name,
  form: 'json',
  bytes: JSON.stringify(value),
  becomes,
});

const unstored: Answer[] = [
  refused('cut at the limit', incomplete('max_output_tokens'), 'length'),
  refused('filtered', incomplete('content_filter'), 'content-filter'),
  refused('ended for another reason', incomplete('max_messages'), 'incomplete'),
  refused('failed', failed, 'failed-answer'),
  refused('under way', response([], { status: 'in_progress' }), 'incomplete'),
  refused('queued', response([], { status: 'queued' }), 'incomplete'),
  refused('cancelled', response([paris], { status: 'cancelled' }), 'incomplete'),
  refused('without a status', response([paris], { status: undefined }), 'incomplete'),
  refused('a message that is not over', response([{ ...paris, status: 'in_progress' }]), 'incomplete'),
  refused('a refusal', response([message({ type: 'refusal', refusal: 'I cannot.' })]), 'refusal'),
  refused('empty', response([reasoning(), message(part(' '))]), 'empty'),
  refused('nothing', response([]), 'empty'),
  refused(
    'a search',
    response([{ id: 'ws_1', type: 'web_search_call', status: 'completed' }, paris]),
    'unsupported-answer',
  ),
  refused('a picture', response([message({ type: 'output_image' })]), 'unsupported-answer'),
  refused('a message without content', response([{ ...paris, content: 'Paris' }]), 'malformed'),
  refused('an error', { error: { message: 'no' } }, 'malformed'),
  refused('a list', [], 'malformed'),
  refused('null', null, 'malformed'),
  {
    name: 'cut at the limit',
    form: 'stream',
    bytes: events([...telling, { type: 'response.incomplete', response: incomplete('max_output_tokens') }]),
    becomes: 'length',
  },
  {
    name: 'failed',
    form: 'stream',
    bytes: events([...telling, { type: 'response.failed', response: failed }]),
    becomes: 'failed-answer',
  },
  {
    name: 'an error',
    form: 'stream',
    bytes: events([
      ...telling,
      { type: 'error', code: 'server_error', message: 'overloaded', param: null } as Event,
    ]),
    becomes: 'failed-answer',
  },
  { name: 'without its terminal event', form: 'stream', bytes: events(telling), becomes: 'incomplete' },
  {
    name: 'words after the terminal event',
    form: 'stream',
    bytes: events([...telling, ended, { type: 'response.output_text.delta', delta: 'more' }]),
    becomes: 'malformed',
  },
  {
    name: 'an event without a type',
    form: 'stream',
    bytes: events([...opening, ended], []).replace('"type":"response.in_progress"', '"type":7'),
    becomes: 'malformed',
  },
  {
    name: 'an event that is not JSON',
    form: 'stream',
    bytes: events(telling, ['data: {"type":"resp', line(ended, 9)]),
    becomes: 'malformed',
  },
  {
    name: 'an end that holds nothing',
    form: 'stream',
    bytes: events([...telling, { type: 'response.completed' }]),
    becomes: 'malformed',
  },
];

const parsed = (stream: string) =>
  stream
    .split('\n\n')
    .flatMap((block) => block.split('\n').filter((each) => each.startsWith('data: ')))
    .map((each) => JSON.parse(each.slice(6)) as Event & { response?: { id: string; usage: object | null } });

const rich = {
  model: 'gpt-4.1',
  instructions: 'You answer in one sentence.',
  input: [
    { role: 'developer', content: 'Be kind.' },
    { role: 'user', content: [{ type: 'input_text', text: 'My name is Ada.' }] },
    { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' },
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'Hello Ada.', annotations: [] }],
    },
    { type: 'item_reference', id: 'msg_2' },
    { role: 'user', content: 'What is the capital of France?' },
  ],
  temperature: 0.2,
  top_p: 0.9,
  top_logprobs: 2,
  max_output_tokens: 200,
  include: ['message.output_text.logprobs', 'reasoning.encrypted_content'],
  metadata: { team: 'support' },
  parallel_tool_calls: true,
  prompt: { id: 'pmpt_1', version: '2', variables: { city: 'Paris' } },
  prompt_cache_key: 'key-1',
  reasoning: { effort: 'low', summary: 'auto' },
  safety_identifier: 'hash-1',
  service_tier: 'default',
  store: false,
  text: { format: { type: 'text' }, verbosity: 'low' },
  truncation: 'auto',
  user: 'user-1',
  vendor_extension: { deep: [{ er: true }] },
  stream: false,
};
const shape = ['stream', 'stream_options'];
const tool = { type: 'function', name: 'get_weather', strict: true, parameters: { type: 'object' } };

export const openaiResponsesExamples: DialectExamples = {
  serves: [
    ['POST', '/v1/responses'],
    ['POST', '/responses'],
    ['POST', '/openai/v1/responses'],
    ['POST', '/openai/responses'],
  ],
  leaves: [
    ['GET', '/v1/responses/resp_1'],
    ['DELETE', '/v1/responses/resp_1'],
    ['POST', '/v1/responses/resp_1/cancel'],
    ['GET', '/v1/responses/resp_1/input_items'],
    ['POST', '/v1/responses/input_tokens'],
    ['POST', '/v1/responses/compact'],
    ['POST', '/v1/conversations'],
  ],
  path: '/v1/responses',
  usage: 'always',
  identities: [
    { name: 'a conversation', path: '/openai/v1/responses', body: rich, loose: 'input.5.content', shape },
    {
      name: 'a request with tools',
      path: '/v1/responses',
      body: { ...rich, tools: [tool, { type: 'custom', name: 'run' }], tool_choice: 'required' },
      loose: undefined,
      shape,
    },
    {
      name: 'a call and its result',
      path: '/v1/responses',
      body: {
        ...ask,
        input: [
          { role: 'user', content: 'What is the weather in Paris?' },
          call(1, 'Paris'),
          { type: 'function_call_output', call_id: 'call_1', output: 'Rain' },
        ],
      },
      loose: undefined,
      shape,
    },
  ],
  requests: { json: ask, stream: { ...ask, stream: true }, streamWithUsage: { ...ask, stream: true } },
  answers: [...kept, ...unstored],
  ids: (stream) => parsed(stream).flatMap((event) => event.response?.id ?? []),
  tellsUsage: (stream) => parsed(stream).some((event) => event.response?.usage != null),
  ends: (stream) => stream.split('event: response.completed').length - 1,
};
