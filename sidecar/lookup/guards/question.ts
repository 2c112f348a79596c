import type { Guard } from './guard.ts';
import type { Reading } from './reading.ts';
import { derived, subset } from './sets.ts';

/** When, where, why, who, how many: another answer is wanted of the same thing. */
export const question: Guard = {
  reason: 'question',
  description: 'The texts ask different questions: when, where, why, who, how, how many.',
  refuses(asked, stored) {
    const a = kind(asked);
    const b = kind(stored);
    if (a === b || a === undefined || b === undefined) return false;
    if (definite.has(a) && definite.has(b)) return true;
    // "what", "how", "should" are asked of one thing in many ways: only the same words about it show the difference.
    return sameContent(asked, stored);
  },
};

/** Questions whose answers are of another kind altogether. */
const definite = new Set([
  'when',
  'where',
  'why',
  'who',
  'how-many',
  'how-much',
  'how-long',
  'how-old',
  'how-far',
  'how-tall',
  'how-often',
  'how-big',
]);

const asks = new Map([
  ['when', 'when'],
  ['where', 'where'],
  ['why', 'why'],
  ['who', 'who'],
  ['whom', 'who'],
  ['whose', 'who'],
  ['how', 'how'],
]);

/** "what time" is when, "what reason" is why. */
const whats = new Map(
  Object.entries({
    time: 'when',
    year: 'when',
    date: 'when',
    day: 'when',
    month: 'when',
    reason: 'why',
    reasons: 'why',
    place: undefined,
    person: 'who',
    people: 'who',
    number: 'how-many',
  }),
);

const measures = new Map(
  Object.entries({
    many: 'how-many',
    much: 'how-much',
    long: 'how-long',
    old: 'how-old',
    far: 'how-far',
    tall: 'how-tall',
    high: 'how-tall',
    often: 'how-often',
    frequently: 'how-often',
    big: 'how-big',
    large: 'how-big',
    soon: 'when',
    come: 'why',
  }),
);

const kind = derived(({ words }: Reading): string | undefined => {
  for (let at = 0; at < Math.min(words.length, 14); at++) {
    const { folded } = words[at]!;
    const next = words[at + 1]?.folded ?? '';
    if (folded === 'how') return measures.get(next) ?? 'how';
    if (folded === 'what' || folded === 'which')
      return (
        whats.get(next) ??
        (next === 'is' || next === 'are'
          ? (whats.get(words[at + 2]?.folded === 'the' ? (words[at + 3]?.folded ?? '') : '') ?? 'what')
          : 'what')
      );
    const asked = asks.get(folded);
    // "when I …" in the middle is no question: "what do I do when my card is lost".
    if (asked !== undefined && (at < 3 || words[at]!.opens)) return asked;
    if (at === 0 && (folded === 'reasons' || folded === 'reason')) return 'why';
    if (at === 0 && /^(?:should|may|must|shall)$/.test(folded)) return 'should';
  }
  return undefined;
});

function sameContent(asked: Reading, stored: Reading): boolean {
  return (
    subset(new Set(asked.content), stored.vocabulary) && subset(new Set(stored.content), asked.vocabulary)
  );
}
