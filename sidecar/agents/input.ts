import { LOOSE } from '../dialects/loose.ts';

/**
 * A tool's input, split as a request is: what must be equal for a result to be reusable, and the one text that may be
 * worded otherwise. Pure.
 */
export interface SplitInput {
  /** The input with a mark in the place of the text. */
  readonly fixed: unknown;
  /** The text in natural language, or undefined where the input is compared as a whole. */
  readonly text: string | undefined;
}

/**
 * The text is the input itself, or a field on its first level that is known to hold words for people: `named` where the
 * policy says which, else one of the usual names. Commands, queries of a language and paths are no such text, for there
 * one character changes the meaning.
 */
export function splitInput(input: unknown, named?: string): SplitInput {
  if (typeof input === 'string') return isNatural(input) ? { fixed: LOOSE, text: input } : whole(input);
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return whole(input);
  const fields = Object.entries(input as Record<string, unknown>);
  const candidates = fields.filter(
    ([name, value]) =>
      (named === undefined ? usualNames.has(plain(name)) : name === named) &&
      typeof value === 'string' &&
      isNatural(value),
  );
  // Of two texts, each changes what the other asks for.
  const [candidate, other] = candidates;
  if (candidate === undefined || other !== undefined) return whole(input);
  const [name, text] = candidate as [string, string];
  return { fixed: { ...input, [name]: LOOSE }, text };
}

/** As deep as an input may be nested: reading one must not exhaust the stack. */
export const deepest = 64;

export function isTooDeep(value: unknown, left = deepest): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return left === 0 || Object.values(value).some((child) => isTooDeep(child, left - 1));
}

const whole = (input: unknown): SplitInput => ({ fixed: input, text: undefined });

const plain = (name: string): string => name.toLowerCase().replaceAll(/[_-]/g, '');

// Not `text`, `message` or `description`: those are what a tool works on (translates, counts, sends), letter for letter.
const usualNames: ReadonlySet<string> = new Set([
  'query',
  'q',
  'question',
  'prompt',
  'search',
  'searchquery',
  'searchterm',
  'searchterms',
  'querytext',
  'keywords',
  'topic',
  'request',
]);

/** Two words at least, and nothing in it that a machine would read. */
function isNatural(text: string): boolean {
  return (
    text.length <= longest &&
    text.isWellFormed() &&
    twoWords.test(text) &&
    ordinary.test(text) &&
    !statement.test(text)
  );
}

/** Characters. What is longer is no question, and does not fit the embedding window. */
const longest = 8_192;

// Begins at one letter, not at a word: else each letter of a long word would be a beginning.
const twoWords = /\p{L}\p{M}*[\s,;:.-]+\p{L}/u;
const ordinary = /^[\p{L}\p{M}\p{N}\s.,?!'’"“”:;()%$€£&+-]+$/u;
/** SQL, Cypher, GraphQL. */
const statement = /^\s*(select|insert|update|delete|with|create|drop|alter|merge|match|mutation|query)\b/i;
