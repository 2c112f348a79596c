import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createEmbedder, type LocalEmbedder } from '../../../../sidecar/embedders/index.ts';
import { compareAnswers } from '../../../../sidecar/quality/compare.ts';
import { realModel } from '../embedders/real-model.ts';

const model = await realModel();

const deaf = { embed: async () => ({ skipped: 'model-unavailable' as const }) };

it.each([
  ['The capital is Paris.', ' the capital  is paris', 'same'],
  ['', 'Something.', 'different'],
  ['It takes 3 days.', 'It takes 5 days.', 'different'],
  ['You can return it.', 'You cannot return it.', 'different'],
  ['Open the settings.', 'Go to the settings and open them.', 'unjudged'],
] as const)('without a model: %j, %j: %s', async (served, fresh, expected) => {
  expect(await compareAnswers({ served, fresh }, deaf)).toBe(expected);
  expect(await compareAnswers({ served: fresh, fresh: served }, deaf)).toBe(expected);
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
