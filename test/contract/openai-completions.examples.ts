import type { Answer, DialectExamples } from './dialect.suite.ts';

/** Written from the published format of legacy completions. */
const ask = { model: 'gpt-3.5-turbo-instruct', prompt: 'What is the capital of France?' };

const head = {
  id: 'cmpl-7QmVI15qgYVllxK0FtxVGG6ywfzaq',
  object: 'text_completion',
  created: 1686617332,
  model: 'gpt-3.5-turbo-instruct',
};
const usage = { prompt_tokens: 5, completion_tokens: 6, total_tokens: 11 };
const choice = (index: number, text: string, more: object = {}) => ({
  text,
  index,
  logprobs: null,
  finish_reason: 'stop',
  ...more,
});
const completion = (...choices: object[]) => ({ ...head, choices });
const json = (value: object) => `${JSON.stringify(value, undefined, 2)}\n`;

const piece = (text: string, more: object = {}, top: object = {}) =>
  `data: ${JSON.stringify({ ...completion(choice(0, text, { finish_reason: null, ...more })), ...top })}`;
const events = (lines: readonly string[], end = ['data: [DONE]'], lineEnd = '\n') =>
  [...lines, ...end].map((line) => `${line}${lineEnd}${lineEnd}`).join('');
const stop = piece('', { finish_reason: 'stop' });
const paris = [piece(' Paris'), piece(' 🗼'), piece('.'), stop];
const unmeasured = (value: object) => ({
  ...value,
  usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
});
const said = completion(choice(0, ' Paris 🗼.'));

const logprobs = (tokens: string[], offset: number) => ({
  tokens,
  token_logprobs: tokens.map(() => -0.25),
  top_logprobs: tokens.map((token) => ({ [token]: -0.25, index: -3 })),
  text_offset: tokens.map((_, at) => offset + at),
});

const several = unmeasured(
  completion(choice(0, ' Paris.', { stop_reason: null }), choice(1, ' Paris, of course.')),
);

const answers: Answer[] = [
  {
    name: 'as the reference shows it',
    form: 'json',
    bytes: json({ ...said, usage }),
    becomes: { message: { ...said, usage }, tokens: 11 },
  },
  {
    name: 'compact, with an empty usage',
    form: 'json',
    bytes: JSON.stringify(unmeasured(said)),
    becomes: { message: unmeasured(said), tokens: 0 },
  },
  {
    name: 'two choices, with fields of another host',
    form: 'json',
    bytes: json(several),
    becomes: {
      message: several,
      tokens: 0,
    },
  },
  {
    name: 'without usage',
    form: 'stream',
    bytes: events(paris),
    becomes: { message: unmeasured(said), tokens: 0 },
  },
  {
    name: 'with usage',
    form: 'stream',
    bytes: events([
      ...paris.map((line) => line.replace(/\}$/, ',"usage":null}')),
      `data: ${JSON.stringify({ ...head, choices: [], usage })}`,
    ]),
    becomes: { message: { ...said, usage }, tokens: 11 },
  },
  {
    name: 'CRLF and comments',
    form: 'stream',
    bytes: events([': keep-alive', ...paris], ['data: [DONE]'], '\r\n'),
    becomes: { message: unmeasured(said), tokens: 0 },
  },
  {
    name: 'log probabilities, of a word that is called index too',
    form: 'stream',
    bytes: events([
      piece(' Par', { logprobs: logprobs([' Par'], 24) }),
      piece('is.', { logprobs: logprobs(['is', '.'], 28) }),
      stop,
    ]),
    becomes: {
      message: unmeasured(
        completion(
          choice(0, ' Paris.', {
            logprobs: {
              tokens: [' Par', 'is', '.'],
              token_logprobs: [-0.25, -0.25, -0.25],
              top_logprobs: [
                { ' Par': -0.25, index: -3 },
                { is: -0.25, index: -3 },
                { '.': -0.25, index: -3 },
              ],
              text_offset: [24, 28, 29],
            },
          }),
        ),
      ),
      tokens: 0,
    },
  },
  {
    name: 'two choices in turn',
    form: 'stream',
    bytes: events([
      piece(' Par'),
      piece(' Paris', { index: 1 }),
      piece('is.'),
      piece('!', { index: 1 }),
      piece('', { index: 1, finish_reason: 'stop' }),
      stop,
    ]),
    becomes: { message: unmeasured(completion(choice(0, ' Paris.'), choice(1, ' Paris!'))), tokens: 0 },
  },

  {
    name: 'cut at the limit',
    form: 'json',
    bytes: json(completion(choice(0, ' Par', { finish_reason: 'length' }))),
    becomes: 'length',
  },
  {
    name: 'one of two choices cut at the limit',
    form: 'json',
    bytes: json(completion(choice(0, ' Paris.'), choice(1, ' Par', { finish_reason: 'length' }))),
    becomes: 'length',
  },
  {
    name: 'filtered',
    form: 'json',
    bytes: json(completion(choice(0, ' Par', { finish_reason: 'content_filter' }))),
    becomes: 'content-filter',
  },
  { name: 'empty', form: 'json', bytes: json(completion(choice(0, ' \n'))), becomes: 'empty' },
  {
    name: 'no reason to have ended',
    form: 'json',
    bytes: json(completion(choice(0, ' Paris.', { finish_reason: null }))),
    becomes: 'incomplete',
  },
  { name: 'no choices', form: 'json', bytes: json(completion()), becomes: 'malformed' },
  { name: 'a text that is none', form: 'json', bytes: json(completion({ index: 0 })), becomes: 'malformed' },
  { name: 'an error', form: 'json', bytes: '{"error": {"message": "no"}}', becomes: 'malformed' },
  { name: 'null', form: 'json', bytes: 'null', becomes: 'malformed' },
  {
    name: 'cut at the limit',
    form: 'stream',
    bytes: events([piece(' Par', { finish_reason: 'length' })]),
    becomes: 'length',
  },
  { name: 'without its terminal event', form: 'stream', bytes: events(paris, []), becomes: 'incomplete' },
  {
    name: 'without a reason to have ended',
    form: 'stream',
    bytes: events(paris.slice(0, -1)),
    becomes: 'incomplete',
  },
  {
    name: 'an error in the middle',
    form: 'stream',
    bytes: events([piece(' Par'), 'data: {"error":{"message":"overloaded"}}', stop]),
    becomes: 'malformed',
  },
  {
    name: 'words after the terminal event',
    form: 'stream',
    bytes: events(paris) + events([piece(' more')], []),
    becomes: 'malformed',
  },
  {
    name: 'a prototype',
    form: 'stream',
    bytes: events([piece(' Par'), piece('is').replace('"text"', '"__proto__":{"a":1},"text"'), stop]),
    becomes: 'malformed',
  },
];

