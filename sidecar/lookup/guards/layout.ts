import { layout as layoutOf } from '../text/layout.ts';
import { derived } from './derived.ts';
import type { Guard } from './guard.ts';
import type { Reading } from './reading.ts';

/** The same words on other levels: `print(x)` inside the loop and after it. */
export const layout: Guard = {
  reason: 'layout',
  description: 'The lines of the texts are indented differently.',
  refuses(asked, stored) {
    return lines(asked) !== lines(stored);
  },
};

const lines = derived(({ text }: Reading) => layoutOf(text));
