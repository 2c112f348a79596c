import { rich, withTools } from '../unit/sidecar/lookup/asked-as.ts';
import type { Answer, DialectExamples } from './dialect.suite.ts';

/** Written from the published format of chat completions, odd white space and all. */
const ask = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'What is the capital of France?' }] };

const head = {
  id: 'chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT',
  created: 1741569952,
  model: 'gpt-4o-mini-2024-07-18',
};
const told = { service_tier: 'default', system_fingerprint: 'fp_44709d6fcb' };
const usage = {
  prompt_tokens: 14,
  completion_tokens: 8,
  total_tokens: 22,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};

const completion = (message: object, finish = 'stop', more: object = {}) => ({
  ...head,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', refusal: null, ...message },
      logprobs: null,
      finish_reason: finish,
    },
  ],
  usage,
  ...told,
  ...more,
});
const json = (value: object) => `${JSON.stringify(value, undefined, 2)}\n`;

type Chunk = { delta?: object; finish?: string; index?: number; logprobs?: object | null; top?: object };

/** `data: {…}`, one event for each chunk, and the terminal event. */
function events(chunks: readonly (Chunk | string)[], end = ['data: [DONE]'], lineEnd = '\n'): string {
  const lines = chunks.map((chunk) =>
    typeof chunk === 'string' ? chunk : `data: ${JSON.stringify(event(chunk))}`,
  );
  return [...lines, ...end].map((line) => `${line}${lineEnd}${lineEnd}`).join('');
}

function event({ delta, finish, index = 0, logprobs = null, top = {} }: Chunk): object {
  const choices = delta === undefined ? [] : [{ index, delta, logprobs, finish_reason: finish ?? null }];
  return { ...head, object: 'chat.completion.chunk', ...told, choices, ...top };
}

const role: Chunk = { delta: { role: 'assistant', content: '', refusal: null } };
const words = (...parts: string[]): Chunk[] => parts.map((content) => ({ delta: { content } }));
const stop: Chunk = { delta: {}, finish: 'stop' };
const paris = [role, ...words('The', ' capital is', ' Paris 🗼', '.'), stop];
const withoutUsage = (value: { usage?: object }) => {
  const { usage: _, ...rest } = value;
  return rest;
};
const said = withoutUsage(completion({ content: 'The capital is Paris 🗼.' }));

