import { stem } from '../text/stem.ts';
import { difference } from './difference.ts';
import type { Guard } from './guard.ts';
import { opposites } from './opposites.ts';
import type { Word } from './reading.ts';

/** Enable and disable, with and without, legal and illegal: one word was exchanged for its opposite. */
export const antonym: Guard = {
  reason: 'antonym',
  description: 'One text says the opposite of a word of the other.',
  refuses(asked, stored) {
    const { asked: a, stored: b } = difference(asked, stored);
    return a.some((word) => b.some((other) => opposed(word, other)));
  },
};

function opposed(a: Word, b: Word): boolean {
  if (a.kind !== 'word' || b.kind !== 'word') return false;
  return (
    oppositesOf(a).some((word) => word === b.folded || word === b.stem) ||
    negated(a.folded, b.folded) ||
    negated(b.folded, a.folded) ||
    negated(a.stem, b.stem) ||
    negated(b.stem, a.stem)
  );
}

const known = new Map<string, string[]>();
for (const [left, right] of opposites) {
  for (const [word, other] of [
    [left, right],
    [right, left],
  ] as const) {
    for (const form of new Set([word, stem(word)]))
      known.set(form, [...(known.get(form) ?? []), other, stem(other)]);
  }
}

function oppositesOf({ folded, stem }: Word): readonly string[] {
  return known.get(folded) ?? known.get(stem) ?? [];
}

const prefixes = [
  'un',
  'in',
  'im',
  'il',
  'ir',
  'dis',
  'de',
  'non',
  'mis',
  'anti',
  'counter',
  'under',
  'over',
  'pre',
  'post',
  'a',
];

/** "unhide" is "hide" with a prefix, "sugarless" is the opposite of "sugary" and of "sugar". */
function negated(word: string, other: string): boolean {
  if (other.length < 3) return false;
  if (word.length > other.length && word.endsWith(other)) {
    const prefix = word.slice(0, word.length - other.length);
    return prefixes.includes(prefix) && (prefix !== 'a' || other.length > 5);
  }
  return word === `${other}less` || (word.endsWith('less') && other === `${word.slice(0, -4)}ful`);
}
