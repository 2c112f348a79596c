import { functionWords } from '../text/function-words.ts';
import type { Guard } from './guard.ts';
import type { Reading } from './reading.ts';
import { derived } from './sets.ts';
import { isSymmetric } from './symmetry.ts';

/** "Does A trust B" and "Does B trust A": the same words, and two of them have changed places around a third. */
export const permutation: Guard = {
  reason: 'permutation',
  description: 'The texts hold the same words, but two of them have changed places.',
  refuses(asked, stored) {
    if (isSymmetric(asked) || isSymmetric(stored) || isPassive(asked) !== isPassive(stored)) return false;
    const a = roles(asked);
    const b = roles(stored);
    const common = new Set(a.filter((each) => b.includes(each)));
    // With much else different, the order of the rest says nothing.
    if (common.size < 3 || a.length - common.size > 1 || b.length - common.size > 1) return false;
    return swapped(
      a.filter((each) => common.has(each)),
      b.filter((each) => common.has(each)),
    );
  },
};

const persons = new Map([
  ['i', 'i'],
  ['me', 'i'],
  ['he', 'he'],
  ['him', 'he'],
  ['she', 'she'],
  ['they', 'they'],
  ['them', 'they'],
  ['we', 'we'],
  ['us', 'we'],
]);

/** Content words and persons in order, each once. */
const roles = derived((reading: Reading): readonly string[] => {
  const found = new Set<string>();
  for (const { kind, folded, stem } of reading.words) {
    const person = persons.get(folded);
    if (person !== undefined) found.add(person);
    else if (kind !== 'symbol' && !functionWords.has(folded)) found.add(stem);
    if (found.size > 60) break;
  }
  return [...found];
});

const isPassive = derived(
  ({ words }: Reading) =>
    words.some(({ folded }) => folded === 'by') &&
    words.some(({ folded }) => /^(?:is|are|was|were|be|been|being|get|got)$/.test(folded)),
);

/** a M b against b M a, with something in the middle. A phrase moved to the front leaves no middle: that is only style. */
function swapped(a: readonly string[], b: readonly string[]): boolean {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = a.length;
  while (end > start && a[end - 1] === b[end - 1]) end--;
  const length = end - start;
  if (length < 3) return false;
  for (let left = 1; left <= Math.min(2, length - 2); left++) {
    for (let right = 1; right <= Math.min(2, length - left - 1); right++) {
      const middle = length - left - right;
      const same =
        part(a, start, left) === part(b, end - left, left) &&
        part(a, end - right, right) === part(b, start, right) &&
        part(a, start + left, middle) === part(b, start + right, middle);
      if (same) return true;
    }
  }
  return false;
}

function part(words: readonly string[], from: number, length: number): string {
  return words.slice(from, from + length).join(' ');
}
