import type { Answer, DialectExamples } from './dialect.suite.ts';

/** Written from the published format of `generateContent`. */
const question = 'What is the capital of France?';
const ask = { contents: [{ role: 'user', parts: [{ text: question }] }] };

const top = { modelVersion: 'gemini-2.5-flash', responseId: 'mbFqaKmXJ5jjnsEPx4qJ8Qs' };
const usage = {
  promptTokenCount: 14,
  candidatesTokenCount: 8,
  totalTokenCount: 22,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: 14 }],
};

const candidate = (parts: object[], finish: string | undefined = 'STOP', index = 0, more: object = {}) => ({
  content: { parts, role: 'model' },
  ...(finish === '' ? {} : { finishReason: finish }),
  index,
  ...more,
});
const response = (candidates: object[], more: object = { usageMetadata: usage }) => ({
  candidates,
  ...more,
  ...top,
});
const pretty = (value: object) => `${JSON.stringify(value, undefined, 2)}\n`;

type Piece = object | string;
const events = (...pieces: Piece[]) =>
  pieces
    .map((piece) => `data: ${typeof piece === 'string' ? piece : JSON.stringify(piece)}\r\n\r\n`)
    .join('');
const array = (...pieces: object[]) => `[${pieces.map(pretty).join(',\r\n')}]\n`;

const more = (parts: object[], index = 0, rest: object = {}) =>
  response([candidate(parts, '', index, rest)], { usageMetadata: { promptTokenCount: 14 } });
const text = (said: string, rest: object = {}) => ({ text: said, ...rest });
const thought = (said: string) => ({ text: said, thought: true });
const signature = 'CiwB0e2Kb1qwX6WlDJ3W';
const call = (city: string, rest: object = {}) => ({
  functionCall: { name: 'get_weather', args: { city } },
  ...rest,
});

const said = text('The capital is Paris 🗼.');
const paris = [more([text('The')]), more([text(' capital is')]), more([text(' Paris 🗼')])];
const end = response([candidate([text('.')])]);
const whole = response([candidate([said])]);

const kept: Answer[] = [
  {
    name: 'as the reference shows it',
    form: 'json',
    bytes: pretty(whole),
    becomes: { message: whole, tokens: 22 },
  },
  {
    name: 'compact, without usage, with ratings',
    form: 'json',
    bytes: JSON.stringify(
      response([candidate([said], 'STOP', 0, { safetyRatings: [{ category: 'X' }] })], {}),
    ),
    becomes: {
      message: response([candidate([said], 'STOP', 0, { safetyRatings: [{ category: 'X' }] })], {}),
      tokens: 0,
    },
  },
  {
    name: 'thoughts, words and function calls',
    form: 'json',
    bytes: pretty(
      response([
        candidate([thought('They ask.'), said, call('Paris', { thoughtSignature: signature }), call('Rome')]),
      ]),
    ),
    becomes: {
      message: response([
        candidate([thought('They ask.'), said, call('Paris', { thoughtSignature: signature }), call('Rome')]),
      ]),
      tokens: 22,
      toolCalls: true,
    },
  },
  {
    name: 'two candidates',
    form: 'json',
    bytes: pretty(
      response([
        candidate([said]),
        candidate([text('It is '), text('Paris.', { thoughtSignature: 's' })], 'STOP', 1),
      ]),
    ),
    becomes: {
      message: response([
        candidate([said]),
        candidate([text('It is '), text('Paris.', { thoughtSignature: 's' })], 'STOP', 1),
      ]),
      tokens: 22,
    },
  },

  {
    name: 'as the reference shows it',
    form: 'stream',
    bytes: events(...paris, end),
    becomes: { message: whole, tokens: 22 },
  },
  {
    name: 'with comments, a mark, and line ends of one letter',
    form: 'stream',
    bytes: `\ufeff: hello\n\n${events(...paris, end)}`.replaceAll('\r\n', '\n'),
    becomes: { message: whole, tokens: 22 },
  },
  {
    name: 'thoughts, then words, then a signature that stands alone',
    form: 'stream',
    bytes: events(
      more([thought('They')]),
      more([thought(' ask.')]),
      ...paris,
      more([text('.')]),
      response([candidate([text('', { thoughtSignature: signature })])]),
    ),
    becomes: {
      message: response([candidate([thought('They ask.'), said, text('', { thoughtSignature: signature })])]),
      tokens: 22,
    },
  },
  {
    name: 'function calls in events of their own',
    form: 'stream',
    bytes: events(
      more([call('Paris', { thoughtSignature: signature })]),
      response([candidate([call('Rome')])]),
    ),
    becomes: {
      message: response([candidate([call('Paris', { thoughtSignature: signature }), call('Rome')])]),
      tokens: 22,
      toolCalls: true,
    },
  },
  {
    name: 'two candidates in turn',
    form: 'stream',
    bytes: events(
      more([text('Par')]),
      more([text('It')], 1),
      response([candidate([text(' is Paris.')], 'STOP', 1)], {}),
      response([candidate([text('is.')])]),
    ),
    becomes: {
      message: response([candidate([text('Paris.')]), candidate([text('It is Paris.')], 'STOP', 1)]),
      tokens: 22,
    },
  },
  {
    name: 'sources and log probabilities, which grow',
    form: 'stream',
    bytes: events(
      more([text('Par')], 0, {
        citationMetadata: { citationSources: [{ uri: 'a' }] },
        logprobsResult: { chosenCandidates: [{ token: 'Par' }] },
      }),
      response([
        candidate([text('is.')], 'STOP', 0, {
          citationMetadata: { citationSources: [{ uri: 'b' }] },
          logprobsResult: { chosenCandidates: [{ token: 'is.' }] },
        }),
      ]),
    ),
    becomes: {
      message: response([
        candidate([text('Paris.')], 'STOP', 0, {
          citationMetadata: { citationSources: [{ uri: 'a' }, { uri: 'b' }] },
          logprobsResult: { chosenCandidates: [{ token: 'Par' }, { token: 'is.' }] },
        }),
      ]),
      tokens: 22,
    },
  },

  {
    name: 'as the reference shows it',
    form: 'array',
    bytes: array(...paris, end),
    becomes: { message: whole, tokens: 22 },
  },
];

