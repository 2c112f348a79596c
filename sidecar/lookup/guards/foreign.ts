import type { Guard } from './guard.ts';
import type { Reading } from './reading.ts';

/** Where the other guards do not know the words, only the same words will do. */
export const foreign: Guard = {
  reason: 'foreign',
  description: 'A text is not in English, where the other guards are blind, and its words differ.',
  refuses(asked, stored) {
    if (!asked.foreign && !stored.foreign) return false;
    const a = folded(asked);
    const b = folded(stored);
    return a.length !== b.length || a.some((word, at) => word !== b[at]);
  },
};

function folded(reading: Reading): string[] {
  return reading.words.filter(({ kind }) => kind !== 'symbol').map((word) => word.folded);
}
