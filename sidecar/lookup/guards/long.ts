import { functionWords } from '../text/function-words.ts';
import { isKnown } from '../text/known-words.ts';
import { alike, difference } from './difference.ts';
import type { Guard } from './guard.ts';
import type { Reading, Word } from './reading.ts';

/** A long text is alike to itself with another instruction at its end: there, every content word counts. */
export const long: Guard = {
  reason: 'long',
  description:
    'Texts of more than thirty words differ in a word of content, or of more than fourteen in one common word alone.',
  refuses(asked, stored) {
    const length = Math.max(asked.words.length, stored.words.length);
    if (length <= templateAbove) return false;
    if (length <= longAbove) return isFilledOtherwise(asked, stored);
    const { asked: a, stored: b } = difference(asked, stored);
    return a.some(counts) || b.some(counts);
  },
};

const longAbove = 30;
const templateAbove = 14;

/** Whoever says so much in other words changes more than one of them: it is the same form with another word filled in. */
function isFilledOtherwise({ words }: Reading, { words: others }: Reading): boolean {
  if (words.length !== others.length) return false;
  const changed = words.findIndex(({ stem }, at) => stem !== others[at]!.stem);
  if (changed < 0 || words.some(({ stem }, at) => at > changed && stem !== others[at]!.stem)) return false;
  const [word, other] = [words[changed]!, others[changed]!];
  return isCommon(word) && isCommon(other) && !alike(word, other);
}

/** How an instruction is put, not what it wants: "extract all names", "list every name". */
const manners = new Set(
  'suggest propose provide extract identify find write create make generate come return output get pick select choose state mention mentioned present following every each entire whole above below given text passage article paragraph context question provided'.split(
    ' ',
  ),
);

function counts({ kind, folded }: Word): boolean {
  return kind !== 'symbol' && !functionWords.has(folded) && !manners.has(folded);
}

/** No slip of the fingers, which may be any word. */
function isCommon(word: Word): boolean {
  return counts(word) && [word.folded, word.stem, `${word.stem}e`].some(isKnown);
}
