import { difference } from './difference.ts';
import type { Guard } from './guard.ts';
import type { Reading } from './reading.ts';

/** "A and B" is not "A or B". */
export const conjunction: Guard = {
  reason: 'conjunction',
  description: 'One text says "and" where the other says "or".',
  refuses(asked, stored) {
    if (
      !(
        (only('and', asked, stored) && only('or', stored, asked)) ||
        (only('or', asked, stored) && only('and', stored, asked))
      )
    )
      return false;
    const { asked: a, stored: b } = difference(asked, stored);
    return a.length + b.length <= 4;
  },
};

function only(word: string, from: Reading, other: Reading): boolean {
  return from.vocabulary.has(word) && !other.vocabulary.has(word);
}
