import { functionWords } from '../text/function-words.ts';
import { unitOf } from '../text/units.ts';
import { derived } from './derived.ts';
import { difference } from './difference.ts';
import type { Guard } from './guard.ts';
import type { Reading, Word } from './reading.ts';
import { symmetric } from './symmetry.ts';

/** "Does A trust B" and "Does B trust A": the same words, and two of them have changed places around a third. */
export const permutation: Guard = {
  reason: 'permutation',
  description: 'The texts hold the same words, but two of them have changed places.',
  refuses(asked, stored) {
    if (isPassive(asked) !== isPassive(stored)) return false;
    if (isExchanged(asked, stored) || isKindOf(asked, stored)) return true;
    // With much else different, the order of the rest says nothing.
    const { asked: onlyAsked, stored: onlyStored } = difference(asked, stored);
    if (isMuch(onlyAsked) || isMuch(onlyStored)) return false;
    if (isCompared(asked) || isCompared(stored)) return false;
    if (isRepeated(asked, stored)) return true;
    const a = roles(asked);
    const b = roles(stored);
    let common = 0;
    for (const name of a.keys()) if (b.has(name)) common++;
    if (common < 2 || a.size - common > 1 || b.size - common > 1) return false;
    return swapped(
      [...a.values()].filter(({ name }) => b.has(name)),
      [...b.values()].filter(({ name }) => a.has(name)),
    );
  },
};

/** Two words of content. */
function isMuch(words: readonly Word[]): boolean {
  let first: string | undefined;
  for (const { folded, stem } of words) {
    if (functionWords.has(folded) || persons.has(folded)) continue;
    first ??= stem;
    if (stem !== first) return true;
  }
  return false;
}

/**
 * "Are all squares rectangles" and "are all rectangles squares" behind the same sentence: of the words that both have one
 * stands once more in one text, and another in the other.
 */
function isExchanged(asked: Reading, stored: Reading): boolean {
  if (asked.content.length !== stored.content.length || asked.content.length > longest) return false;
  if (!repeats(asked) || !repeats(stored)) return false;
  const more = (a: readonly string[], b: readonly string[]) =>
    a.filter((word, at) => a.indexOf(word) === at && b.includes(word) && times(a, word) > times(b, word));
  return more(asked.content, stored.content).length > 0 && more(stored.content, asked.content).length > 0;
}

const repeats = derived(({ content }: Reading) => new Set(content).size < content.length);

/** "Is a tomato a fruit?" is not "Is a fruit a tomato?". */
function isKindOf(asked: Reading, stored: Reading): boolean {
  const a = kind(asked);
  const b = kind(stored);
  return a !== undefined && b !== undefined && a[0] === b[1] && a[1] === b[0] && a[0] !== a[1];
}

const kind = derived(({ words }: Reading): readonly [string, string] | undefined => {
  if (!/^(?:is|are|was|were)$/.test(words[0]?.folded ?? '')) return undefined;
  for (const [at, { folded }] of words.slice(0, 6).entries()) {
    const [what, of] = [words[at - 1], words[at + 1]];
    if (
      at > 1 &&
      /^an?$/.test(folded) &&
      what !== undefined &&
      of !== undefined &&
      !functionWords.has(what.folded)
    )
      return [what.stem, of.stem];
  }
  return undefined;
});

function times(words: readonly string[], word: string): number {
  return words.filter((each) => each === word).length;
}

const longest = 60;

/** "The difference between A and B": more than that "and" or "or" stands between them. */
const isCompared = derived(({ words }: Reading) =>
  words.some(({ folded }) => symmetric.has(folded) && folded !== 'and' && folded !== 'or'),
);

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

/** Roles in order. */
const mentions = derived((reading: Reading): readonly Role[] => {
  const found: Role[] = [];
  let name = '';
  let link: string[] = [];
  for (const word of reading.words) {
    const role = persons.get(word.folded) ?? (functionWords.has(word.folded) ? undefined : word.stem);
    if (role === undefined) {
      if (!determiners.has(word.folded)) link.push(word.folded);
      continue;
    }
    if (name !== '') found.push({ name, link: link.join(' ') });
    name = role;
    link = [];
    if (found.length > longest) break;
  }
  if (name !== '') found.push({ name, link: link.join(' ') });
  return found;
});

/** Each once, by its name. */
const roles = derived((reading: Reading): ReadonlyMap<string, Role> => {
  const found = new Map<string, Role>();
  for (const role of mentions(reading)) if (!found.has(role.name)) found.set(role.name, role);
  return found;
});

/** "What if my boss ignores me", "what if I ignore my boss": where one is named again, each time counts. */
function isRepeated(asked: Reading, stored: Reading): boolean {
  const a = mentions(asked);
  const b = mentions(stored);
  if (a.length !== b.length || a.length === roles(asked).size || sorted(a) !== sorted(b)) return false;
  return swapped(a, b) || isAgain(a, b);
}

/** The two that changed places have been named before: "All cats are animals. Are all animals cats?" */
function isAgain(a: readonly Role[], b: readonly Role[]): boolean {
  const at = a.findIndex(({ name }, place) => name !== b[place]!.name);
  if (at < 0 || at + 2 !== a.length) return false;
  const before = a.slice(0, at).map(({ name }) => name);
  return a.slice(at).every(({ name }) => before.includes(name));
}

function sorted(roles: readonly Role[]): string {
  return roles
    .map(({ name }) => name)
    .sort()
    .join(' ');
}

const isPassive = derived(
  ({ words, vocabulary }: Reading) =>
    vocabulary.has('by') &&
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
  if (length === 2) return isLinked(a, b, start);
  if (a.length < 3) return false;
  for (let left = 1; left <= Math.min(2, length - 2); left++) {
    for (let right = 1; right <= Math.min(2, length - left - 1); right++) {
      const middle = length - left - right;
      const link = links(a, start + left - 1, middle + 1);
      if (
        names(a, start, left) === names(b, end - left, left) &&
        names(a, end - right, right) === names(b, start, right) &&
        names(a, start + left, middle) === names(b, start + right, middle) &&
        link === links(b, start + right - 1, middle + 1) &&
        !isList(link)
      )
        return true;
    }
  }
  return false;
}

/** "Beans, rice and corn" is "corn, rice and beans"; "rose in March and fell in April" is no list. */
function isList(link: string): boolean {
  return /\b(?:and|or)\b/.test(link) && /^(?:\||and|or)*$/.test(link);
}

/** "usd eur" and "eur usd"; "my boss about my coworker" and "my coworker about my boss": two that stand beside each other, by a word that has two ends. */
function isLinked(a: readonly Role[], b: readonly Role[], start: number): boolean {
  const link = a[start]!.link;
  if (link !== b[start]!.link) return false;
  return (
    ends.has(link) || (link === '' && a.slice(start, start + 2).every(({ name }) => unitOf(name, false)))
  );
}

const ends = new Set('about of in on under over above below behind than from to at like'.split(' '));

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
