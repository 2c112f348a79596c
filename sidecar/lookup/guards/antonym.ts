import { denial } from './denial.ts';
import type { Guard } from './guard.ts';
import { opposed } from './opposed.ts';

/** Enable and disable, legal and illegal, more and less: one word was exchanged for its opposite. */
export const antonym: Guard = {
  reason: 'antonym',
  description: 'One text says the opposite of a word of the other.',
  refuses(asked, stored) {
    if (!opposed(asked, stored)) return false;
    // "not legal" and "illegal" say the same.
    return (denial(asked).negations - denial(stored).negations) % 2 === 0;
  },
};
