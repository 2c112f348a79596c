import { type Affixes, beginnings, differsByBeginning, differsByEnding } from '../text/affixes.ts';
import { stem } from '../text/stem.ts';
import { negations } from './denial.ts';
import { derived } from './derived.ts';
import { difference } from './difference.ts';
import { opposites } from './opposites.ts';
import type { Reading, Word } from './reading.ts';

/** Whether a word of one text was exchanged for its opposite in the other; negations are counted elsewhere. */
export function opposed(asked: Reading, stored: Reading): boolean {
  const { asked: a, stored: b } = difference(asked, stored);
  return a.some((word) => b.some((other) => areOpposite(word, other))) || turned(asked, stored);
}

/** "Fade in audio in Premiere" and "fade out audio in Premiere": both have an "in", and one has one more. */
function turned(asked: Reading, stored: Reading): boolean {
  // Of the two ends of each turn both stand in these texts, or it has not been turned.
  if (!['out', 'off', 'down'].some((word) => asked.vocabulary.has(word) || stored.vocabulary.has(word)))
    return false;
  const a = particles(asked);
  const b = particles(stored);
  return turns.some((_, at) => {
    const more = a[2 * at]! - b[2 * at]!;
    const less = b[2 * at + 1]! - a[2 * at + 1]!;
    return more !== 0 && more === less;
  });
}

const turns = [
  ['in', 'out'],
  ['on', 'off'],
  ['up', 'down'],
  ['into', 'out of'],
] as const;

/** How often each of `turns` stands in a text. */
const particles = derived(({ words }: Reading): readonly number[] => {
  const found = turns.flat().map(() => 0);
  for (const [at, { folded }] of words.entries()) {
    const turn = places.get(folded);
    if (turn === undefined) continue;
    found[turn]!++;
    if (folded === 'out' && words[at + 1]?.folded === 'of') found[places.get('out of')!]!++;
  }
  return found;
});

const places = new Map<string, number>(turns.flat().map((turn, at) => [turn, at]));

function areOpposite(a: Word, b: Word): boolean {
  if (!isWord(a) || !isWord(b) || negations.has(a.folded) || negations.has(b.folded)) return false;
  return (
    isListed(a, b) ||
    negates(a.folded, b.folded) ||
    negates(b.folded, a.folded) ||
    negates(a.stem, b.stem) ||
    negates(b.stem, a.stem) ||
    (Math.min(a.folded.length, b.folded.length) > 4 && differsByEnding(a.folded, b.folded, sides)) ||
    (Math.min(a.folded.length, b.folded.length) > 5 && differsByBeginning(a.folded, b.folded, contrary))
  );
}

/** "First" has become a number, and is the opposite of "last" all the same. */
function isWord({ kind, folded }: Word): boolean {
  return kind === 'word' || folded === '1st';
}

const known = new Map<string, Set<string>>();
for (const pair of opposites) {
  for (const [word, other] of [pair, pair.toReversed() as [string, string]]) {
    for (const form of [word, stem(word)]) {
      const others = known.get(form) ?? new Set();
      known.set(form, others.add(other).add(stem(other)));
    }
  }
}

/** "Lost" is the opposite of "found" and, as a form of "lose", of "won"; "narrower" is one of "wider". */
function isListed(a: Word, b: Word): boolean {
  if (areListed([a.folded, a.stem], [b.folded, b.stem])) return true;
  if (!derivedForm.test(a.folded) && !derivedForm.test(b.folded)) return false;
  return areListed([a.folded, ...plain(a.folded)], [b.folded, ...plain(b.folded)]);
}

function areListed(forms: readonly string[], others: readonly string[]): boolean {
  return forms.some((form) => {
    const opposite = known.get(form);
    return opposite !== undefined && others.some((other) => opposite.has(other));
  });
}

const derivedForm = /(?:er|est|ly)$/;

/** What an adverb, a comparative or a superlative may be made of: slowly, wetter, drier, widest. */
function plain(word: string): readonly string[] {
  const root = /^([a-z]{3,20})(?:er|est|ly)$/.exec(word)?.[1];
  if (root === undefined) return [];
  if (root.endsWith('i')) return [`${root.slice(0, -1)}y`];
  return root.at(-1) === root.at(-2) ? [root, root.slice(0, -1)] : [root];
}

/** Two beginnings of one stem; what has a beginning more is judged by `negates`. */
const contrary = beginnings.filter(([first]) => first.length > 1);

/** Who does it and to whom it is done: payer and payee, lessor and lessee. */
const sides: Affixes = [
  ['er', 'ee'],
  ['or', 'ee'],
];

const prefixes = new Set('un in im il ir dis de non mis anti counter under over pre post'.split(' '));

/** "unhide" is "hide" with a prefix; "sugarless" is the opposite of "sugar", "useless" of "useful". */
function negates(word: string, other: string): boolean {
  if (other.length < 3) return false;
  if (word.length > other.length && word.endsWith(other))
    return prefixes.has(word.slice(0, word.length - other.length));
  return word.endsWith('less') && (word.slice(0, -4) === other || other === `${word.slice(0, -4)}ful`);
}
