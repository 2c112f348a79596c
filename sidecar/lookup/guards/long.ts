import { functionWords } from '../text/function-words.ts';
import { difference } from './difference.ts';
import type { Guard } from './guard.ts';
import type { Word } from './reading.ts';

/** A long text is alike to itself with another instruction at its end: there, every content word counts. */
export const long: Guard = {
  reason: 'long',
  description: 'Texts of more than thirty words differ in a word of content.',
  refuses(asked, stored) {
    if (asked.words.length <= longAbove && stored.words.length <= longAbove) return false;
    const { asked: a, stored: b } = difference(asked, stored);
    return a.some(counts) || b.some(counts);
  },
};

const longAbove = 30;

/** How an instruction is put, not what it wants: "extract all names", "list every name". */
const manners = new Set(
  'suggest propose provide extract identify find write create make generate come return output get pick select choose state mention mentioned present following every each entire whole above below given text passage article paragraph context question provided'.split(
    ' ',
  ),
);

function counts({ kind, folded }: Word): boolean {
  return kind !== 'symbol' && !functionWords.has(folded) && !manners.has(folded);
}
