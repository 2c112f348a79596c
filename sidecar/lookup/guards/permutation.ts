import { functionWords } from '../text/function-words.ts';
import { derived } from './derived.ts';
import type { Guard } from './guard.ts';
import type { Reading } from './reading.ts';
import { isSymmetric } from './symmetry.ts';

/** "Does A trust B" and "Does B trust A": the same words, and two of them have changed places around a third. */
export const permutation: Guard = {
  reason: 'permutation',
  description: 'The texts hold the same words, but two of them have changed places.',
  refuses(asked, stored) {
    if (isSymmetric(asked) || isSymmetric(stored) || isPassive(asked) !== isPassive(stored)) return false;
    const a = roles(asked);
    const b = roles(stored);
    const known = new Set(b.map(({ name }) => name));
    const common = new Set(a.map(({ name }) => name).filter((name) => known.has(name)));
    // With much else different, the order of the rest says nothing.
    if (common.size < 3 || a.length - common.size > 1 || b.length - common.size > 1) return false;
    return swapped(
      a.filter(({ name }) => common.has(name)),
      b.filter(({ name }) => common.has(name)),
    );
  },
};

/** A content word or a person, and the words up to the next one. */
interface Role {
  readonly name: string;
  readonly link: string;
}

const persons = new Map(
  Object.entries({
    i: 'i',
    me: 'i',
    he: 'he',
    him: 'he',
    she: 'she',
    they: 'they',
    them: 'they',
    we: 'we',
    us: 'we',
  }),
);

/** Whose or which one it is does not change how two words are linked. */
const determiners = new Set(
  'the a an my your his her its our their this that these those some any'.split(' '),
);

/** Roles in order, each once. */
const roles = derived((reading: Reading): readonly Role[] => {
  const found = new Map<string, Role>();
  let name = '';
  let link: string[] = [];
  for (const word of reading.words) {
    const role = persons.get(word.folded) ?? (functionWords.has(word.folded) ? undefined : word.stem);
    if (role === undefined) {
      if (!determiners.has(word.folded)) link.push(word.folded);
      continue;
    }
    if (name !== '' && !found.has(name)) found.set(name, { name, link: link.join(' ') });
    name = role;
    link = [];
    if (found.size > 60) break;
  }
  if (name !== '' && !found.has(name)) found.set(name, { name, link: link.join(' ') });
  return [...found.values()];
});

const isPassive = derived(
  ({ words }: Reading) =>
    words.some(({ folded }) => folded === 'by') &&
    words.some(({ folded }) => /^(?:is|are|was|were|be|been|being|get|got)$/.test(folded)),
);

/**
 * a M b against b M a, linked in the same way. A phrase moved to the front leaves no middle, and another link ("boiling
 * point of water in Celsius", "at what temperature in Celsius does water boil") is another sentence: both only style.
 */
function swapped(a: readonly Role[], b: readonly Role[]): boolean {
  let start = 0;
  while (start < a.length && a[start]!.name === b[start]!.name) start++;
  let end = a.length;
  while (end > start && a[end - 1]!.name === b[end - 1]!.name) end--;
  const length = end - start;
  for (let left = 1; left <= Math.min(2, length - 2); left++) {
    for (let right = 1; right <= Math.min(2, length - left - 1); right++) {
      const middle = length - left - right;
      if (
        names(a, start, left) === names(b, end - left, left) &&
        names(a, end - right, right) === names(b, start, right) &&
        names(a, start + left, middle) === names(b, start + right, middle) &&
        links(a, start + left - 1, middle + 1) === links(b, start + right - 1, middle + 1)
      )
        return true;
    }
  }
  return false;
}

function names(roles: readonly Role[], from: number, length: number): string {
  return roles
    .slice(from, from + length)
    .map(({ name }) => name)
    .join(' ');
}

function links(roles: readonly Role[], from: number, length: number): string {
  return roles
    .slice(from, from + length)
    .map(({ link }) => link)
    .join('|');
}
