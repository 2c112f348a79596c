import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createEmbedder, type LocalEmbedder } from '../../../../sidecar/embedders/index.ts';
import { compareAnswers } from '../../../../sidecar/quality/compare.ts';
import { realModel } from '../embedders/real-model.ts';

const model = await realModel();

const deaf = { embed: async () => ({ skipped: 'model-unavailable' as const }) };

it.each([
  ['The capital is Paris.', ' the capital  is paris', 'same'],
  ['', 'Something.', 'different'],
  ['', ' ', 'unjudged'],
  ['It takes 3 days.', 'It takes 5 days.', 'different'],
  ['You can return it.', 'You cannot return it.', 'different'],
  ['Open the settings.', 'Go to the settings and open them.', 'unjudged'],
] as const)('without a model: %j, %j: %s', async (served, fresh, expected) => {
  expect(await compareAnswers({ served, fresh }, deaf)).toBe(expected);
  expect(await compareAnswers({ served: fresh, fresh: served }, deaf)).toBe(expected);
});

const pieces = [
  'Open the settings and look for the word. '.repeat(14),
  'Then choose another one. '.repeat(20),
];
it.each([
  ['embedder-busy', 'unjudged'],
  ['embedder-deadline', 'unjudged'],
  ['window', 'same'],
] as const)('where a piece of one answer was skipped for %s it is %s', async (skipped, expected) => {
  let asked = 0;
  const vector = (piece: string) => new Float32Array(piece.startsWith('Open') ? [1, 0] : [0.8, 0.6]);
  const embedder = {
    embed: async (piece: string) => (++asked === 2 ? { skipped } : { vector: vector(piece) }),
  };
  const served = pieces.join('');
  expect(await compareAnswers({ served, fresh: `${served} It is easy.` }, embedder)).toBe(expected);
  expect(asked).toBeGreaterThan(1);
});

describe.skipIf(!('files' in model))('with the model', () => {
  let embedder: LocalEmbedder;
  beforeAll(async () => {
    if (!('files' in model)) return;
    const log = { info() {}, warn() {} };
    embedder = createEmbedder({ model: 'all-MiniLM-L6-v2', files: model.files, log, deadlineMs: 60_000 });
    await vi.waitFor(() => expect(embedder.state().ready).toBe(true), { timeout: 30_000 });
  });
  afterAll(() => embedder?.close());
  const reset = 'Open the sign-in page, choose "Forgot password?" and follow the link that arrives by mail.';

  it.each([
    [
      reset,
      'On the sign-in page choose "Forgot password?", then follow the link in the mail that arrives.',
      'same',
    ],
    [reset, 'You can return an order, and the money is back on your card soon.', 'different'],
    [`${reset} Then choose a password that you use nowhere else.`, reset, 'same'],
  ] as const)('%j, %j: %s', async (served, fresh, expected) => {
    expect(await compareAnswers({ served, fresh }, embedder)).toBe(expected);
  });
});
