import { isTypingError } from '../text/typing-error.ts';
import { derived } from './derived.ts';
import type { Guard } from './guard.ts';
import type { Reading } from './reading.ts';
import { setOf } from './sets.ts';

/** What stands in quotation marks or code marks is what the request is about. */
export const quoted: Guard = {
  reason: 'quoted',
  description: 'The texts quote different words.',
  refuses(asked, stored) {
    return unmatched(asked, stored) || unmatched(stored, asked);
  },
};

function unmatched(from: Reading, other: Reading): boolean {
  const said = quotes(other);
  const anyCase = from.caseless || other.caseless;
  for (const quote of quotes(from)) {
    if (said.has(quote)) continue;
    const folded = quote.toLowerCase();
    // Capitals count in code; in words they are style, and the marks may be left out.
    const isWord = /^\p{Lu}?\p{Ll}+$/u.test(quote) || (anyCase && quote.length > 1 && !quote.startsWith('-'));
    if (
      isWord &&
      ([...said].some((each) => same(each.toLowerCase(), folded)) ||
        (said.size === 0 && other.vocabulary.has(folded)))
    )
      continue;
    return true;
  }
  return false;
}

function same(a: string, b: string): boolean {
  return a === b || isTypingError(a, b);
}

const quotes = derived((reading: Reading) =>
  setOf(reading.words.map(({ kind, text }) => (kind === 'quoted' ? text.replace(/[.,!?]$/, '') : undefined))),
);
