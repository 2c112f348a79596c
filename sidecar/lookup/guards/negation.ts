import { denial } from './denial.ts';
import type { Guard } from './guard.ts';
import { opposed } from './opposed.ts';

/** An inserted "not", "never", "without": the opposite is asked. */
export const negation: Guard = {
  reason: 'negation',
  description: 'One text negates what the other affirms.',
  refuses(asked, stored) {
    const a = denial(asked);
    const b = denial(stored);
    if (a.negations === b.negations) return false;
    // "why can't I", "I am unable to" and "my broken printer" deny the same thing with other words.
    const [fewer, more] = a.negations < b.negations ? [a, b] : [b, a];
    // What both say so stands for nothing: "how do I quit without saving", "how do I quit with saving".
    if (more.negations - fewer.negations <= fewer.others - more.others) return false;
    // "not legal" and "illegal" say the same.
    return !opposed(asked, stored);
  },
};
