import { functionWords } from '../text/function-words.ts';
import { isKnown } from '../text/known-words.ts';
import { unitOf } from '../text/units.ts';
import { derived } from './derived.ts';
import { difference } from './difference.ts';
import type { Guard } from './guard.ts';
import type { Reading, Word } from './reading.ts';
import { setOf } from './sets.ts';

/**
 * Alien and Aliens, Andrea and Andreas, LDAP and LDAPS: what is written as a name has no plural. Portland in Maine is not
 * Portland in Oregon, and Mexico City is not Mexico.
 */
export const name: Guard = {
  reason: 'name',
  description:
    'The texts name others: a name was exchanged, ends in -s or goes on in one text and not in the other.',
  refuses(asked, stored) {
    if (asked.caseless || stored.caseless) return false;
    if (pluralOf(asked, stored) || pluralOf(stored, asked)) return true;
    if (asked.words.length > longAbove || stored.words.length > longAbove) return false;
    const only = difference(asked, stored);
    const a = only.asked.filter((word) => isOwnName(asked, word));
    const b = only.stored.filter((word) => isOwnName(stored, word));
    return (
      exchanged(asked, a, stored, b) ||
      (only.stored.every(isIdle) && goesOn(asked, a, stored)) ||
      (only.asked.every(isIdle) && goesOn(stored, b, asked))
    );
  },
};

/** Of a longer text each word of content counts anyway. */
const longAbove = 30;

const isIdle = ({ folded }: Word): boolean => functionWords.has(folded);

/** Rs and INR are units. */
function isOwnName(reading: Reading, { folded }: Word): boolean {
  return capitals(reading).has(folded) && unitOf(folded, true) === undefined;
}

/** Each text has a name that the other lacks; "Barack Obama" and "President Obama" are one all the same. */
function exchanged(asked: Reading, a: readonly Word[], stored: Reading, b: readonly Word[]): boolean {
  if (a.length === 0 || b.length === 0) return false;
  return !a.some((one) =>
    b.some((other) => areOneName(one.folded, other.folded) || isBeforeOne(asked, one, stored, other)),
  );
}

/** Names of one country or city, and of its people. */
const several = [
  ['usa', 'america', 'american', 'americans'],
  ['uk', 'britain', 'british', 'england', 'english'],
  ['holland', 'netherlands', 'dutch'],
  ['france', 'french'],
  ['spain', 'spanish'],
];

/** What ends a name and what is said of its people and their language. */
const endings = new Set(['', 's', 'y', 'a', 'n', 'an', 'ian', 'ish', 'ese', 'i', 'ic']);

function areOneName(a: string, b: string): boolean {
  if (several.some((ways) => ways.includes(a) && ways.includes(b))) return true;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at >= 3 && endings.has(a.slice(at)) && endings.has(b.slice(at));
}

/** Before one name both have something, and nothing of the name: "Narendra Modi" and "PM Modi". */
function isBeforeOne(asked: Reading, one: Word, stored: Reading, other: Word): boolean {
  const at = asked.words.indexOf(one);
  const next = asked.words[at + 1];
  if (isInName(asked, at, stored)) return false;
  const its = stored.words[stored.words.indexOf(other) + 1];
  return next !== undefined && next.folded === its?.folded && capitals(asked).has(next.folded);
}

/** "Mexico" and "Mexico City", "iPhone 14" and "iPhone 14 Plus", "Sudan" and "South Sudan": what is added makes it another. */
function goesOn(reading: Reading, own: readonly Word[], other: Reading): boolean {
  return own.some((word) => {
    const at = reading.words.indexOf(word);
    const after = reading.words[at + 1];
    if (after !== undefined && parts.has(word.folded) && isShared(after, other)) return true;
    return (
      !word.opens && !kinds.has(word.folded) && !abbreviated.test(word.text) && isInName(reading, at, other)
    );
  });
}

/** Whether the word at `at` follows a name that the other text has as well, or the number of one: "iPhone 14 Plus". */
function isInName({ words }: Reading, at: number, other: Reading): boolean {
  const before = words[at - 1];
  return isShared(before?.kind === 'number' && !before.opens ? words[at - 2] : before, other);
}

/** A word with a capital that the other text has as well. */
function isShared(word: Word | undefined, other: Reading): boolean {
  return (
    word !== undefined &&
    /^\p{Ll}?\p{Lu}/u.test(word.text) &&
    !isIdle(word) &&
    other.vocabulary.has(word.folded)
  );
}

/** Before a name they make it that of another place. */
const parts = new Set(
  'north south east west northern southern eastern western central new upper lower democratic'.split(' '),
);

/** What a name may have behind it without being another's: Apple Inc, the Chrome browser. */
const kinds = new Set(
  'inc ltd corp corporation company university college museum tower bridge stadium cathedral mountain airport app account bank jr sr thanks'.split(
    ' ',
  ),
);

/** Where it is: "Delhi NCR", "Portland OR". */
const abbreviated = /^\p{Lu}{1,3}$/u;

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
    return !isOneOfMany && !one.vocabulary.has(more) && !ofSeveral(other).has(folded);
  });
}

/** Names in the plural, without its -s: ETFs are several and Ford's is whose it is; LDAPS is a name of its own. */
const ofSeveral = derived(({ words }: Reading) =>
  setOf(
    words.map(({ text, folded }) =>
      folded.endsWith('s') && /[\p{Lu}']s$/u.test(text) ? folded.slice(0, -1) : undefined,
    ),
  ),
);

const none: ReadonlySet<string> = new Set();

/** A capital, but not that of "I" and "I'm". */
const capital = /^(?!I(?:'|$))\p{Lu}/u;

/** Words with a capital, those of a name of several too; in a title every word has one. */
const capitals = derived(({ words }: Reading): ReadonlySet<string> => {
  const found = words.filter((word) => (!word.opens || word.after === ',') && hasCapital(word));
  if (found.length === 0 || found.some(({ folded }) => functionWords.has(folded))) return none;
  return new Set(found.map(({ folded }) => folded));
});

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
