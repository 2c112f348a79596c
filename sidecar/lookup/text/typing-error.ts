import { differsByBeginning, differsByEnding } from './affixes.ts';
import { isKnown } from './known-words.ts';
import { realWords } from './real-words.ts';
import { isTerm } from './terms.ts';

/** In scripts that `realWords` does not know, one letter may well make another word. */
const lowerCase = /^(?!.*\p{Lu})\p{Script=Latin}+$/u;

/**
 * Whether two case-folded words may be one word mistyped: one error (a letter too many, too few, wrong, or two swapped)
 * in words of five letters, two in words of nine, never at the first letter. Two real words, or two terms, are never a
 * typing error of each other; two unknown ones only where the fingers slipped, since ethanol and methanol, mysql and mssql
 * are such.
 */
export function isTypingError(a: string, b: string): boolean {
  const longer = Math.max(a.length, b.length);
  if (longer < 5 || longer > 40) return false;
  if (a[0] !== b[0]) return false;
  const most = longer >= 9 ? 2 : 1;
  // Nobody slips twice at the end: AngularJS is not Angular.
  if (Math.abs(a.length - b.length) > 1 && (a.startsWith(b) || b.startsWith(a))) return false;
  // Most pairs end here; what follows is only asked of words that look alike.
  const errors = distance(a, b, most);
  if (errors > most) return false;
  // Identifiers keep their capitals in a signature; a letter more or less in them is meant.
  if (!lowerCase.test(a) || !lowerCase.test(b)) return false;
  if (isOwnWord(a) && isOwnWord(b)) return false;
  const known = isKnown(a);
  // Baseball and basketball; of words one error apart `realWords` knows which are two.
  if (known === isKnown(b) && (known ? errors > 1 : !isSlip(a, b))) return false;
  // Accents are letters: año and ano, schon and schön are other words.
  return !differsByBeginning(a, b) && !differsByEnding(a, b) && unaccented(a) !== unaccented(b);
}

const isOwnWord = (word: string): boolean => realWords.has(word) || isTerm(word);

/** Two letters swapped, one typed twice or once too few, or one left out of a word of eight letters. */
function isSlip(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  if (short.length === long.length)
    return (
      short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2)
    );
  return short.slice(at) === long.slice(at + 1) && (long[at] === long[at - 1] || long.length >= 8);
}

function unaccented(word: string): string {
  return word.normalize('NFD').replace(/\p{M}/gu, '');
}

/**
 * Damerau–Levenshtein distance with adjacent transpositions; anything above `most` is reported as `most + 1`. What both words
 * begin and end with costs nothing, and what lies farther from the diagonal than `most` costs more than that.
 */
export function distance(a: string, b: string, most: number): number {
  const beyond = most + 1;
  if (Math.abs(a.length - b.length) > most) return beyond;
  let from = 0;
  let [height, width] = [a.length, b.length];
  while (from < height && a.charCodeAt(from) === b.charCodeAt(from)) from++;
  while (height > from && width > from && a.charCodeAt(height - 1) === b.charCodeAt(width - 1)) {
    height--;
    width--;
  }
  height -= from;
  width -= from;
  const is = (row: number, column: number) =>
    a.charCodeAt(from + row - 1) === b.charCodeAt(from + column - 1);
  let [before, previous, current] = rows;
  for (let column = 0; column <= Math.min(width, beyond); column++) previous[column] = column;
  for (let row = 1; row <= height; row++) {
    const first = Math.max(1, row - most);
    const last = Math.min(width, row + most);
    current[first - 1] = first === 1 ? row : beyond;
    let best = current[first - 1]!;
    for (let column = first; column <= last; column++) {
      let cost = Math.min(
        previous[column]! + 1,
        current[column - 1]! + 1,
        previous[column - 1]! + (is(row, column) ? 0 : 1),
      );
      if (row > 1 && column > 1 && is(row, column - 1) && is(row - 1, column))
        cost = Math.min(cost, before[column - 2]! + 1);
      current[column] = cost;
      if (cost < best) best = cost;
    }
    if (best > most) return beyond;
    current[last + 1] = beyond;
    [before, previous, current] = [previous, current, before];
  }
  return Math.min(previous[width]!, beyond);
}

/** For all words in turn. */
const rows: [number[], number[], number[]] = [[], [], []];
