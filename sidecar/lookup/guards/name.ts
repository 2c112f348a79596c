import { functionWords } from '../text/function-words.ts';
import { isKnown } from '../text/known-words.ts';
import { derived } from './derived.ts';
import type { Guard } from './guard.ts';
import type { Reading, Word } from './reading.ts';

/** Alien and Aliens, Andrea and Andreas, LDAP and LDAPS: what is written as a name has no plural. */
export const name: Guard = {
  reason: 'name',
  description: 'A name ends in -s in one text and not in the other.',
  refuses(asked, stored) {
    if (asked.caseless || stored.caseless) return false;
    return pluralOf(asked, stored) || pluralOf(stored, asked);
  },
};

/** Whether a word of `one` has an -s more in `other`, and one of the two is a name. */
function pluralOf(one: Reading, other: Reading): boolean {
  const capitals = names(one);
  const theirs = names(other);
  if (capitals.size === 0 && theirs.size === 0) return false;
  return one.words.some(({ kind, folded }, at) => {
    const more = `${folded}s`;
    if (kind !== 'word' || !(capitals.has(folded) || theirs.has(more)) || !other.vocabulary.has(more))
      return false;
    // "A Pod" and "Pods", "an ETF" and "ETFs": said of one of many.
    const isOneOfMany = capitals.has(folded) && /^an?$/.test(one.words[at - 1]?.folded ?? '');
    return !isOneOfMany && !one.vocabulary.has(more) && !other.words.some((word) => isPlural(word, folded));
  });
}

/** ETFs are several and Ford's is whose it is; LDAPS is a name of its own. */
function isPlural({ text, folded }: Word, singular: string): boolean {
  return folded === `${singular}s` && /[\p{Lu}']s$/u.test(text);
}

const none: ReadonlySet<string> = new Set();

/** A capital, but not that of "I" and "I'm". */
const capital = /^(?!I(?:'|$))\p{Lu}/u;

/** Words with a capital where no sentence begins; in a title every word has one. */
const names = derived(({ words }: Reading): ReadonlySet<string> => {
  const capitals = words.filter((word) => !word.opens && hasCapital(word));
  if (capitals.length === 0 || capitals.some(({ folded }) => functionWords.has(folded))) return none;
  const alone = words.filter((word, at) => capitals.includes(word) && !isCommon(word, words, at));
  return new Set(alone.map(({ folded }) => folded));
});

const hasCapital = ({ kind, text, folded }: Word): boolean =>
  kind === 'word' && text !== folded && capital.test(text);

/** Mondays and Indians are many of one kind; so is the common word in a name of several, "Project Managers", "IELTS Exam". */
function isCommon({ folded }: Word, words: readonly Word[], at: number): boolean {
  if (/days?$|(?:ian|ean)s?$/.test(folded)) return true;
  return (
    isKnown(folded) && [words[at - 1], words[at + 1]].some((word) => word !== undefined && hasCapital(word))
  );
}
