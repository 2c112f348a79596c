import { describe, test } from 'vitest';
import { createEmbedder } from '../../sidecar/embedders/index.ts';
import { realModel } from '../unit/sidecar/embedders/real-model.ts';
import { embedderSuite } from './embedder.suite.ts';

const model = await realModel();
const silent = { info() {}, warn() {} };

if ('missing' in model) {
  describe.skip(`all-MiniLM-L6-v2: ${model.missing}`, () => test('skipped', () => {}));
} else {
  for (const workers of [1, 2]) {
    embedderSuite(`all-MiniLM-L6-v2, ${workers} worker${workers > 1 ? 's' : ''}`, {
      async start() {
        const embedder = createEmbedder({
          model: 'all-MiniLM-L6-v2',
          files: model.files,
          log: silent,
          workers,
          queue: 256,
          deadlineMs: 25_000,
        });
        await embedder.started();
        return embedder;
      },
      // One piece for each word, and one mark at either end.
      textOf: (pieces) => Array.from({ length: pieces - 2 }, () => 'word').join(' '),
      window: 256,
      cosines: [
        ['What is the capital of France?', 'Tell me the capital of France', 0.954],
        ['How do I reset my password?', 'What are the steps to reset my password?', 0.94],
        ['What is Rust?', 'Tell me about Rust', 0.865],
        ['How do I enable 2FA?', 'How do I disable 2FA?', 0.877],
        ['What is 2+2?', 'What is 2+3?', 0.875],
      ],
    });
  }
}
