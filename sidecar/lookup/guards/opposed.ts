import { beginnings, differsByBeginning } from '../text/affixes.ts';
import { stem } from '../text/stem.ts';
import { negations } from './denial.ts';
import { difference } from './difference.ts';
import { opposites } from './opposites.ts';
import type { Reading, Word } from './reading.ts';

/** Whether a word of one text was exchanged for its opposite in the other; negations are counted elsewhere. */
export function opposed(asked: Reading, stored: Reading): boolean {
  const { asked: a, stored: b } = difference(asked, stored);
  return a.some((word) => b.some((other) => areOpposite(word, other)));
}

function areOpposite(a: Word, b: Word): boolean {
  if (a.kind !== 'word' || b.kind !== 'word' || negations.has(a.folded) || negations.has(b.folded))
    return false;
  const known = oppositesOf(a);
  return (
    known.has(b.folded) ||
    known.has(b.stem) ||
    negates(a.folded, b.folded) ||
    negates(b.folded, a.folded) ||
    negates(a.stem, b.stem) ||
    negates(b.stem, a.stem) ||
    (Math.min(a.folded.length, b.folded.length) > 5 && differsByBeginning(a.folded, b.folded, contrary))
  );
}

const nothing: ReadonlySet<string> = new Set();
const known = new Map<string, Set<string>>();
for (const pair of opposites) {
  for (const [word, other] of [pair, pair.toReversed() as [string, string]]) {
    for (const form of [word, stem(word)]) {
      const others = known.get(form) ?? new Set();
      known.set(form, others.add(other).add(stem(other)));
    }
  }
}

function oppositesOf({ folded, stem }: Word): ReadonlySet<string> {
  return known.get(folded) ?? known.get(stem) ?? nothing;
}

/** Two beginnings of one stem; what has a beginning more is judged by `negates`. */
const contrary = beginnings.filter(([first]) => first.length > 1);

const prefixes = new Set('un in im il ir dis de non mis anti counter under over pre post'.split(' '));

/** "unhide" is "hide" with a prefix; "sugarless" is the opposite of "sugar", "useless" of "useful". */
function negates(word: string, other: string): boolean {
  if (other.length < 3) return false;
  if (word.length > other.length && word.endsWith(other))
    return prefixes.has(word.slice(0, word.length - other.length));
  return word.endsWith('less') && (word.slice(0, -4) === other || other === `${word.slice(0, -4)}ful`);
}
