import { lettered } from './function-words.ts';
import type { Token } from './tokens.ts';

/**
 * Whether a word is a letter whose case counts: g and G in physics or vim, δx and Δx. Not the words I and a, not "vitamin c",
 * which is the same in capitals, not a unit after its number, and not where a sentence begins.
 */
export function isLetter(
  { kind, text, after }: Pick<Token, 'kind' | 'text' | 'after'>,
  before: Pick<Token, 'kind' | 'folded'> | undefined,
): boolean {
  if (kind !== 'word' || after === '.' || before?.kind === 'number') return false;
  // A letter takes at most two code units.
  return text.length <= 4 && letter.test(text) && !lettered.has(before?.folded ?? '');
}

const letter = /^(?:[b-hj-zB-HJ-Z]|\p{Script=Greek}\p{L}?)$/u;
