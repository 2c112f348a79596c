import { expect, it } from 'vitest';
import { Blocked, pairsOf } from '../../../../sidecar/quality/blocked.ts';
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
