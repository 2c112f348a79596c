import { expect, it } from 'vitest';
import { Blocked, keptAs, pairsOf, shortName } from '../../../../sidecar/quality/blocked.ts';
import { entryOf } from '../stores/entries.ts';

const paris = entryOf('paris', { partition: 'p', text: 'What is the capital of France?' });
const other = 'What is the capital city of Francia?';

it('a blocked pair is refused in both directions, and nothing else is', () => {
  const blocked = new Blocked();
  blocked.add(pairsOf('p', 'What is the capital of France?', other));
  expect(blocked.refuses(other, paris)).toBe('feedback');
  expect(blocked.refuses('What is the capital of France?', { ...paris, text: other })).toBe('feedback');
  expect(blocked.refuses('What is the capital of France?', paris)).toBeUndefined();
  expect(blocked.refuses('Name the capital of France', paris)).toBeUndefined();
  expect(blocked.refuses(other, { ...paris, partition: 'q' })).toBeUndefined();
});

it('the same question in other clothes is the same pair', () => {
  const blocked = new Blocked();
  blocked.add(pairsOf('p', 'What is the capital of France?', other));
  expect(blocked.refuses('what is the capital city of francia, please', paris)).toBe('feedback');
});

it('texts of one signature are blocked as they stand', () => {
  const blocked = new Blocked();
  blocked.add(pairsOf('p', 'What is the capital of France?', 'what is the capital of france'));
  expect(blocked.refuses('what is the capital of france', paris)).toBe('feedback');
  expect(blocked.refuses('WHAT is the capital of France', paris)).toBeUndefined();
});

it('while blocks may be missing, only the own question is answered', () => {
  const blocked = new Blocked();
  blocked.areKnown = false;
  expect(blocked.refuses('Name the capital of France', paris)).toBe('feedback-unknown');
  expect(blocked.refuses('What is the capital of France?', paris)).toBeUndefined();
});

it('as a store keeps it a pair has its partition, by which it is counted and chosen; older ones have none', () => {
  const blocked = new Blocked();
  const pairs = pairsOf('p', 'What is the capital of France?', other);
  const kept = pairs.map((pair) => keptAs('p', pair));
  blocked.add([...kept, ...kept, keptAs('q', 'x'.repeat(22)), pairs[0] as string]);
  expect(blocked.partitions.get(shortName('p'))).toBe(pairs.length);
  expect(blocked.chosen({ partition: shortName('p') })).toEqual(kept);
  blocked.remove([...kept, ...kept]);
  expect(blocked.partitions.has(shortName('p'))).toBe(false);
  expect(blocked.refuses(other, paris)).toBe('feedback');
  blocked.remove(blocked.chosen({ pair: pairs[0] as string }));
  expect(blocked.refuses(other, paris)).toBeUndefined();
  expect(blocked.size).toBe(1);
});
