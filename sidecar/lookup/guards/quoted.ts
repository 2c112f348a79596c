import { isTypingError } from '../text/typing-error.ts';
import { isSpelling } from '../text/worked-on.ts';
import { derived } from './derived.ts';
import type { Guard } from './guard.ts';
import type { Reading } from './reading.ts';
import { setOf } from './sets.ts';

/** What stands in quotation marks or code marks is what the request is about. */
export const quoted: Guard = {
  reason: 'quoted',
  description: 'The texts quote different words.',
  refuses(asked, stored) {
    if (isMistyped(asked, stored)) return true;
    return unmatched(asked, stored) || unmatched(stored, asked);
  },
};

function unmatched(from: Reading, other: Reading): boolean {
  const said = quotes(other);
  const name = single(other) === undefined ? undefined : single(from);
  const anyCase = from.caseless || other.caseless;
  for (const quote of quotes(from)) {
    if (said.has(quote)) continue;
    const folded = quote.toLowerCase();
    if (!anyCase && quote === name && [...said].some((each) => each.toLowerCase() === folded)) return true;
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

/** The one word that is quoted, not as a sentence, where its meaning is asked for: "Polish" is not "polish". */
const single = derived(({ words, vocabulary }: Reading): string | undefined => {
  if (!vocabulary.has('mean') && !vocabulary.has('meaning')) return undefined;
  const quoted = words.filter(({ kind }) => kind === 'quoted');
  return quoted.length === 1 && quoted[0]!.after !== '.' ? quoted[0]!.text : undefined;
});

/** Where errors are asked about, capitals, commas and each letter of what is quoted count, and no word is mistyped. */
function isMistyped(asked: Reading, stored: Reading): boolean {
  if (isJudged(asked) && isJudged(stored)) {
    const [a, b] = [copied(asked), copied(stored)];
    if (a !== b && a !== '' && b !== '') return true;
  }
  if (!isAboutLetters(asked) || !isAboutLetters(stored)) return false;
  const onlyStored = stored.words.filter(({ folded }) => !asked.vocabulary.has(folded)).slice(0, 24);
  const onlyAsked = asked.words.filter(({ folded }) => !stored.vocabulary.has(folded)).slice(0, 24);
  return onlyAsked.some(({ folded }) => onlyStored.some((other) => isTypingError(folded, other.folded)));
}

const isAboutLetters = derived(({ words }: Reading) => words.some(({ folded }) => isSpelling(folded)));

const isJudged = derived(
  (reading: Reading) =>
    isAboutLetters(reading) || reading.vocabulary.has('correct') || reading.vocabulary.has('fix'),
);

const copied = derived(({ words }: Reading) =>
  words
    .filter(({ kind }) => kind === 'quoted')
    .map(({ text }) => text)
    .join(' '),
);

const quotes = derived((reading: Reading) =>
  setOf(reading.words.map(({ kind, text }) => (kind === 'quoted' ? text.replace(/[.,!?]$/, '') : undefined))),
);
