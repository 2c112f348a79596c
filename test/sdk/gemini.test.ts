import { ApiError, type GenerateContentResponse, GoogleGenAI } from '@google/genai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Provider, startProvider } from '../support/provider/index.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar.ts';

/** The `@google/genai` package as an application uses it, with the sidecar between it and the provider. */
let provider: Provider;
let sidecar: SidecarProcess;
beforeAll(async () => {
  provider = await startProvider();
  sidecar = await startSidecar({ FOURFOLD_GEMINI_UPSTREAM: provider.url });
});
afterAll(async () => {
  await sidecar?.close();
  await provider?.close();
});

let keys = 0;
const connect = (apiKey = `AIza-${++keys}`, baseUrl = sidecar.url) =>
  new GoogleGenAI({ apiKey, httpOptions: { baseUrl } });

type Params = { contents: unknown; config?: object };
const ask = (contents: unknown, config?: object): Params => ({ contents, ...(config ? { config } : {}) });

/** What the SDK parsed, without what it tells of the connection. */
const parsed = (response: GenerateContentResponse) => {
  const { sdkHttpResponse, ...rest } = JSON.parse(JSON.stringify(response));
  return { response: rest, phase: sdkHttpResponse?.headers?.['x-fourfold-phase'] as string | undefined };
};

async function whole(client: GoogleGenAI, params: Params) {
  const response = await client.models.generateContent({ model: 'gemini-2.5-flash', ...params } as never);
  return { ...parsed(response), text: response.text, calls: response.functionCalls };
}

async function streamed(client: GoogleGenAI, params: Params) {
  const stream = await client.models.generateContentStream({ model: 'gemini-2.5-flash', ...params } as never);
  const chunks: GenerateContentResponse[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const last = chunks.at(-1);
  const parts = chunks.flatMap((chunk) => chunk.candidates?.[0]?.content?.parts ?? []);
  return {
    phase: chunks[0] && parsed(chunks[0]).phase,
    ids: [...new Set(chunks.map(({ responseId }) => responseId))],
    text: chunks.map((chunk) => chunk.text ?? '').join(''),
    thoughts: parts.map(({ thought, text }) => (thought === true ? text : '')).join(''),
    signatures: parts.flatMap(({ thoughtSignature }) => thoughtSignature ?? []),
    calls: chunks.flatMap((chunk) => chunk.functionCalls ?? []),
    models: [...new Set(chunks.map(({ modelVersion }) => modelVersion))],
    finishReason: last?.candidates?.[0]?.finishReason,
    usage: last?.usageMetadata,
  };
}

const weather = {
  tools: [
    {
      functionDeclarations: [
        {
          name: 'get_weather',
          parametersJsonSchema: {
            type: 'object',
            properties: { city: { type: 'string' } },
            required: ['city'],
          },
        },
      ],
    },
  ],
};
const questions: Record<string, Params> = {
  'a plain question': ask('What is the capital of France?'),
  'a conversation with an instruction': ask(
    [
      { role: 'user', parts: [{ text: 'Hello' }] },
      { role: 'model', parts: [{ text: 'Hi' }] },
      { role: 'user', parts: [{ text: 'What is Rust?' }] },
    ],
    { systemInstruction: 'Be brief.', temperature: 0.2 },
  ),
  thoughts: ask('Why is the sky blue?', { thinkingConfig: { includeThoughts: true } }),
  'function calls': ask('What is the weather in Paris and Tokyo?', weather),
  'a structured answer': ask('What is a refund?', { responseMimeType: 'application/json' }),
};

describe.each(Object.entries(questions))('%s', (_, params) => {
  it('whole: the hit is parsed into the same response', async () => {
    const client = connect();
    const miss = await whole(client, params);
    const hit = await whole(client, params);
    expect([miss.phase, hit.phase]).toEqual(['miss', expect.stringMatching(/^(fingerprint|exact)$/)]);
    expect({ ...hit, phase: '' }).toEqual({ ...miss, phase: '' });
  });

  it('as a stream: the hit adds up to the same', async () => {
    const client = connect();
    const miss = await streamed(client, params);
    const hit = await streamed(client, params);
    expect([miss.phase, hit.phase]).toEqual(['miss', expect.stringMatching(/^(fingerprint|exact)$/)]);
    expect({ ...hit, phase: '' }).toEqual({ ...miss, phase: '' });
    expect(hit.finishReason).toBe('STOP');
    expect(hit.usage?.totalTokenCount).toBeGreaterThan(0);
    expect(hit.ids).toHaveLength(1);
  });

  it('stored whole, read as a stream, and the reverse', async () => {
    const client = connect();
    const miss = await whole(client, params);
    const hit = await streamed(client, params);
    expect({ text: hit.text, calls: hit.calls, id: hit.ids }).toEqual({
      text: miss.text ?? '',
      calls: miss.calls ?? [],
      id: [miss.response.responseId],
    });
    const thoughts = miss.response.candidates?.[0]?.content?.parts?.filter(
      ({ thought }: { thought?: boolean }) => thought,
    );
    expect(hit.thoughts).toBe((thoughts ?? []).map(({ text }: { text: string }) => text).join(''));
    const other = connect();
    const first = await streamed(other, params);
    const second = await whole(other, params);
    expect(second.phase).toMatch(/^(fingerprint|exact)$/);
    expect([second.text ?? '', second.calls ?? []]).toEqual([first.text, first.calls]);
    expect(second.response.usageMetadata).toEqual(JSON.parse(JSON.stringify(first.usage)));
  });
});

it('a chat keeps its history when its answers come from the cache', async () => {
  const talk = async (apiKey: string) => {
    const chat = connect(apiKey).chats.create({ model: 'gemini-2.5-flash' });
    for await (const _ of await chat.sendMessageStream({ message: 'What is Rust?' }));
    const turns = chat.getHistory(true).map(({ role, parts }) => `${role}: ${parts?.[0]?.text}`);
    return turns.join('').replaceAll('model: ', '');
  };
  provider.forget();
  const first = await talk('AIza-chat');
  expect(first).toMatch(/^user: What is Rust\?Rust is/);
  expect(await talk('AIza-chat')).toBe(first);
  expect(provider.requests).toHaveLength(1);
});

it.each([400, 403, 404, 429, 500, 503])(
  'an error %i is the same exception as without the sidecar',
  async (status) => {
    const failed = async (baseUrl: string) => {
      provider.forget();
      provider.next({ status });
      const error = await whole(connect('AIza-error', baseUrl), ask(`error ${status}`)).catch(
        (caught) => caught,
      );
      return error instanceof ApiError
        ? { status: error.status, message: error.message }
        : { other: String(error) };
    };
    const straight = await failed(provider.url);
    expect(straight).toMatchObject({ status });
    expect(await failed(sidecar.url)).toEqual(straight);
  },
);

it('what is not cached works as it is', async () => {
  const { totalTokens } = await connect().models.countTokens({
    model: 'gemini-2.5-flash',
    contents: 'hello',
  });
  expect(totalTokens).toBeGreaterThan(0);
});
