import { lettered } from '../text/function-words.ts';
import { isLetter } from '../text/letters.ts';
import { casedUnit } from '../text/units.ts';
import { derived } from './derived.ts';
import type { Guard } from './guard.ts';
import type { Reading, Word } from './reading.ts';
import { setOf } from './sets.ts';

/** Another identifier, path, flag, error code, symbol: `-i` and `-I`, E15 and E24, useState and useMemo. */
export const identifier: Guard = {
  reason: 'identifier',
  description: 'The texts name different identifiers, paths, options, codes or symbols.',
  refuses(asked, stored) {
    const a = identifiers(asked);
    const b = identifiers(stored);
    const onlyAsked = unmatched(a, b, asked, stored);
    const onlyStored = unmatched(b, a, stored, asked);
    if (onlyAsked === 0 && onlyStored === 0) return false;
    // A code word more is another question; a name in capitals more may be a detail.
    return (onlyAsked > 0 && onlyStored > 0) || onlyAsked > 1 || onlyStored > 1;
  },
};

/** Weighs what has no counterpart: 2 for what can only be code, 1 for what looks like it. */
function unmatched(from: ReadonlySet<string>, to: ReadonlySet<string>, own: Reading, other: Reading): number {
  let weight = 0;
  for (const each of from) {
    if (to.has(each)) continue;
    const folded = each.toLowerCase();
    const isExact =
      /^[\\%$:]\p{L}$|^-\p{L}+\p{Nd}?$|^https?:\/\/[^/]+\/./u.test(each) ||
      (!own.caseless && !other.caseless && !isProgramming(own) && /^\p{L}$|^\p{Script=Greek}/u.test(each));
    if (!other.caseless && casedUnit(each) !== undefined && contains(to, folded)) return 2;
    if (!isExact && (own.caseless || other.caseless || !mixed(each)) && contains(to, folded)) continue;
    if (!isExact && other.vocabulary.has(folded.replace(/\(\)$/, ''))) continue;
    if (!isExact && contains(to, folded)) {
      weight += 2;
      continue;
    }
    weight += /[_\\/~()@#=<>{}+*-]|!$|\p{L}\.\p{L}|^[^\p{L}\p{N}]/u.test(each) ? 2 : 1;
  }
  return weight;
}

/** The languages C and R are written small as well. */
function isProgramming({ vocabulary }: Reading): boolean {
  return vocabulary.has('programming') || vocabulary.has('languag');
}

function mixed(name: string): boolean {
  return /\p{Lu}/u.test(name) && /\p{Ll}/u.test(name);
}

function contains(set: ReadonlySet<string>, folded: string): boolean {
  for (const each of set) if (each.toLowerCase() === folded) return true;
  return false;
}

const identifiers = derived((reading: Reading) =>
  setOf([...reading.words.map((word, at) => identified(word, reading, at)), ...sums(reading)]),
);

/** Where brackets or double marks stand, a sum is one thing: (2 + 3) * 4 and 2 + (3 * 4), 7 // 2 and 7 / 2. */
function sums({ words }: Reading): string[] {
  if (!words.some(({ kind }) => kind === 'symbol')) return [];
  const found: string[] = [];
  let sum = '=';
  for (const word of [...words, undefined]) {
    if (word?.kind === 'number' || word?.kind === 'symbol' || word?.folded.length === 1)
      sum += ` ${word.folded}`;
    else {
      if (/[()[\]]|([*/&|+=]) \1|[a-z] = -?\d/.test(sum)) found.push(sum);
      sum = '=';
    }
  }
  return found;
}

/** Numbers, brackets and single letters: between them a mark is arithmetic. */
function isOperand(word: Word | undefined): boolean {
  return word !== undefined && (word.kind === 'number' || word.kind === 'symbol' || word.folded.length <= 2);
}

const operators = /^[+*/^=<>×÷√!-]$/u;

function identified(
  { kind, text, folded, after }: Word,
  { words, caseless }: Reading,
  at: number,
): string | undefined {
  if (kind === 'code' && /^\p{Nd}+s$/u.test(text)) return undefined;
  if (kind === 'code')
    return folded === folded.toLowerCase() && /^[\p{L}\p{N}]+$/u.test(folded)
      ? folded
      : folded.replace(/\(\)$/, '');
  if (kind === 'symbol')
    return /\p{So}/u.test(text) ||
      (operators.test(text) && isOperand(words[at - 1]) && (text === '!' || isOperand(words[at + 1])))
      ? text
      : undefined;
  if (kind !== 'word') return undefined;
  // Most words are so, and none of the rules below is about them.
  if (text === folded && folded.length > 4 && !/[+#*-]$/.test(folded)) return undefined;
  if (!caseless && folded === text.toLowerCase() && isLetter({ kind, text, after }, words[at - 1]))
    return text;
  // Pa and PA: the model reads no capitals.
  if (!caseless && casedUnit(text) !== undefined) return text;
  if (/^[b-hj-z]$/.test(folded) || (folded === 'a' && lettered.has(words[at - 1]?.folded ?? '')))
    return folded;
  // C++, C#, blood types and grades.
  if (/[+#*-]$/.test(folded)) return folded;
  // TypeError, and abbreviations in a text that is not all capitals.
  if (/^\p{Lu}\p{Ll}+\p{Lu}/u.test(text)) return folded;
  return !caseless && /^\p{Lu}{2,}$/u.test(text) ? folded : undefined;
}
