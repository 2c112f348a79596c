import { expect, test } from 'vitest';
import { compactHeap } from '../../../../sidecar/compact-heap.ts';
import { readWordPieces } from '../../../../sidecar/embedders/word-pieces.ts';
import { realModel } from './real-model.ts';

const model = await realModel();

function heapMiB(): number {
  compactHeap();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

test.skipIf('missing' in model)('what is read of a tokenizer is kept once', async () => {
  const path = 'files' in model ? model.files.tokenizerPath : '';
  const read = [await readWordPieces(path, 256)];
  const before = heapMiB();
  for (let more = 0; more < 4; more++) read.push(await readWordPieces(path, 256));
  expect(heapMiB() - before).toBeLessThan(7);
  for (const wordPieces of read) expect(wordPieces('hello 打开灯')).toEqual(read[0]?.('hello 打开灯'));
});