const broken = response([candidate([said], 'MAX_TOKENS')]);
const refused: Answer[] = [
  ...(
    [
      ['MAX_TOKENS', 'length'],
      ['SAFETY', 'content-filter'],
      ['RECITATION', 'content-filter'],
      ['PROHIBITED_CONTENT', 'content-filter'],
      ['MALFORMED_FUNCTION_CALL', 'incomplete'],
      ['OTHER', 'incomplete'],
      ['NEWER', 'incomplete'],
    ] as const
  ).flatMap(([reason, becomes]): Answer[] => {
    const last = response([candidate([text('.')], reason)]);
    return [
      {
        name: `stopped by ${reason}`,
        form: 'json',
        bytes: pretty(response([candidate([said], reason)])),
        becomes,
      },
      { name: `stopped by ${reason}`, form: 'stream', bytes: events(...paris, last), becomes },
      { name: `stopped by ${reason}`, form: 'array', bytes: array(...paris, last), becomes },
    ];
  }),
  {
    name: 'a blocked prompt',
    form: 'json',
    bytes: pretty({ promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: usage, ...top }),
    becomes: 'content-filter',
  },
  {
    name: 'a blocked prompt',
    form: 'stream',
    bytes: events({ promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: usage, ...top }),
    becomes: 'content-filter',
  },
  {
    name: 'one of two cut',
    form: 'json',
    bytes: pretty({ ...whole, candidates: [candidate([said]), ...broken.candidates] }),
    becomes: 'length',
  },
  { name: 'empty', form: 'json', bytes: pretty(response([candidate([])])), becomes: 'empty' },
  {
    name: 'white space',
    form: 'json',
    bytes: pretty(response([candidate([text(' \n')])])),
    becomes: 'empty',
  },
  {
    name: 'thoughts only',
    form: 'json',
    bytes: pretty(response([candidate([thought('Hm.')])])),
    becomes: 'empty',
  },
  {
    name: 'an image',
    form: 'json',
    bytes: pretty(response([candidate([said, { inlineData: { mimeType: 'image/png', data: 'iVBORw==' } }])])),
    becomes: 'unsupported-answer',
  },
  {
    name: 'a call that is told in pieces',
    form: 'stream',
    bytes: events(
      more([{ functionCall: { name: 'get_weather', willContinue: true }, thoughtSignature: signature }]),
      more([
        {
          functionCall: {
            partialArgs: [{ jsonPath: '$.city', stringValue: 'Par', willContinue: true }],
            willContinue: true,
          },
        },
      ]),
      more([
        { functionCall: { partialArgs: [{ jsonPath: '$.city', stringValue: 'is' }], willContinue: true } },
      ]),
      response([candidate([{ functionCall: {} }])]),
    ),
    becomes: 'unsupported-answer',
  },
  {
    name: 'what a program said that the provider ran',
    form: 'json',
    bytes: pretty(response([candidate([{ executableCode: { code: '1+1' } }, said])])),
    becomes: 'unsupported-answer',
  },
  {
    name: 'no reason to have ended',
    form: 'json',
    bytes: pretty(response([candidate([said], '')])),
    becomes: 'incomplete',
  },
  { name: 'no candidates', form: 'json', bytes: pretty(response([])), becomes: 'malformed' },
  { name: 'an error', form: 'json', bytes: '{"error": {"code": 503}}', becomes: 'malformed' },
  { name: 'half of it', form: 'json', bytes: pretty(whole).slice(0, -20), becomes: 'malformed' },
  { name: 'nothing', form: 'json', bytes: '', becomes: 'malformed' },

  { name: 'without its last event', form: 'stream', bytes: events(...paris), becomes: 'incomplete' },
  {
    name: 'one of two candidates never ends',
    form: 'stream',
    bytes: events(more([text('x')], 1), end),
    becomes: 'incomplete',
  },
  {
    name: 'an error in the middle',
    form: 'stream',
    bytes: events(...paris, { error: { code: 503 } }, end),
    becomes: 'malformed',
  },
  {
    name: 'an event that is not JSON',
    form: 'stream',
    bytes: events(...paris, '{"candid', end),
    becomes: 'malformed',
  },
  {
    name: 'an event that is null',
    form: 'stream',
    bytes: events(...paris, 'null', end),
    becomes: 'malformed',
  },
  {
    name: 'parts that are none',
    form: 'stream',
    bytes: events(response([candidate([7 as never])])),
    becomes: 'malformed',
  },
  { name: 'nothing', form: 'stream', bytes: '', becomes: 'incomplete' },
  { name: 'without its last element', form: 'array', bytes: array(...paris), becomes: 'incomplete' },
  {
    name: 'an error at its end',
    form: 'array',
    bytes: array(...paris, { error: { code: 503 } }),
    becomes: 'malformed',
  },
  {
    name: 'without its bracket',
    form: 'array',
    bytes: array(...paris, end)
      .trimEnd()
      .slice(0, -1),
    becomes: 'malformed',
  },
  { name: 'one response that is no list', form: 'array', bytes: pretty(whole), becomes: 'malformed' },
];

