import type { Guard } from './guard.ts';
import type { Reading } from './reading.ts';
import { derived, setOf } from './sets.ts';

/** What stands in quotation marks or code marks is what the request is about. */
export const quoted: Guard = {
  reason: 'quoted',
  description: 'The texts quote different words.',
  refuses(asked, stored) {
    return unmatched(asked, stored) || unmatched(stored, asked);
  },
};

function unmatched(from: Reading, other: Reading): boolean {
  const caseless = from.caseless || other.caseless;
  const said = quotes(other);
  for (const quote of quotes(from)) {
    if (said.has(quote)) continue;
    const folded = quote.toLowerCase();
    // The same words without the marks, or in other case where one text has none.
    if (caseless && [...said].some((each) => each.toLowerCase() === folded)) continue;
    if (
      other.vocabulary.has(folded) &&
      !said.has(quote) &&
      ![...said].some((each) => each.toLowerCase() === folded)
    )
      continue;
    return true;
  }
  return false;
}

const quotes = derived((reading: Reading) =>
  setOf(reading.words.map(({ kind, text }) => (kind === 'quoted' ? text.replace(/[.,!?]$/, '') : undefined))),
);