const calls = [
  { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
  { id: 'call_2', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Tokyo"}' } },
];
const callDelta = (index: number, more: object): Chunk => ({ delta: { tool_calls: [{ index, ...more }] } });
const callStart = (index: number) =>
  callDelta(index, { ...calls[index], function: { name: 'get_weather', arguments: '' } });
const callPart = (index: number, part: string) => callDelta(index, { function: { arguments: part } });

const logprob = (token: string) => ({
  token,
  logprob: -0.25,
  bytes: [...Buffer.from(token)],
  top_logprobs: [],
});
const azure = { hate: { filtered: false, severity: 'safe' } };
const choice = (index: number, content: string) => ({
  index,
  message: { role: 'assistant', content, refusal: null },
  logprobs: null,
  finish_reason: 'stop',
});

const detail = (text: string) => ({ type: 'reasoning.text', text, format: 'vendor-v1', index: 0 });
const filteredPiece = (delta: object, results: object, finish: string | null = null) =>
  `data: ${JSON.stringify({
    ...event({ top: {} }),
    choices: [{ index: 0, delta, logprobs: null, content_filter_results: results, finish_reason: finish }],
  })}`;

const kept: Answer[] = [
  {
    name: 'as the reference shows it',
    form: 'json',
    bytes: json(completion({ content: 'The capital is Paris 🗼.', annotations: [] })),
    becomes: { message: completion({ content: 'The capital is Paris 🗼.', annotations: [] }), tokens: 22 },
  },
  {
    name: 'compact, without usage',
    form: 'json',
    bytes: JSON.stringify(said),
    becomes: { message: said, tokens: 0 },
  },
  {
    name: 'parallel tool calls',
    form: 'json',
    bytes: json(completion({ content: null, tool_calls: calls }, 'tool_calls')),
    becomes: {
      message: completion({ content: null, tool_calls: calls }, 'tool_calls'),
      tokens: 22,
      toolCalls: true,
    },
  },
  {
    name: 'two choices',
    form: 'json',
    bytes: json({ ...completion({}), choices: [choice(0, 'Paris.'), choice(1, 'It is Paris.')] }),
    becomes: {
      message: { ...completion({}), choices: [choice(0, 'Paris.'), choice(1, 'It is Paris.')] },
      tokens: 22,
    },
  },
  { name: 'without usage', form: 'stream', bytes: events(paris), becomes: { message: said, tokens: 0 } },
  {
    name: 'with usage',
    form: 'stream',
    bytes: events([...paris.map((chunk) => ({ ...chunk, top: { usage: null } })), { top: { usage } }]),
    becomes: { message: { ...said, usage }, tokens: 22 },
  },
  {
    name: 'CRLF, comments and padding',
    form: 'stream',
    bytes: events(
      [
        ': keep-alive',
        ...paris.map((chunk, i) => ({ ...chunk, top: { obfuscation: 'x'.repeat(i) } })),
        ': again',
      ],
      ['data: [DONE]'],
      '\r\n',
    ),
    becomes: { message: said, tokens: 0 },
  },
  {
    name: 'CR alone',
    form: 'stream',
    bytes: events(paris, ['data: [DONE]'], '\r'),
    becomes: { message: said, tokens: 0 },
  },
  {
    name: 'no space after the colon, event names and ids, and a mark at the beginning',
    form: 'stream',
    bytes: `\ufeff${events(paris).replaceAll('data: ', 'event: message\nid: 7\ndata:')}`,
    becomes: { message: said, tokens: 0 },
  },
  {
    name: 'one event over several lines',
    form: 'stream',
    bytes: events(paris).replaceAll('"choices":', '\ndata: "choices":'),
    becomes: { message: said, tokens: 0 },
  },
  {
    name: 'parallel tool calls, their arguments in pieces that alternate',
    form: 'stream',
    bytes: events([
      { delta: { role: 'assistant', content: null } },
      callStart(0),
      callPart(0, '{"ci'),
      callStart(1),
      callPart(1, '{"city":'),
      callPart(0, 'ty":"Paris"}'),
      callPart(1, '"Tokyo"}'),
      { delta: {}, finish: 'tool_calls' },
      { top: { usage } },
    ]),
    becomes: {
      message: completion({ content: null, tool_calls: calls }, 'tool_calls'),
      tokens: 22,
      toolCalls: true,
    },
  },
  {
    name: 'logprobs',
    form: 'stream',
    bytes: events([
      role,
      { delta: { content: 'Par' }, logprobs: { content: [logprob('Par')], refusal: null } },
      { delta: { content: 'is' }, logprobs: { content: [logprob('is')], refusal: null } },
      stop,
    ]),
    becomes: {
      message: {
        ...said,
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: 'Paris', refusal: null },
            logprobs: { content: [logprob('Par'), logprob('is')], refusal: null },
            finish_reason: 'stop',
          },
        ],
      },
      tokens: 0,
    },
  },
  {
    name: 'two choices in turn',
    form: 'stream',
    bytes: events([
      role,
      { ...role, index: 1 },
      { delta: { content: 'Par' } },
      { delta: { content: 'It is' }, index: 1 },
      { delta: { content: ' Paris.' }, index: 1 },
      { delta: { content: 'is.' } },
      { delta: {}, index: 1, finish: 'stop' },
      stop,
    ]),
    becomes: { message: { ...said, choices: [choice(0, 'Paris.'), choice(1, 'It is Paris.')] }, tokens: 0 },
  },
  {
    name: 'reasoning before the words, as other providers of this format send it',
    form: 'stream',
    bytes: events([
      { delta: { role: 'assistant', content: null, reasoning_content: 'They ask' } },
      { delta: { content: null, reasoning_content: ' for Paris.' } },
      { delta: { content: 'Paris.', reasoning_content: null } },
      stop,
    ]),
    becomes: {
      message: withoutUsage(completion({ content: 'Paris.', reasoning_content: 'They ask for Paris.' })),
      tokens: 0,
    },
  },
  {
    name: 'reasoning told in details, each with its kind and format every time',
    form: 'stream',
    bytes: events([
      { delta: { role: 'assistant', content: '', reasoning: 'They', reasoning_details: [detail('They')] } },
      { delta: { content: '', reasoning: ' ask.', reasoning_details: [detail(' ask.')] } },
      { delta: { content: 'Paris.', reasoning: null } },
      stop,
    ]),
    becomes: {
      message: withoutUsage(
        completion({
          content: 'Paris.',
          reasoning: 'They ask.',
          reasoning_details: [detail('They ask.')],
        }),
      ),
      tokens: 0,
    },
  },
  {
    name: 'a call of a tool that takes text',
    form: 'stream',
    bytes: events([
      { delta: { role: 'assistant', content: null } },
      callDelta(0, { id: 'call_1', type: 'custom', custom: { name: 'run', input: '' } }),
      callDelta(0, { custom: { input: 'ls ' } }),
      callDelta(0, { custom: { input: '-l' } }),
      { delta: {}, finish: 'tool_calls' },
    ]),
    becomes: {
      message: withoutUsage(
        completion(
          {
            content: null,
            tool_calls: [{ id: 'call_1', type: 'custom', custom: { name: 'run', input: 'ls -l' } }],
          },
          'tool_calls',
        ),
      ),
      tokens: 0,
      toolCalls: true,
    },
  },
  {
    name: 'words before a call, and a call of the old kind',
    form: 'json',
    bytes: json(
      completion(
        { content: 'Let me look.', function_call: { name: 'get_weather', arguments: '{}' } },
        'function_call',
      ),
    ),
    becomes: {
      message: completion(
        { content: 'Let me look.', function_call: { name: 'get_weather', arguments: '{}' } },
        'function_call',
      ),
      tokens: 22,
      toolCalls: true,
    },
  },
  {
    name: 'a call of the old kind in pieces',
    form: 'stream',
    bytes: events([
      { delta: { role: 'assistant', content: null, function_call: { name: 'get_weather', arguments: '' } } },
      { delta: { function_call: { arguments: '{"city":' } } },
      { delta: { function_call: { arguments: '"Paris"}' } } },
      { delta: {}, finish: 'function_call' },
    ]),
    becomes: {
      message: withoutUsage(
        completion(
          { content: null, function_call: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
          'function_call',
        ),
      ),
      tokens: 0,
      toolCalls: true,
    },
  },
  {
    name: 'filter results with every piece, as a hosted deployment tells them',
    form: 'stream',
    bytes: events([
      role,
      ...['Par', 'is.'].map((content) => filteredPiece({ content }, azure)),
      filteredPiece({}, {}, 'stop'),
    ]),
    becomes: {
      message: {
        ...said,
        choices: [{ ...choice(0, 'Paris.'), content_filter_results: azure }],
      },
      tokens: 0,
    },
  },
  {
    name: 'the filter results that a hosted deployment sends first',
    form: 'stream',
    bytes: events([
      `data: ${JSON.stringify({ choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: [{ prompt_index: 0, content_filter_results: azure }] })}`,
      ...paris,
    ]),
    becomes: {
      message: { ...said, prompt_filter_results: [{ prompt_index: 0, content_filter_results: azure }] },
      tokens: 0,
    },
  },
];