const parsed = (stream: string) =>
  (stream.match(/(?<=^data: ).*$/gm) ?? []).map(
    (line) =>
      JSON.parse(line) as {
        responseId?: string;
        usageMetadata?: object;
        candidates: { index: number; finishReason?: string }[];
      },
  );

const rich = {
  systemInstruction: { role: 'system', parts: [text('You answer in one sentence.')] },
  contents: [
    { role: 'user', parts: [text('My name is Ada.')] },
    { role: 'model', parts: [thought('Hm.'), text('Hello Ada.', { thoughtSignature: signature })] },
    { role: 'user', parts: [text(question)] },
  ],
  generationConfig: {
    temperature: 0.2,
    topP: 0.9,
    topK: 40,
    candidateCount: 1,
    seed: 7,
    stopSequences: ['END', '\n\n'],
    maxOutputTokens: 100,
    responseMimeType: 'text/plain',
    responseModalities: ['TEXT'],
    presencePenalty: 0.1,
    thinkingConfig: { thinkingBudget: 0, includeThoughts: true },
  },
  safetySettings: [
    { category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' },
    { category: 'HARM_CATEGORY_HATE_SPEECH', threshold: 'BLOCK_NONE' },
  ],
  cachedContent: 'cachedContents/abc',
  labels: { team: 'support' },
  vendor_extension: { deep: [{ er: { still: [1, 2, { deeper: true }] } }] },
};
const withTools = {
  ...rich,
  tools: [
    { functionDeclarations: [{ name: 'get_weather', parameters: { type: 'object' } }, { name: 'get_time' }] },
  ],
  toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['get_weather'] } },
  contents: [
    ...rich.contents,
    { role: 'model', parts: [call('Paris')] },
    { role: 'user', parts: [{ functionResponse: { name: 'get_weather', response: { rain: true } } }] },
  ],
};

const path = '/v1beta/models/gemini-2.5-flash:generateContent';
const streaming = '/v1beta/models/gemini-2.5-flash:streamGenerateContent';

export const geminiExamples: DialectExamples = {
  path,
  at: {
    stream: { path: streaming, query: '?alt=sse' },
    array: { path: streaming, query: '' },
  },
  usage: 'always',
  identities: [
    { name: 'a text', path, body: rich, loose: 'contents.2.parts.0.text', shape: [] },
    { name: 'a request with functions', path, body: withTools, loose: undefined, shape: [] },
  ],
  serves: [
    ['POST', path],
    ['POST', streaming],
    ['POST', '/v1/models/gemini-2.5-pro:generateContent'],
    ['POST', '/v1alpha/tunedModels/mine:generateContent'],
    ['POST', '/v1/projects/p/locations/l/publishers/google/models/gemini-2.5-pro:streamGenerateContent'],
    ['POST', '/v1beta1/projects/p/locations/l/endpoints/7:generateContent'],
    ['POST', '/v1/publishers/google/models/gemini-2.5-pro:generateContent'],
  ],
  leaves: [
    ['GET', path],
    ['POST', '/v1beta/models/gemini-2.5-flash:countTokens'],
    ['POST', '/v1beta/models/gemini-2.5-flash:batchGenerateContent'],
    ['POST', '/v1beta/models/gemini-2.5-flash:generateContentLater'],
    ['POST', '/v1beta/models/a/b:generateContent'],
    ['POST', '/v1/projects/p/locations/l/publishers/anthropic/models/claude:generateContent'],
    ['POST', '/v2/models/gemini-2.5-flash:generateContent'],
  ],
  requests: { json: ask, stream: ask, streamWithUsage: ask, array: ask },
  answers: [...kept, ...refused],
  ids: (stream) => parsed(stream).flatMap(({ responseId }) => responseId ?? []),
  tellsUsage: (stream) => parsed(stream).some(({ usageMetadata }) => usageMetadata !== undefined),
  ends: (stream) =>
    parsed(stream).filter(({ candidates }) => candidates.every((each) => each.finishReason)).length,
};
