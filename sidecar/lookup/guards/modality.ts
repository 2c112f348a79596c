import { derived } from './derived.ts';
import { difference } from './difference.ts';
import type { Guard } from './guard.ts';
import type { Reading } from './reading.ts';

/** What one can do, what one should do and what will be done, where nothing else differs. */
export const modality: Guard = {
  reason: 'modality',
  description: 'The texts ask the same of what can be, what should be or what will be.',
  refuses(asked, stored) {
    const a = mode(asked);
    const b = mode(stored);
    if (a === undefined || b === undefined || a === b) return false;
    const { asked: onlyAsked, stored: onlyStored } = difference(asked, stored);
    return [...onlyAsked, ...onlyStored].every(({ folded }) => modes.has(folded));
  },
};

const modes = new Map([
  ...['can', 'could', 'may', 'might'].map((word) => [word, 'can'] as const),
  ...['should', 'must', 'ought', 'shall'].map((word) => [word, 'should'] as const),
  ...['will', 'would'].map((word) => [word, 'will'] as const),
]);

/**
 * The first modal verb near the beginning. "How can I" and "how should I" ask for one thing, so do "what can I do" and "what
 * should I do"; "could you" and "will you" are requests.
 */
const mode = derived(({ words }: Reading): string | undefined => {
  if (words[0]?.folded === 'how') return undefined;
  const at = words.slice(0, 5).findIndex(({ folded }) => modes.has(folded));
  if (at < 0 || words[at + 2]?.folded === 'do') return undefined;
  const found = modes.get(words[at]!.folded);
  return words[at + 1]?.folded === 'you' && found !== 'should' ? undefined : found;
});
