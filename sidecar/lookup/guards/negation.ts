import type { Guard } from './guard.ts';
import type { Reading } from './reading.ts';
import { derived } from './sets.ts';

/** An inserted "not", "never", "without": the opposite is asked. */
export const negation: Guard = {
  reason: 'negation',
  description: 'One text negates what the other affirms.',
  refuses(asked, stored) {
    const a = negations(asked);
    const b = negations(stored);
    if (a.hard === b.hard) return false;
    // "why can't I", "I am unable to" and "my broken printer" deny the same thing with other words.
    const fewer = a.hard < b.hard ? a : b;
    return Math.abs(a.hard - b.hard) > fewer.soft;
  },
};

interface Negations {
  /** 0, 1, or 2 for more. */
  readonly hard: number;
  /** Words that deny without a negation. */
  readonly soft: number;
}

const hard = new Set(
  'not no never without except excluding exclude excludes neither nor none nobody nothing nowhere minus unless hardly barely scarcely seldom rarely non lacking cannot'.split(
    ' ',
  ),
);

const soft = new Set(
  'unable fail fails failed failing failure broken broke lost lose missing refuse refuses refused stuck trouble problem problems issue issues error wrong lack lacks avoid avoiding prevent preventing preventable stop stopped stops quit impossible beginner illegal unlawful forbidden prohibited banned instead rid against exempt free invalid'.split(
    ' ',
  ),
);

const negations = derived((reading: Reading): Negations => {
  let hardly = 0;
  let softly = 0;
  for (const [at, { kind, folded }] of reading.words.entries()) {
    if (kind !== 'word') continue;
    if (hard.has(folded) && !isIdle(reading, at)) hardly++;
    else if (soft.has(folded)) softly++;
  }
  return { hard: Math.min(hardly, 2), soft: softly };
});

const auxiliaries = new Set(
  'is are was were do does did can could would should will has have had am may might'.split(' '),
);

/** Negations that deny nothing: "Isn't Python slower?", "I don't know how to", "why not", "yes or no". */
function isIdle({ words }: Reading, at: number): boolean {
  const here = words[at]!.folded;
  const before = words[at - 1]?.folded ?? '';
  const after = words[at + 1]?.folded ?? '';
  if (here === 'no')
    return (
      before === 'or' ||
      words[at + 1]?.kind === 'number' ||
      after === 'matter' ||
      (after === 'longer' && false)
    );
  if (here === 'non') return words[at + 1] === undefined;
  if (here !== 'not') return false;
  if (/^(?:know|understand|remember|get|see)$/.test(after) && /^(?:i)$/.test(words[at - 2]?.folded ?? ''))
    return true;
  if (after === 'only' || after === 'sure') return true;
  if (before === 'or' || (before === 'why' && at === words.length - 1)) return true;
  // A negative yes-or-no question asks the same as the positive one.
  return (
    (auxiliaries.has(before) && (words[at - 1]?.opens ?? false) && before !== 'do') ||
    (before === 'do' && (words[at - 1]?.opens ?? false) && /^(?:you|we|they)$/.test(after))
  );
}
