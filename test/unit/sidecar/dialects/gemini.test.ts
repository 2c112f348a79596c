import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../sidecar/dialects/dialect.ts';
import { gemini } from '../../../../sidecar/dialects/gemini.ts';

/** What only this dialect says; what all dialects share is in test/contract/dialect.suite.ts. */
const model = '/v1beta/models/gemini-2.5-flash';
const rules = {
  conversation: 'strict',
  identifyUser: true,
  path: `${model}:generateContent`,
  query: '',
} as const;
const read = (body: object, more: object = {}) => gemini.read(body as JsonObject, { ...rules, ...more });
const question = 'What is Rust?';
const user = (...parts: unknown[]) => ({ contents: [{ role: 'user', parts }] });
const asked = user({ text: question });
const config = (generationConfig: object) => ({ ...asked, generationConfig });

describe('the form stands in the path and in the query', () => {
  const stream = `${model}:streamGenerateContent`;
  it.each([
    [`${model}:generateContent`, '', 'json', ''],
    [`${model}:generateContent`, '?alt=json', 'json', ''],
    [stream, '?alt=sse', 'stream', ''],
    [stream, '?$alt=sse&x=1', 'stream', '?x=1'],
    [stream, '?%24alt=SSE', 'stream', ''],
    [stream, '', 'array', ''],
    [stream, '?alt=json', 'array', ''],
    [stream, '?alt=proto', 'array', '?alt=proto'],
    [stream, '?fields=a,alt=sse', 'array', '?fields=a,alt=sse'],
  ])('%s%s', (path, query, form, counted) => {
    const found = read(asked, { path, query });
    expect(found.asked).toMatchObject({ form, model: 'gemini-2.5-flash', text: question });
    expect(found.query).toBe(counted);
    expect(found.fixed).toEqual(read(asked).fixed);
  });

  it('the model, and who has it, count', () => {
    const paths = [
      `${model}:generateContent`,
      '/v1/models/gemini-2.5-flash:generateContent',
      '/v1beta/tunedModels/gemini-2.5-flash:generateContent',
      '/v1/projects/p/locations/l/publishers/google/models/gemini-2.5-flash:generateContent',
      '/v1/projects/q/locations/l/publishers/google/models/gemini-2.5-flash:generateContent',
    ];
    const found = paths.map((path) => JSON.stringify(read(asked, { path }).fixed));
    expect(new Set(found).size).toBe(paths.length);
  });
});

describe('compared by its words', () => {
  it.each([
    ['a text', asked],
    ['without a role', { contents: [{ parts: [{ text: question }] }] }],
    ['as objects in place of lists', { contents: { parts: { text: question } } }],
    ['with text as its form', config({ responseMimeType: 'text/plain', responseModalities: ['TEXT'] })],
    ['with tools that are none', { ...asked, tools: [] }],
    ['with a cached content', { ...asked, cachedContent: 'cachedContents/1' }],
  ])('%s', (_, body) =>
    expect(read(body).asked).toMatchObject({ text: question, exactOnly: undefined, uncached: undefined }),
  );
});

describe('compared by its bytes only', () => {
  const called = { role: 'model', parts: [{ function_call: { name: 'f' } }] };
  it.each([
    ['tools', { ...asked, tools: [{ functionDeclarations: [] }] }],
    ['tools', { ...asked, tools: [{ function_declarations: [] }] }],
    ['tools', { ...asked, tools: { functionDeclarations: [] } }],
    ['tools', { contents: [called, ...asked.contents] }],
    ['tools', { contents: [{ ...called, parts: called.parts[0] }, ...asked.contents] }],
    ['tools', user({ functionResponse: { name: 'f', response: {} } })],
    ['tools', { contents: [{ role: 'function', parts: [] }, ...asked.contents] }],
    ['structured', config({ responseMimeType: 'application/json' })],
    ['structured', { ...asked, generation_config: { response_mime_type: 'application/json' } }],
    ['structured', config({ responseSchema: {} })],
    ['structured', config({ response_json_schema: {} })],
    ['structured', config({ candidateCount: 2 })],
    ['structured', user({ text: '{"a": 1}' })],
    ['multimodal', config({ responseModalities: ['TEXT', 'IMAGE'] })],
    ['multimodal', user({ inlineData: {} }, { text: question })],
    ['multimodal', user({ file_data: {} }, { text: question })],
    ['multimodal', user({ text: question, videoMetadata: {} })],
    ['multimodal', { contents: [{ parts: { inlineData: {} } }, ...asked.contents] }],
    ['multimodal', user(7)],
    ['no-user-text', user({ text: question }, { text: question })],
    ['no-user-text', user({ text: question, thought: true })],
    ['no-user-text', { contents: [...asked.contents, { role: 'model', parts: [{ text: 'It is' }] }] }],
    ['no-user-text', user({ text: ' ' })],
    ['no-user-text', { contents: 'x' }],
    ['no-user-text', {}],
  ])('%s: %j', (exactOnly, body) => expect(read(body).asked).toMatchObject({ text: undefined, exactOnly }));
});

it.each([
  ['live', [{ googleSearch: {} }]],
  ['live', [{ functionDeclarations: [] }, { url_context: {} }]],
  ['live', [{ functionDeclarations: [], codeExecution: {} }]],
  [undefined, [{ functionDeclarations: [] }, { computerUse: {} }, {}]],
  ['live', { googleSearch: {} }],
  [undefined, [null]],
])('tools that the provider runs are never cached: %s %j', (uncached, tools) =>
  expect(read({ ...asked, tools }).asked.uncached).toBe(uncached),
);

describe('conversation: lastTurn', () => {
  const said = (role: string, text: string) => ({ role, parts: [{ text }] });
  const last = (contents: object[]) => read({ contents }, { conversation: 'lastTurn' }).fixed.contents;

  it('is the last turn of the user', () => {
    expect(last([said('user', 'a'), said('model', 'b'), said('user', 'c')])).toEqual([
      { role: 'user', parts: { '': 'loose text' } },
    ]);
    expect(last([said('user', 'a'), said('model', 'b')])).toEqual([said('user', 'a'), said('model', 'b')]);
  });

  it('is everything where functions were called', () => {
    const result = { role: 'user', parts: [{ functionResponse: { name: 'f', response: {} } }] };
    const turns = [said('user', 'a'), { role: 'model', parts: [{ functionCall: { name: 'f' } }] }, result];
    expect(last(turns)).toEqual(turns);
  });
});
