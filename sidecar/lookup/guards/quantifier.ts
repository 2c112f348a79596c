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

const table: Readonly<Record<string, string>> = {
  all: 'all every each everyone everybody everything entire whole',
  some: 'someone somebody something anyone anybody anything',
  both: 'both',
  either: 'either',
  enough: 'enough sufficient',
};

const amountOf = new Map(
  Object.entries(table).flatMap(([amount, words]) => words.split(' ').map((word) => [word, amount] as const)),
);

const amounts = derived(({ words }: Reading) => setOf(words.map((_, at) => amount(words, at))));

function amount(words: readonly Word[], at: number): string | undefined {
  const { kind, folded, text } = words[at]!;
  const before = words[at - 1]?.folded ?? '';
  const after = words[at + 1]?.folded ?? '';
  // "One of the best" and "which one" count nothing.
  if (folded === 'single' || (kind === 'number' && /^one$/i.test(text)))
    return notCounting.test(before) || after === 'of' ? undefined : 'some';
  if (folded === 'most') return isAsked(words, at) || /^(?:of|people)$/.test(after) ? 'most' : undefined;
  if (folded === 'too' && /^(?:much|many)$/.test(after)) return 'too much';
  // "What are some good books", "can any user": a few of them or whichever comes.
  if (/^(?:some|any)$/.test(folded))
    return isAsked(words, at) || isCondition(words, at) || (folded === 'some' && before === 'can')
      ? 'some'
      : undefined;
  if (/^any/.test(folded) && !isCondition(words, at)) return undefined;
  // "After all", "at all" are ways of speaking.
  return kind === 'word' && !/^(?:after|at|above)$/.test(before) ? amountOf.get(folded) : undefined;
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
  const phrase = `${words[at]!.folded} ${words[at + 1]?.folded ?? ''}`;
  if (/^(?:exactly|precisely)$/.test(words[at]!.folded)) return 'exact';
  if (phrase === 'at least' || phrase === 'or more') return 'least';
  if (phrase === 'at most' || phrase === 'or less' || phrase === 'or fewer' || phrase === 'up to')
    return isNumber(words[at + 2]) ? 'most' : undefined;
  if (/^(?:more|greater|larger|bigger|longer|older) than$/.test(phrase))
    return isNumber(words[at + 2]) ? 'least' : undefined;
  if (/^(?:less|fewer|smaller|shorter|younger) than$/.test(phrase))
    return isNumber(words[at + 2]) ? 'most' : undefined;
  return undefined;
}

function isNumber(word: Word | undefined): boolean {
  return word?.kind === 'number';
}

/** "Delete a pod" and "delete all pods": of one and the same word. */
function isOneOf(one: Reading, other: Reading): boolean {
  return other.words.some(({ folded, kind }, at) => {
    if (folded !== 'all' || kind !== 'word') return false;
    const many = counted(other.words, at);
    if (many === undefined || !/[^s]s$|^children$|^people$/.test(many.folded)) return false;
    return one.words.some(
      ({ stem, folded: single }, there) =>
        stem === many.stem &&
        single !== many.folded &&
        /^(?:an?|this|that)$/.test(one.words[there - 1]?.folded ?? ''),
    );
  });
}

/** The noun after "all", "all the", "all my". */
function counted(words: readonly Word[], at: number): Word | undefined {
  return words[/^(?:the|my|your|our|of)$/.test(words[at + 1]?.folded ?? '') ? at + 2 : at + 1];
}

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
