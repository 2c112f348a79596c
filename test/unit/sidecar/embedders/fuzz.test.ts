import { expect, it } from 'vitest';
import { readWordPieces } from '../../../../sidecar/embedders/word-pieces.ts';
import { manyTexts, randomTexts } from '../../../support/random-texts.ts';
import { realModel } from './real-model.ts';

const model = await realModel();

it.skipIf('missing' in model)(
  `the tokenizer reads any text without a throw (${manyTexts} texts)`,
  { timeout: 1_800_000 },
  async () => {
    if ('missing' in model) return;
    const window = 256;
    const wordPieces = await readWordPieces(model.files.tokenizerPath, window);
    const next = randomTexts(20_261);
    for (let n = 0; n < manyTexts; n++) {
      const text = next();
      const pieces = wordPieces(text);
      if (pieces === undefined) continue;
      if (pieces.ids.length < 2 || pieces.ids.length > window || pieces.unknown > pieces.ids.length - 2)
        throw new Error(`word pieces: ${JSON.stringify(text)}`);
    }
  },
);

it.skipIf('missing' in model)('the tokenizer takes time in proportion to the text', async () => {
  if ('missing' in model) return;
  const wordPieces = await readWordPieces(model.files.tokenizerPath, 256);
  // The longest that crosses to the worker.
  for (const hard of ['a', 'a ', '! ', '法', 'é', '\u0301', '😀']) {
    const text = hard.repeat(8_192 / hard.length);
    const start = performance.now();
    wordPieces(text);
    expect(performance.now() - start, JSON.stringify(hard)).toBeLessThan(1_000);
  }
});
