import { expect, it } from 'vitest';
import { Blocked, keptAs } from '../../../../sidecar/quality/blocked.ts';
import { Feedback } from '../../../../sidecar/quality/feedback.ts';
import { entryOf } from '../stores/entries.ts';

it('one partition has a tenth of the room for pairs, and the others keep theirs', async () => {
  const blocked = new Blocked();
  blocked.add(Array.from({ length: 9_999 }, (_, at) => keptAs('p', String(at).padStart(22, '0'))));
  let asked = 0;
  const feedback = new Feedback({
    blocked,
    store: {
      entry: async (id) => entryOf(id, { partition: id, text: 'What is the capital of France?' }),
      block: async (pairs) => {
        asked++;
        blocked.add(pairs);
      },
    },
    remove: async () => {},
    clock: () => 0,
    learn: async () => {},
    told: () => {},
  });
  const prompt = 'Name the largest city of Peru';
  const wrong = (partition: string) =>
    feedback.take({ entry: partition, verdict: 'wrong', prompt }, partition);
  await expect(wrong('p')).rejects.toMatchObject({ statusCode: 507 });
  expect(await wrong('q')).toBe(true);
  // What is known here already takes no room, and may be new to the store all the same.
  expect(await wrong('q')).toBe(true);
  expect(asked).toBe(2);
  expect(blocked.size).toBe(10_001);
});
