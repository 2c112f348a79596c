import { fillers } from './function-words.ts';
import { stem } from './stem.ts';
import { synonyms } from './synonyms.ts';

/**
 * A signature as phase 2 compares it: inflections and safe synonyms are one form, and the ways to say "how do I" and
 * "what is" are one. Order is kept. `words` are the same tokens as they were written, to judge typing errors by.
 */
export interface NearForm {
  readonly forms: readonly string[];
  readonly words: readonly string[];
}

export function nearForm(tokens: readonly string[]): NearForm {
  const opening = openingOf(tokens);
  const stands = opening?.stands ?? [];
  const rest = opening === undefined ? tokens : tokens.slice(opening.length);
  return { forms: [...stands, ...rest.map(formOf)], words: [...stands, ...rest] };
}

function formOf(word: string): string {
  if (!plain.test(word)) return word;
  const root = stem(word);
  return synonyms.get(word) ?? synonyms.get(root) ?? root;
}

/** Lower-case words; what is quoted, code, numbers and negations stay as they are. */
const plain = /^\p{L}+$/u;

const howTo = ['how-to'];
const openings: readonly (readonly [readonly string[], readonly string[]])[] = [
  ...[
    'how do i',
    'how can i',
    'how to',
    'how do you',
    'how can you',
    'how do we',
    'how can we',
    'how does one',
    'how can one',
    'how would i',
    'how could i',
    'how might i',
    'how would you',
    'how do u',
  ].map((words) => [words.split(' '), howTo] as const),
  ...['what is', 'what are', 'give me', 'show me', 'tell me'].map((words) => [words.split(' '), []] as const),
];

/** An opening counts where enough follows it to ask about: "what is up" is more than its last word. */
function openingOf(tokens: readonly string[]): { stands: readonly string[]; length: number } | undefined {
  for (const [words, stands] of openings)
    if (
      tokens.length >= words.length + (stands.length > 0 ? 1 : 3) &&
      words.every((word, at) => tokens[at] === word)
    )
      return { stands, length: words.length };
  return undefined;
}

/** Whether a word may be missing on one side. */
export function isFiller(word: string): boolean {
  return fillers.has(word);
}
