import { synonyms } from '../text/synonyms.ts';
import { isTypingError } from '../text/typing-error.ts';
import type { Reading, Word } from './reading.ts';

/** Words of each text that have no counterpart in the other: not the word, its stem, a synonym, or the word mistyped. */
export interface Difference {
  readonly asked: readonly Word[];
  readonly stored: readonly Word[];
}

let last: { asked: Reading; stored: Reading; difference: Difference } | undefined;

/** Several guards ask for the same pair one after the other: the last answer is kept. */
export function difference(asked: Reading, stored: Reading): Difference {
  if (last?.asked === asked && last.stored === stored) return last.difference;
  const onlyAsked = missing(asked, stored);
  const onlyStored = missing(stored, asked);
  const found = {
    asked: onlyAsked.filter((word) => !few(onlyStored).some((other) => alike(word, other))),
    stored: onlyStored.filter((word) => !few(onlyAsked).some((other) => alike(word, other))),
  };
  last = { asked, stored, difference: found };
  return found;
}

/** Texts that differ in more words are not alike; comparing each word with each would cost their product. */
function few(words: readonly Word[]): readonly Word[] {
  return words.length > 24 ? [] : words;
}

function missing(from: Reading, other: Reading): Word[] {
  return from.words.filter(
    ({ folded, stem }) => !other.vocabulary.has(folded) && !other.vocabulary.has(stem),
  );
}

/** One word, a synonym, or mistyped. */
export function alike(a: Word, b: Word): boolean {
  return (
    (synonyms.get(a.stem) ?? a.stem) === (synonyms.get(b.stem) ?? b.stem) ||
    (a.kind === 'word' && b.kind === 'word' && isTypingError(a.folded, b.folded))
  );
}
