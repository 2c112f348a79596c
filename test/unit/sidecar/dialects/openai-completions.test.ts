import { describe, expect, it } from 'vitest';
import { openaiCompletions } from '../../../../sidecar/dialects/openai-completions.ts';

/** What only this dialect says; what all dialects share is in test/contract/dialect.suite.ts. */
const readAll = (body: object, path = '/v1/completions') =>
  openaiCompletions.read(
    { model: 'gpt-3.5-turbo-instruct', ...body },
    { conversation: 'strict', identifyUser: true, path, query: '' },
  );
const prompt = 'What is the capital of France?';

describe('compared by its words', () => {
  it.each([
    ['a text', { prompt }],
    ['a list of one text', { prompt: [prompt] }],
    ['one answer asked for', { prompt, n: 1, best_of: 1, echo: false, suffix: null, logprobs: null }],
  ])('%s', (_, body) => expect(readAll(body).asked).toMatchObject({ text: prompt, exactOnly: undefined }));

  it.each(['Was ist Rust? ', 'Rustとは何ですか？', 'ما هي عاصمة فرنسا؟'])('a question: %s', (prompt) =>
    expect(readAll({ prompt }).asked.text).toBe(prompt),
  );

  it('a list of one text is that text', () => {
    expect(readAll({ prompt: [prompt] }).fixed).toEqual(readAll({ prompt }).fixed);
  });
});

it.each([
  ['structured', { prompt: [prompt, 'Another'] }],
  ['structured', { prompt: [464, 3139] }],
  ['structured', { prompt: [[464], [3139]] }],
  ['structured', { prompt: [464] }],
  ['structured', { prompt, echo: true }],
  ['structured', { prompt, suffix: '.' }],
  ['structured', { prompt, best_of: 3 }],
  ['structured', { prompt, n: 2 }],
  ['structured', { prompt, logprobs: 0 }],
  ['structured', { prompt: 'Q: 1\nA: one\nQ: 2\nA:' }],
  ['structured', { prompt: '{"a": 1}' }],
  ['structured', { prompt: 'The cat sat' }],
  ['structured', { prompt: 'The cat sat.' }],
  ['structured', { prompt: 'Is it over? Yes, thanks' }],
  ['structured', { prompt: ['def add(a, b):'] }],
  ['no-user-text', { prompt: '' }],
  ['no-user-text', { prompt: ['\n '] }],
  ['no-user-text', { prompt: [] }],
  ['no-user-text', { prompt: { text: 'x' } }],
  ['no-user-text', {}],
])('compared by its bytes only, %s: %j', (exactOnly, body) => {
  const { asked, fixed } = readAll(body);
  expect(asked).toMatchObject({ text: undefined, exactOnly });
  expect(fixed.prompt).toEqual('prompt' in body ? body.prompt : undefined);
});

it('is never cached when the provider searches for the answer', () => {
  expect(readAll({ prompt }).asked.uncached).toBeUndefined();
  expect(readAll({ prompt, plugins: [{ id: 'web' }] }).asked.uncached).toBe('live');
  expect(readAll({ prompt, model: 'openai/gpt-3.5-turbo-instruct:online' }).asked.uncached).toBe('live');
});

it('takes a deployment for the model', () => {
  const { asked, query } = readAll({ prompt }, '/openai/deployments/davinci/completions');
  expect(asked.model).toBe('davinci');
  expect(query).toBe('/openai/deployments/davinci');
});
