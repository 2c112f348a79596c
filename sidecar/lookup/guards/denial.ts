import { isTypingError } from '../text/typing-error.ts';
import { derived } from './derived.ts';
import type { Reading } from './reading.ts';

/** How often a text denies. */
export interface Denial {
  /** By a negation: not, never, without. 0, 1, or 2 for more. */
  readonly negations: number;
  /** By other words, which may stand for a negation: unable, broken, avoid. */
  readonly others: number;
}

/** Words that negate. */
export const negations: ReadonlySet<string> = new Set(
  'not no never without except excluding exclude excludes neither nor none nobody nothing nowhere minus unless hardly barely scarcely seldom rarely non lacking lack lacks cannot refuse refuses refused refusing lacked ban bans banned forbid forbids forbidden prohibit prohibits prohibited'.split(
    ' ',
  ),
);

const others = new Set(
  'unable fail fails failed failing failure broken broke lost missing stuck trouble problem problems issue issues error wrong avoid avoids avoided avoiding prevent preventing preventable stop stopped stops quit impossible beginner illegal unlawful instead rid against exempt free invalid besides'.split(
    ' ',
  ),
);

/** Long enough to be mistyped, by their first letter, which never is. */
const mistyped = Map.groupBy(
  [...negations].filter((word) => word.length >= 6),
  (word) => word[0],
);

export const denial = derived((reading: Reading): Denial => {
  let negated = 0;
  let otherwise = 0;
  for (const [at, { kind, folded }] of reading.words.entries()) {
    if (kind !== 'word') continue;
    if (negations.has(folded) ? !isIdle(reading, at) : isMistyped(folded) || isFreeOf(reading, at)) negated++;
    else if (others.has(folded)) otherwise++;
  }
  return { negations: Math.min(negated, 2), others: otherwise };
});

/** "Foods free of gluten" are foods without it; "free from 9 to 5" is another matter. */
function isFreeOf({ words }: Reading, at: number): boolean {
  return words[at]!.folded === 'free' && words[at + 1]?.folded === 'of' && words[at + 2]?.folded !== 'charge';
}

function isMistyped(word: string): boolean {
  if (word.length < 6 || word.length > 11) return false;
  return mistyped.get(word[0])?.some((negation) => isTypingError(word, negation)) === true;
}

const auxiliaries = new Set(
  'is are was were does did can could would should will has have had may might'.split(' '),
);

/** Negations that deny nothing: "Isn't Python slower?", "I don't know how to", "why not", "yes or no". */
function isIdle({ words }: Reading, at: number): boolean {
  const here = words[at]!.folded;
  const before = words[at - 1];
  const after = words[at + 1]?.folded ?? '';
  if (here === 'no')
    return (
      before?.folded === 'or' || words[at + 1]?.kind === 'number' || after === 'matter' || after === 'of'
    );
  if (here === 'non') return after === '';
  if (here !== 'not' || before === undefined) return false;
  if (after === 'only' || after === 'sure' || before.folded === 'or') return true;
  if (/^(?:know|understand|remember)$/.test(after) || before.folded === 'if') return true;
  if (before.folded === 'why' && after === '') return true;
  // A negative yes-or-no question asks the same as the positive one.
  if (!before.opens) return false;
  return auxiliaries.has(before.folded) || (before.folded === 'do' && /^(?:you|we|they)$/.test(after));
}
