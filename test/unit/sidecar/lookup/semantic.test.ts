import { expect, test } from 'vitest';
import type { Question } from '../../../../sidecar/lookup/question.ts';
import { semantic } from '../../../../sidecar/lookup/semantic.ts';
import { Blocked } from '../../../../sidecar/quality/blocked.ts';

test('the store has a spare moment while the model works, and none where there is nothing to embed', async () => {
  const story: string[] = [];
  const store = {
    spare: () => void story.push('spare moment'),
    nearest: async () => {
      story.push('asked');
      return [];
    },
  };
  const phase = semantic(store, () => ({ candidates: 5 }), new Blocked());
  const embedding = Promise.withResolvers<{ vector: Float32Array }>();
  const asking = (answer: Question['embedding']) =>
    phase.find({ identity: { scope: 'scope' }, embedding: answer } as Question);
  await asking(() => undefined);
  expect(story).toEqual([]);
  const found = asking(() => {
    story.push('embedding');
    return embedding.promise;
  });
  expect(story).toEqual(['embedding', 'spare moment']);
  embedding.resolve({ vector: new Float32Array([1]) });
  await found;
  expect(story).toEqual(['embedding', 'spare moment', 'asked']);
});