const parsed = (stream: string) =>
  stream
    .split('\n\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)) as { id?: string; usage?: object | null });

const shape = ['stream', 'stream_options'];
const rich = {
  ...ask,
  temperature: 0.2,
  top_p: 0.9,
  max_tokens: 100,
  n: 1,
  best_of: 1,
  seed: 7,
  stop: ['END', '\n\n'],
  presence_penalty: 0.1,
  frequency_penalty: 0.2,
  logit_bias: { '50256': -100 },
  user: 'user-1',
  vendor_extension: { deep: [{ er: true }] },
  stream: false,
};

export const openaiCompletionsExamples: DialectExamples = {
  serves: [
    ['POST', '/v1/completions'],
    ['POST', '/completions'],
    ['POST', '/openai/v1/completions'],
    ['POST', '/openai/deployments/davinci/completions'],
  ],
  leaves: [
    ['GET', '/v1/completions'],
    ['POST', '/v1/completions/'],
    ['POST', '/v1/chat/completions'],
    ['POST', '/v1/engines/davinci/completions'],
  ],
  path: '/v1/completions',
  usage: 'on request',
  identities: [
    { name: 'a text', path: '/v1/completions', body: rich, loose: 'prompt', shape },
    {
      name: 'prompts, at a deployment',
      path: '/openai/deployments/davinci/completions',
      body: { ...rich, prompt: ['One', 'Two'], echo: true, suffix: '.', logprobs: 2, n: 2 },
      loose: undefined,
      shape,
    },
    {
      name: 'tokens',
      path: '/v1/completions',
      body: { ...ask, prompt: [[464, 3139], [286]] },
      loose: undefined,
      shape,
    },
  ],
  requests: {
    json: ask,
    stream: { ...ask, stream: true },
    streamWithUsage: { ...ask, stream: true, stream_options: { include_usage: true } },
  },
  answers,
  ids: (stream) => parsed(stream).flatMap(({ id }) => id ?? []),
  tellsUsage: (stream) => parsed(stream).some((chunk) => chunk.usage != null),
  ends: (stream) => stream.split('data: [DONE]').length - 1,
};
