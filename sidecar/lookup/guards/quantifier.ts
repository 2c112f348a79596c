import { derived } from './derived.ts';
import { difference } from './difference.ts';
import type { Guard } from './guard.ts';
import type { Reading, Word } from './reading.ts';
import { exchanged, setOf } from './sets.ts';

/** All pods and one pod, at least three and exactly three, only admins and admins. */
export const quantifier: Guard = {
  reason: 'quantifier',
  description: 'One text speaks of all, the other of some, of most or of one; or of these only.',
  refuses(asked, stored) {
    return (
      exchanged(amounts(asked), amounts(stored)) ||
      exchanged(bounds(asked), bounds(stored)) ||
      isOneOf(asked, stored) ||
      isOneOf(stored, asked) ||
      limitsOtherwise(asked, stored)
    );
  },
};

const amountOf = new Map(
  Object.entries({
    all: 'all every each everyone everybody everything entire whole',
    some: 'some any someone somebody something anyone anybody anything one single 1',
    both: 'both',
    either: 'either',
    enough: 'enough sufficient',
    most: 'most',
    'too much': 'too',
  }).flatMap(([amount, words]) => words.split(' ').map((word) => [word, amount] as const)),
);

const amounts = derived(({ words }: Reading) =>
  setOf(
    words.map(({ folded }, at) => {
      const amount = amountOf.get(folded);
      return amount !== undefined && counts(words, at) ? amount : undefined;
    }),
  ),
);

/** Whether a word that may tell an amount does so where it stands. */
function counts(words: readonly Word[], at: number): boolean {
  const { kind, folded, text } = words[at]!;
  const before = words[at - 1]?.folded ?? '';
  const after = words[at + 1]?.folded ?? '';
  // "One of the best" and "which one" count nothing, and a 1 is a number.
  if (folded === 'single' || kind === 'number')
    return (kind === 'word' || /^one$/i.test(text)) && !notCounting.test(before) && after !== 'of';
  if (kind !== 'word') return false;
  if (folded === 'most') return isAsked(words, at) || /^(?:of|people)$/.test(after);
  if (folded === 'too') return /^(?:much|many)$/.test(after);
  // "What are some good books", "can any user": a few of them or whichever comes.
  if (folded === 'some') return isAsked(words, at) || isCondition(words, at) || before === 'can';
  if (folded === 'any') return isAsked(words, at) || isCondition(words, at);
  if (folded.startsWith('any')) return isCondition(words, at);
  // "After all", "at all" are ways of speaking.
  return !/^(?:after|at|above)$/.test(before);
}

const notCounting = /^(?:at|the|this|that|which|exactly|precisely|least|most|than|to)$/;

/** "Do most birds fly": what is said is asked of so many. */
function isAsked(words: readonly Word[], at: number): boolean {
  const before = words[at - 1]?.folded ?? '';
  return /^(?:do|does|did|have|has|will)$/.test(before) || (at === 1 && /^(?:are|is|were|was)$/.test(before));
}

/** "Check if any element is negative". */
function isCondition(words: readonly Word[], at: number): boolean {
  return /^(?:if|whether)$/.test(words[at - 1]?.folded ?? '') && words[at + 1]?.opens === false;
}

/** At least, at most, exactly: what is said of the number that follows. */
const bounds = derived(({ words }: Reading) => setOf(words.map((_, at) => bound(words, at))));

function bound(words: readonly Word[], at: number): string | undefined {
  const { folded } = words[at]!;
  if (folded === 'exactly' || folded === 'precisely') return 'exact';
  if (!bounding.has(folded)) return undefined;
  const found = boundOf.get(`${folded} ${words[at + 1]?.folded}`);
  return words[folded === 'or' ? at - 1 : at + 2]?.kind === 'number' ? found : undefined;
}

const boundOf = new Map(
  Object.entries({
    least: 'at least|or more|more than|greater than|larger than|bigger than|longer than|older than',
    most: 'at most|up to|or less|or fewer|less than|fewer than|smaller than|shorter than|younger than',
  }).flatMap(([bound, phrases]) => phrases.split('|').map((phrase) => [phrase, bound] as const)),
);

const bounding = new Set([...boundOf.keys()].map((phrase) => phrase.split(' ')[0]));

/** "Delete a pod" and "delete all pods": of one and the same word. */
function isOneOf(one: Reading, other: Reading): boolean {
  const many = ofAll(other);
  return many.size > 0 && [...ofOne(one)].some((stem) => many.has(stem));
}

/** The words in the plural that "all" stands before. */
const ofAll = derived(({ words }: Reading) =>
  setOf(
    words.map(({ folded, kind }, at) =>
      folded === 'all' && kind === 'word' && words[at + 1]?.opens === false
        ? words.slice(at + 1, at + 4).find((word) => plural.test(word.folded))?.stem
        : undefined,
    ),
  ),
);

const plural = /[^s]s$|^(?:children|people)$/;

/** Words of which there is one: "a Kafka consumer", an article before it, with a word between at most. */
const ofOne = derived(({ words }: Reading) =>
  setOf(
    words.map(({ folded, stem }, at) =>
      (single.has(words[at - 1]?.folded ?? '') || single.has(words[at - 2]?.folded ?? '')) &&
      !plural.test(folded)
        ? stem
        : undefined,
    ),
  ),
);

const single = new Set(['a', 'an', 'this', 'that']);

/** "Can only admins post?" is not "Can admins post?", nor "Can admins only post?". */
function limitsOtherwise(asked: Reading, stored: Reading): boolean {
  const a = limited(asked);
  const b = limited(stored);
  if (a === b || a === undefined || b === undefined) return false;
  const { asked: onlyAsked, stored: onlyStored } = difference(asked, stored);
  return [...onlyAsked, ...onlyStored].every(({ folded }) => /^(?:only|also|all)$/.test(folded));
}

/** Whether a question of yes or no is asked of those only that it names first. */
const limited = derived(({ words }: Reading): 'only' | 'also' | undefined => {
  if (!/^(?:is|are|can|could|do|does|did|may|will|should|must|was|were)$/.test(words[0]?.folded ?? ''))
    return undefined;
  return words[1]?.folded === 'only' ? 'only' : 'also';
});
