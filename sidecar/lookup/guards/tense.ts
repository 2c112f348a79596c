import { functionWords } from '../text/function-words.ts';
import { difference } from './difference.ts';
import type { Guard } from './guard.ts';
import type { Reading } from './reading.ts';
import { derived } from './sets.ts';

/** What is, what was and what will be, where nothing else differs. */
export const tense: Guard = {
  reason: 'tense',
  description: 'The texts ask the same of the past, the present or the future.',
  refuses(asked, stored) {
    const a = time(asked);
    const b = time(stored);
    if (a === undefined || b === undefined || a === b) return false;
    const { asked: onlyAsked, stored: onlyStored } = difference(asked, stored);
    return [...onlyAsked, ...onlyStored].every(({ folded }) => functionWords.has(folded));
  },
};

const times = new Map([
  ...['is', 'are', 'am', 'do', 'does', 'has', 'have'].map((word) => [word, 'present'] as const),
  ...['was', 'were', 'did', 'had'].map((word) => [word, 'past'] as const),
  ...['will', 'shall'].map((word) => [word, 'future'] as const),
]);

/** The first auxiliary verb near the beginning tells. */
const time = derived(({ words }: Reading): string | undefined => {
  for (const { folded } of words.slice(0, 6)) {
    const found = times.get(folded);
    if (found !== undefined) return found;
  }
  return undefined;
});
