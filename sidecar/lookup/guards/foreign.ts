import { isTypingError } from '../text/typing-error.ts';
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
    if (a.length !== b.length) return true;
    let errors = 0;
    for (let at = 0; at < a.length; at++) {
      if (a[at] === b[at]) continue;
      if (++errors > 1 || !isTypingError(a[at]!, b[at]!)) return true;
    }
    return false;
  },
};

function folded(reading: Reading): string[] {
  return reading.words.filter(({ kind }) => kind !== 'symbol').map((word) => word.folded);
}
