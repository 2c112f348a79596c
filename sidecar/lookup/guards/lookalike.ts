import { isKnown } from '../text/known-words.ts';
import { isTerm } from '../text/terms.ts';
import { distance, isTypingError } from '../text/typing-error.ts';
import { difference } from './difference.ts';
import type { Guard } from './guard.ts';
import type { Word } from './reading.ts';

/** Prednisone and prednisolone: a vector of word pieces hardly tells them apart, and each is asked about for itself. */
export const lookalike: Guard = {
  reason: 'lookalike',
  description: 'The texts name different terms that look alike, which no common vocabulary has.',
  refuses(asked, stored) {
    const only = difference(asked, stored);
    const terms = only.asked.filter(isRare).slice(0, atMost);
    if (terms.length === 0) return false;
    const others = only.stored.filter(isRare).slice(0, atMost);
    return terms.some((a) => others.some((b) => isAnother(a.folded, b.folded)));
  },
};

/** Each is compared with each; texts that differ in more terms are not alike. */
const atMost = 8;

/** In a vocabulary of common words nearly every term that people mix up is missing, and so is every slip of the fingers. */
function isRare({ kind, folded, stem }: Word): boolean {
  if (kind !== 'word') return false;
  if (isTerm(folded)) return true;
  return /^[a-z]{6,40}$/.test(folded) && ![folded, stem, `${stem}e`].some(isKnown);
}

function isAnother(a: string, b: string): boolean {
  // Most pairs end here: what looks alike begins or ends alike, as ethanol and methanol do.
  if (a[0] !== b[0] && !a.endsWith(b.slice(-4))) return false;
  const most = Math.max(2, Math.floor(Math.max(a.length, b.length) / 3));
  if (distance(a, b, most) > most) return false;
  return (isTerm(a) && isTerm(b)) || (!isOneFamily(a, b) && !slipsOfOne(a, b));
}

/** Endings that make another form of a word and no other term: containerize, containerization. */
const forms = new Set(
  ' e y s es ed ing er ers or ors ion ions ation ations ational able ability ible ibility ize izes ized izing ization ise ises ised ising isation al ally ly ity ness ment ments ive ist ists ary ery'.split(
    ' ',
  ),
);

function isOneFamily(a: string, b: string): boolean {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  // "organise", "organize": the two write one sound.
  if (a.replaceAll('z', 's') === b.replaceAll('z', 's')) return true;
  return at >= 4 && forms.has(a.slice(at)) && forms.has(b.slice(at));
}

/** "whteher" and "whhether" are both "whether". */
function slipsOfOne(a: string, b: string): boolean {
  return meantBy(a, b).some((word) => isKnown(word) && isTypingError(word, b));
}

/** What a word may be a slip of: a letter too many, two swapped, or one missing or wrong that the other word has there. */
function meantBy(word: string, other: string): string[] {
  const meant: string[] = [];
  for (let at = 0; at <= word.length; at++) {
    const before = word.slice(0, at);
    const after = word.slice(at + 1);
    meant.push(before + after, before + after.slice(0, 1) + word.slice(at, at + 1) + after.slice(1));
    for (const letter of other.slice(Math.max(0, at - 1), at + 2))
      meant.push(before + letter + word.slice(at), before + letter + after);
  }
  return meant;
}
