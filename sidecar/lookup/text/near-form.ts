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

/** Ways to begin that ask the same, and what is left of them. */
const table = `
how-to = how do i | how can i | how to | how do you | how can you | how do we | how can we | how does one | how can one | how would i | how could i | how might i | how would you | how do u | how can u | how should one
how many = what is number of | number of | what number of
 = what is | what are | give me | show me | tell me | tell me about | explain | describe | explain to me | can you | could you | would you | will you | i want you to | i need you to | i would like you to | i want to | i need to | i would like to | i wish to | i am looking to | i am trying to | i would love to | i need | i want | i would like | i am looking for | help me | help me to | let me
`;

const openings = table
  .split('\n')
  .filter((line) => line !== '')
  .flatMap((line) => {
    const [stands, ways] = line.split('= ') as [string, string];
    return ways
      .split(' | ')
      .map((way) => [way.trim().split(' '), stands.trim().split(' ').filter(Boolean)] as const);
  })
  .sort(([a], [b]) => b.length - a.length);

/** An opening counts where enough follows it to ask about: "what is up" is more than its last word. */
function openingOf(tokens: readonly string[]): { stands: readonly string[]; length: number } | undefined {
  for (const [words, stands] of openings)
    if (tokens.length >= words.length + 2 && words.every((word, at) => tokens[at] === word))
      return { stands, length: words.length };
  return undefined;
}

/** Whether a word may be missing on one side. */
export function isFiller(word: string): boolean {
  return fillers.has(word);
}
