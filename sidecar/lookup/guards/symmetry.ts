import { derived } from './derived.ts';
import type { Reading } from './reading.ts';

export const symmetric: ReadonlySet<string> = new Set(
  'and or vs versus between difference differences different differ compare compared comparison comparing plus times multiplied both same similar similarity similarities distance far equal equals relationship relate related together & + = x × alike or/and'.split(
    ' ',
  ),
);

/** Texts in which two things can change places: "the difference between A and B". */
export const isSymmetric = derived(({ words }: Reading) => words.some(({ folded }) => symmetric.has(folded)));
