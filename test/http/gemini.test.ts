import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Behaviour, startProvider } from '../support/provider/index.ts';
import { startSidecar, upstreams } from '../support/sidecar.ts';
import {
  askGemini,
  type Exchanged,
  essence,
  exchange,
  geminiForms,
  type Header,
  header,
  type Pair,
  request,
  startPair,
} from '../support/wire/index.ts';

/** Gemini from outside: bytes as they came in three forms, what is stored, what is the same, and who may know the key. */
let pair: Pair;
beforeAll(async () => {
  pair = await startPair();
});
afterAll(() => pair?.close());

const weather = {
  tools: [
    {
      functionDeclarations: [
        {
          name: 'get_weather',
          description: 'The weather of a city',
          parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      ],
    },
  ],
};
const user = (...parts: object[]) => ({ contents: [{ role: 'user', parts }] });
const forms = Object.entries(geminiForms);

const phaseOf = (answer: Exchanged) => header(answer, 'x-fourfold-phase');
const bodyOf = ({ response }: Exchanged) => response?.body.toString() ?? '';
const send = (bytes: Buffer) => exchange(pair.sidecar.url, bytes);

async function twice(first: Buffer, second: Buffer = first, behaviour: Behaviour = {}) {
  pair.provider.forget();
  pair.provider.next(behaviour);
  const miss = await send(first);
  const hit = await send(second);
  return { miss, hit, phase: phaseOf(hit), calls: pair.provider.stats().calls };
}

describe.each(forms)('as %s, bytes through the sidecar are the bytes without it', (form, call) => {
  const asked: Record<string, [more: object, behaviour?: Behaviour]> = {
    'an answer': [{}],
    thoughts: [{ generationConfig: { thinkingConfig: { includeThoughts: true } } }],
    'function calls in Paris and Rome': [weather],
    'three candidates': [{ generationConfig: { candidateCount: 3 } }],
    'a search': [{ tools: [{ googleSearch: {} }] }],
    'a blocked prompt': [{}, { refusal: 'no' }],
    'an error in the middle': [{}, { errorEvent: true }],
    'line feeds, a mark and comments': [{}, { lineEnd: '\n', bom: true, comments: true }],
    'byte by byte': [{}, { content: 'é🦊', splitAt: Array.from({ length: 2000 }, (_, at) => at) }],
    'a rate limit': [{}, { status: 429, retryAfter: 7 }],
    overload: [{}, { status: 503 }],
  };
  it.each(Object.entries(asked))('%s', async (name, [more, behaviour]) => {
    const { straight, through } = await pair.both(
      askGemini(`${name} ${form}`, more, [], { call }),
      behaviour,
    );
    expect(straight.end).toBe('complete');
    expect(essence(through)).toEqual(essence(straight));
  });
});

it('an array is passed on piece by piece, like a stream', async () => {
  pair.provider.forget();
  const behaviour = { stall: { afterBytes: 400 } };
  pair.provider.next(behaviour);
  const answer = await exchange(
    pair.sidecar.url,
    askGemini('piece by piece', {}, [], { call: geminiForms.array }),
    1500,
  );
  expect(answer.end).toBe('timeout');
  expect(bodyOf(answer)).toHaveLength(400);
});

describe('one entry answers in every form', () => {
  const id = (answer: Exchanged) =>
    [...new Set(bodyOf(answer).match(/"responseId": ?"[^"]+"/g) ?? [])].length;
  const types = {
    json: 'application/json; charset=UTF-8',
    stream: 'text/event-stream',
    array: 'application/json; charset=UTF-8',
  };
  for (const [first, from] of forms)
    for (const [second, to] of forms)
      it(`stored from ${first}, read as ${second}`, async () => {
        const key = `${first} ${second}`;
        const { hit, phase, calls } = await twice(
          askGemini('What is Rust?', {}, [], { call: from, key }),
          askGemini('What is Rust?', {}, [], { call: to, key }),
        );
        expect([phase, calls, id(hit)]).toEqual(['fingerprint', 1, 1]);
        expect(header(hit, 'content-type')).toBe(types[second as keyof typeof types]);
        const body = bodyOf(hit);
        const responses =
          second === 'stream'
            ? body.match(/(?<=^data: ).*$/gm)?.map((line) => JSON.parse(line))
            : JSON.parse(body);
        const last = [responses].flat().at(-1);
        expect(last.candidates[0].finishReason).toBe('STOP');
        expect(last.usageMetadata.totalTokenCount).toBeGreaterThan(0);
        expect(Array.isArray(responses)).toBe(second !== 'json');
      });

  it('function calls in the same request only', async () => {
    const key = 'calls';
    const { hit, miss, phase } = await twice(askGemini('The weather in Paris', weather, [], { key }));
    expect(phase).toBe('exact');
    expect(bodyOf(hit)).toBe(bodyOf(miss));
    expect(bodyOf(hit)).toContain('functionCall');
    expect(phaseOf(await send(askGemini('the weather in paris', weather, [], { key })))).toBe('miss');
  });
});

describe('an answer that is not worth keeping is not kept', () => {
  const worthless: Record<string, [Behaviour, reason: string, more?: object]> = {
    'cut at the token limit': [{}, 'length', { generationConfig: { maxOutputTokens: 2 } }],
    'stopped for safety': [{ finishReason: 'SAFETY' }, 'content-filter'],
    'stopped for recitation': [{ finishReason: 'RECITATION' }, 'content-filter'],
    'a malformed call': [{ finishReason: 'MALFORMED_FUNCTION_CALL' }, 'incomplete'],
    'a reason nobody knows': [{ finishReason: 'TIRED' }, 'incomplete'],
    'a blocked prompt': [{ refusal: 'no' }, 'content-filter'],
    'an empty answer': [{ content: ' ' }, 'empty'],
    'a rate limit': [{ status: 429 }, 'status'],
  };
  describe.each(forms)('as %s', (form, call) => {
    it.each(Object.entries(worthless))('%s', async (name, [behaviour, reason, body = {}]) => {
      const bytes = askGemini(`${name} ${form}`, body, [], { call });
      const { miss, phase, calls } = await twice(bytes, bytes, behaviour);
      expect([phase, calls]).toEqual(['miss', 2]);
      if (form === 'json') expect(header(miss, 'x-fourfold-reason')).toBe(reason);
    });
  });

  describe.each(forms.slice(1))('as %s', (form, call) => {
    it.each<[string, Behaviour]>([
      ['no last piece', { missingDone: true }],
      ['cut off', { cut: { afterBytes: 900 } }],
      ['ended too early', { endAfterBytes: 900 }],
    ])('%s', async (name, behaviour) => {
      const bytes = askGemini(`${name} ${form}`, {}, [], { call });
      expect(await twice(bytes, bytes, behaviour)).toMatchObject({ phase: 'miss', calls: 2 });
    });
  });

  it('an error in the middle of a stream', async () => {
    const bytes = askGemini('error event', {}, [], { call: geminiForms.stream });
    expect(await twice(bytes, bytes, { errorEvent: true })).toMatchObject({ phase: 'miss', calls: 2 });
  });
});

describe('a request that the cache leaves alone', () => {
  it.each([
    ['googleSearch'],
    ['google_search'],
    ['codeExecution'],
    ['urlContext'],
    ['googleMaps'],
    ['fileSearch'],
    ['somethingNew'],
  ])('live: %s', async (tool) => {
    const tools = [...weather.tools, { [tool]: {} }];
    const { miss, phase, calls } = await twice(askGemini(tool, { tools }));
    expect([phase, header(miss, 'x-fourfold-reason'), calls]).toEqual(['bypass', 'live', 2]);
  });

  it.each([':countTokens', ':embedContent', ':batchGenerateContent'])(
    '%s is passed through',
    async (call) => {
      const { straight, through } = await pair.both(askGemini(call, {}, [], { call }));
      expect(essence(through)).toEqual(essence(straight));
      expect(phaseOf(through)).toBeUndefined();
    },
  );
});

describe('which requests are the same', () => {
  const question = 'What is the capital of France?';
  const contents = [
    { role: 'user', parts: [{ text: 'My name is Ada.' }] },
    { role: 'model', parts: [{ text: 'Hello Ada.' }] },
    { role: 'user', parts: [{ text: question }] },
  ];
  const base = {
    contents,
    systemInstruction: { parts: [{ text: 'Be brief.' }] },
    generationConfig: { temperature: 0.2 },
    safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
  };
  const others: Record<
    string,
    [more: object, resource?: string | undefined, call?: string | undefined, headers?: Header[]]
  > = {
    'another model': [base, '/v1beta/models/gemini-2.5-pro'],
    'another version of the API': [base, '/v1/models/gemini-2.5-flash'],
    'a model of a project': [base, '/v1/projects/p/locations/l/publishers/google/models/gemini-2.5-flash'],
    'another instruction': [{ ...base, systemInstruction: { parts: [{ text: 'Be long.' }] } }],
    'another earlier turn': [{ ...base, contents: contents.slice(2) }],
    'another temperature': [{ ...base, generationConfig: { temperature: 0.3 } }],
    'another safety setting': [{ ...base, safetySettings: [] }],
    'cached content': [{ ...base, cachedContent: 'cachedContents/1' }],
    functions: [{ ...base, ...weather }],
    'a form': [{ ...base, generation_config: { response_mime_type: 'application/json' } }],
    'an image': [
      {
        ...base,
        contents: [
          ...contents.slice(0, 2),
          ...user({ inline_data: { mime_type: 'image/png', data: 'iVBORw0KGgo=' } }, { text: question })
            .contents,
        ],
      },
    ],
    'another query': [base, undefined, ':generateContent?prettyPrint=false'],
    'another project pays': [base, undefined, undefined, [['x-goog-user-project', 'p']]],
  };
  it.each(Object.entries(others))('%s is another request', async (key, [more, resource, call, headers]) => {
    const first = askGemini('', base, [], { key });
    const options = { key, ...(resource ? { resource } : {}), ...(call ? { call } : {}) };
    const { phase } = await twice(first, askGemini('', more, headers, options));
    expect(phase).toBe('miss');
    // Given that the first one is still there
    expect(phaseOf(await send(first))).toBe('fingerprint');
  });

  it('a turn without a role is the user’s', async () => {
    const key = 'no role';
    const bytes = (text: string) => askGemini('', { contents: [{ parts: [{ text }] }] }, [], { key });
    expect((await twice(bytes('What is Rust?'), bytes('what is rust'))).phase).toBe('fingerprint');
  });

  it.each(['strict', 'lastTurn'])(
    'the result of a function ends one task only, conversation: %s',
    async (mode) => {
      const own = await startPair({ FOURFOLD_CONVERSATION: mode });
      const phase = async (question: string) => {
        const turns = [
          { role: 'user', parts: [{ text: question }] },
          { role: 'model', parts: [{ functionCall: { name: 'f', args: {} } }] },
          { role: 'user', parts: [{ functionResponse: { name: 'f', response: { ok: true } } }] },
        ];
        const bytes = askGemini('', { ...weather, contents: turns }, [], { key: 'loop' });
        return phaseOf(await exchange(own.sidecar.url, bytes));
      };
      try {
        expect(await phase('Is it raining?')).toBe('miss');
        expect(await phase('Is it snowing?')).toBe('miss');
        expect(await phase('Is it raining?')).toBe('exact');
      } finally {
        await own.close();
      }
    },
  );
});

describe('the key', () => {
  const secret = 'AIzaSyTheKeyThatNobodyMaySee';
  const withKey = (key: string, call: string = geminiForms.json) =>
    askGemini('Whose key?', {}, [], {
      key: undefined,
      call: `${call}${call.includes('?') ? '&' : '?'}key=${key}`,
    });

  it('in the query is the same as in the header', async () => {
    const key = 'a caller';
    const named = createHash('sha1').update(key).digest('hex');
    const { phase } = await twice(askGemini('Whose key?', {}, [], { key }), withKey(named));
    expect(phase).toBe('fingerprint');
  });

  it('in the query is a partition of its own, in every form', async () => {
    expect((await twice(withKey('one'), withKey('two'))).phase).toBe('miss');
    expect(phaseOf(await send(withKey('one', geminiForms.stream)))).toBe('fingerprint');
    expect(phaseOf(await send(withKey('%6Fne', geminiForms.array)))).toBe('fingerprint');
    expect(phaseOf(await send(withKey('one&key=two')))).toBe('miss');
    expect(phaseOf(await send(withKey('one&access_token=two')))).toBe('miss');
  });

  it('reaches the provider as it came, and nobody else', async () => {
    const openai = await startProvider();
    const gemini = await startProvider();
    const sidecar = await startSidecar({
      ...upstreams(gemini.url),
      FOURFOLD_OPENAI_UPSTREAM: openai.url,
      FOURFOLD_ANTHROPIC_UPSTREAM: openai.url,
      FOURFOLD_LOG_LEVEL: 'trace',
    });
    const own: Header[] = [['Host', 'x']];
    const paths = [
      `/v1beta/models?key=${secret}`,
      `/v1/models?key=${secret}`,
      `/v1/models/gemini-2.5-flash:embedContent?key=${secret}`,
      `/upload/v1beta/files?key=${secret}`,
      `/v1/projects/p/locations/l/models?access_token=${secret}`,
    ];
    try {
      await exchange(sidecar.url, withKey(secret));
      await exchange(sidecar.url, withKey(secret));
      await exchange(sidecar.url, withKey(secret, geminiForms.stream));
      for (const path of paths) await exchange(sidecar.url, request('POST', path, own, ''));
      await exchange(sidecar.url, request('GET', '/v1/files', [...own, ['x-goog-api-key', secret]]));
      expect(openai.requests).toHaveLength(0);
      expect(gemini.requests.map(({ path }) => path)).toEqual([
        `/v1beta/models/gemini-2.5-flash:generateContent?key=${secret}`,
        ...paths,
        '/v1/files',
      ]);
      const told = await Promise.all(
        ['/metrics', '/stats'].map(async (path) => await (await fetch(sidecar.adminUrl + path)).text()),
      );
      expect(JSON.stringify([sidecar.log, told])).not.toContain(secret);
    } finally {
      await sidecar.close();
      await openai.close();
      await gemini.close();
    }
  }, 90_000);

  it('is not told where the provider cannot be reached', async () => {
    const sidecar = await startSidecar({ ...upstreams('http://127.0.0.1:1'), FOURFOLD_LOG_LEVEL: 'trace' });
    try {
      const answer = await exchange(sidecar.url, withKey(secret));
      expect(answer.response?.status).toBe(502);
      expect(JSON.parse(bodyOf(answer))).toMatchObject({ error: { code: 502, status: 'UNAVAILABLE' } });
      expect(bodyOf(answer) + JSON.stringify(sidecar.log)).not.toContain(secret);
    } finally {
      await sidecar.close();
    }
  }, 90_000);
});

it('a header that cannot be read: 400 in the provider’s own form', async () => {
  const answer = await send(askGemini('unreadable', {}, [['x-fourfold-ttl', 'soon']]));
  expect(JSON.parse(bodyOf(answer))).toMatchObject({
    error: { code: 400, status: 'INVALID_ARGUMENT', message: expect.stringContaining('x-fourfold-ttl') },
  });
});
