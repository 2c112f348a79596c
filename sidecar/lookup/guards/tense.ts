import { functionWords } from '../text/function-words.ts';
import { derived } from './derived.ts';
import { difference } from './difference.ts';
import type { Guard } from './guard.ts';
import type { Reading } from './reading.ts';

/** What is, what was and what will be, where nothing else differs. */
export const tense: Guard = {
  reason: 'tense',
  description: 'The texts ask the same of the past, the present or the future.',
  refuses(asked, stored) {
    if (isToldOtherwise(asked, stored) || isToldOtherwise(stored, asked)) return true;
    const a = time(asked);
    const b = time(stored);
    if (a === undefined || b === undefined || a === b) return false;
    // "who teaches next term" and "who will teach next term": the date says when.
    if (a !== 'past' && b !== 'past' && isDated(asked) && isDated(stored)) return false;
    const { asked: onlyAsked, stored: onlyStored } = difference(asked, stored);
    return [...onlyAsked, ...onlyStored].every(({ folded }) => functionWords.has(folded));
  },
};

const times = new Map([
  ...['is', 'are', 'am', 'do', 'does'].map((word) => [word, 'present'] as const),
  ...['was', 'were', 'did', 'had', 'has', 'have'].map((word) => [word, 'past'] as const),
  ...['will', 'shall'].map((word) => [word, 'future'] as const),
]);

/** The first auxiliary verb near the beginning tells; what has been is past. */
const time = derived(({ words }: Reading): string | undefined => {
  for (const { folded } of words.slice(0, 6)) {
    const found = times.get(folded);
    if (found !== undefined) return found;
  }
  return undefined;
});

const dated =
  /^(?:next|upcoming|tomorrow|tonight|coming|spring|summer|autumn|fall|winter|semester|term|every|always|\w+day|january|february|march|april|june|july|august|september|october|november|december)s?$/;

const isDated = derived(({ words }: Reading) =>
  words.some(({ kind, folded }) => kind === 'number' || dated.test(folded)),
);

/** "Who wins the match", "who won the match": behind the same words at the beginning, the verb itself tells. */
function isToldOtherwise({ words }: Reading, { words: others }: Reading): boolean {
  if (!/^(?:who|what|which)$/.test(words[0]?.folded ?? '')) return false;
  for (let at = 0; at < 4; at++) {
    const [word, other] = [words[at], others[at]];
    if (word === undefined || other === undefined || word.stem !== other.stem) return false;
    if (word.folded !== other.folded)
      return (
        at > 0 &&
        word.folded.endsWith('s') &&
        !other.folded.endsWith('s') &&
        other.folded !== other.stem &&
        !/ing$|e$/.test(other.folded)
      );
  }
  return false;
}
