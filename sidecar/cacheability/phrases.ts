import type { BypassReason } from '../reasons.ts';
import type { Rule } from './rule.ts';

/** Words and phrases, whole and in any case. A list of words is no list of expressions: it cannot take forever. */
export function phrases(reason: BypassReason, list: readonly string[]): Rule {
  const byFirst = new Map<string, string[][]>();
  const longestWords = new Set<string>();
  for (const phrase of list) {
    const words = wordsOf(phrase);
    const [first] = words;
    if (first === undefined) continue;
    byFirst.set(first, [...(byFirst.get(first) ?? []), words]);
    longestWords.add(words.reduce((a, b) => (b.length > a.length ? b : a)));
  }
  // Without the longest word of a phrase there is no phrase. Beyond ASCII, one letter can be written in many ways.
  const possible = new RegExp(`[^\\0-\\x7f]|${[...longestWords].join('|')}`, 'i');
  return {
    reason,
    matches: (text) => {
      if (!possible.test(text)) return false;
      const words = wordsOf(text.slice(0, longest));
      return words.some((word, at) =>
        byFirst.get(word)?.some((phrase) => phrase.every((each, n) => words[at + n] === each)),
      );
    },
  };
}

/** Without a possessive: "today's" is said of today. */
export const wordsOf = (text: string): string[] =>
  (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+(?:['’]\p{L}{1,3})?/gu) ?? []
  ).map((word) => word.replace(/['’]s$/, ''));

/** Characters. A longer text is compared byte for byte only, and its first pages say what it is about. */
const longest = 16_384;