const cut = {
  index: 1,
  message: { role: 'assistant', content: 'It', refusal: null },
  logprobs: null,
  finish_reason: 'length',
};

const refused: Answer[] = [
  {
    name: 'cut at the limit',
    form: 'json',
    bytes: json(completion({ content: 'The' }, 'length')),
    becomes: 'length',
  },
  {
    name: 'one of two choices cut at the limit',
    form: 'json',
    bytes: json({ ...completion({}), choices: [choice(0, 'Paris.'), cut] }),
    becomes: 'length',
  },
  {
    name: 'filtered',
    form: 'json',
    bytes: json(completion({ content: 'The' }, 'content_filter')),
    becomes: 'content-filter',
  },
  { name: 'empty', form: 'json', bytes: json(completion({ content: '' })), becomes: 'empty' },
  { name: 'white space', form: 'json', bytes: json(completion({ content: ' \n' })), becomes: 'empty' },
  { name: 'no content', form: 'json', bytes: json(completion({ content: null })), becomes: 'empty' },
  {
    name: 'a refusal',
    form: 'json',
    bytes: json(completion({ content: null, refusal: 'I cannot.' })),
    becomes: 'refusal',
  },
  {
    name: 'audio',
    form: 'json',
    bytes: json(
      completion({
        content: null,
        audio: { id: 'audio_1', data: 'UklG', transcript: 'Paris', expires_at: 1741569999 },
      }),
    ),
    becomes: 'unsupported-answer',
  },
  {
    name: 'tool calls that are none',
    form: 'json',
    bytes: json(completion({ content: null, tool_calls: [] }, 'tool_calls')),
    becomes: 'malformed',
  },
  {
    name: 'no reason to have ended',
    form: 'json',
    bytes: json({ ...completion({}), choices: [{ ...choice(0, 'Paris'), finish_reason: null }] }),
    becomes: 'incomplete',
  },
  { name: 'no choices', form: 'json', bytes: json({ ...completion({}), choices: [] }), becomes: 'malformed' },
  { name: 'an error', form: 'json', bytes: '{"error": {"message": "no"}}', becomes: 'malformed' },
  { name: 'half of it', form: 'json', bytes: json(said).slice(0, -20), becomes: 'malformed' },
  { name: 'nothing', form: 'json', bytes: '', becomes: 'malformed' },
  { name: 'null', form: 'json', bytes: 'null', becomes: 'malformed' },
  {
    name: 'bytes that are no text',
    form: 'json',
    bytes: Buffer.from([0x7b, 0xff, 0x7d]),
    becomes: 'malformed',
  },

  {
    name: 'cut at the limit',
    form: 'stream',
    bytes: events([role, ...words('The'), { delta: {}, finish: 'length' }]),
    becomes: 'length',
  },
  {
    name: 'filtered',
    form: 'stream',
    bytes: events([role, ...words('The'), { delta: {}, finish: 'content_filter' }]),
    becomes: 'content-filter',
  },
  { name: 'empty', form: 'stream', bytes: events([role, stop]), becomes: 'empty' },
  {
    name: 'a refusal',
    form: 'stream',
    bytes: events([role, { delta: { refusal: 'I' } }, { delta: { refusal: ' cannot.' } }, stop]),
    becomes: 'refusal',
  },
  { name: 'without its terminal event', form: 'stream', bytes: events(paris, []), becomes: 'incomplete' },
  {
    name: 'without a reason to have ended',
    form: 'stream',
    bytes: events(paris.slice(0, -1)),
    becomes: 'incomplete',
  },
  { name: 'nothing but the terminal event', form: 'stream', bytes: events([]), becomes: 'malformed' },
  {
    name: 'an event that is not JSON',
    form: 'stream',
    bytes: events([...paris, 'data: {"choices":[{"del']),
    becomes: 'malformed',
  },
  {
    name: 'an event that is null',
    form: 'stream',
    bytes: events([...paris, 'data: null']),
    becomes: 'malformed',
  },
  {
    name: 'an error in the middle',
    form: 'stream',
    bytes: events([
      role,
      ...words('The'),
      'data: {"error":{"message":"overloaded","type":"server_error"}}',
      stop,
    ]),
    becomes: 'malformed',
  },
  {
    name: 'a named error in the middle',
    form: 'stream',
    bytes: events([role, 'event: error\ndata: {"message":"overloaded"}', ...words('The'), stop]),
    becomes: 'malformed',
  },
  {
    name: 'words after the terminal event',
    form: 'stream',
    bytes: events(paris) + events(words('more'), []),
    becomes: 'malformed',
  },
  {
    name: 'one of two choices that never ends',
    form: 'stream',
    bytes: events([...paris, { delta: { role: 'assistant', content: 'It' }, index: 1 }]),
    becomes: 'incomplete',
  },
  {
    name: 'audio',
    form: 'stream',
    bytes: events([
      role,
      { delta: { audio: { id: 'audio_1', transcript: 'Paris' } } },
      { delta: { audio: { data: 'UklG' } } },
      stop,
    ]),
    becomes: 'unsupported-answer',
  },
  {
    name: 'bytes that are no text',
    form: 'stream',
    bytes: Buffer.concat([
      Buffer.from('data: "'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from(`"\n\n${events(paris)}`),
    ]),
    becomes: 'malformed',
  },
];

const parsed = (stream: string) =>
  stream
    .split('\n\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)) as { id?: string; usage?: object | null });

const shape = ['stream', 'stream_options'];

export const openaiChatExamples: DialectExamples = {
  path: '/v1/chat/completions',
  usage: 'on request',
  identities: [
    {
      name: 'a text, at a deployment',
      path: '/openai/deployments/support/chat/completions',
      body: rich,
      loose: 'messages.3.content',
      shape,
    },
    { name: 'a request with tools', path: '/v1/chat/completions', body: withTools, loose: undefined, shape },
  ],
  serves: [
    ['POST', '/v1/chat/completions'],
    ['POST', '/chat/completions'],
    ['POST', '/openai/v1/chat/completions'],
    ['POST', '/openai/deployments/gpt-4o-mini/chat/completions'],
  ],
  leaves: [
    ['GET', '/v1/chat/completions'],
    ['POST', '/v1/chat/completions/chatcmpl-1'],
    ['POST', '/v1/completions'],
    ['POST', '/v1/embeddings'],
    ['POST', '/v2/v1/chat/completions'],
    ['POST', '/V1/chat/completions'],
    ['POST', '/openai/deployments/chat/completions'],
    ['POST', '/openai/deployments/a/b/chat/completions'],
    ['POST', '/openai/deployments/a/extensions/chat/completions'],
  ],
  requests: {
    json: ask,
    stream: { ...ask, stream: true },
    streamWithUsage: { ...ask, stream: true, stream_options: { include_usage: true } },
  },
  answers: [...kept, ...refused],
  ids: (stream) => parsed(stream).flatMap(({ id }) => id ?? []),
  tellsUsage: (stream) => parsed(stream).some((chunk) => chunk.usage != null),
  ends: (stream) => stream.split('data: [DONE]').length - 1,
};
