import { withoutCourtesies } from './text/courtesies.ts';
import { lettered } from './text/function-words.ts';
import { layout } from './text/layout.ts';
import { isLetter } from './text/letters.ts';
import { withDigits } from './text/numerals.ts';
import { type Token, tokenise } from './text/tokens.ts';

/** The intent signature of a text: what remains when courtesy, case, punctuation and fillers are gone. Order is kept. */
export class Signature {
  /** Equal keys mean equal signatures. Of thousands of entries a string each takes a tenth of what lists of tokens would. */
  readonly key: string;

  constructor(tokens: readonly string[]) {
    this.key = tokens.join(separator);
  }

  get tokens(): readonly string[] {
    return this.key.split(separator);
  }
}

/** In no token: what is quoted has blanks, so with those "good morning" and "good" morning would be one. */
const separator = '\0';

/** A longer text is compared by its exact bytes and, within the model's window, by meaning. */
export const maxTokens = 200;

/** Undefined where a text has no signature: nothing left, more than `maxTokens` tokens, or a NUL in it. */
export function signature(text: string): Signature | undefined {
  if (text.includes(separator)) return undefined;
  const read = tokenise(text, 2 * maxTokens);
  if (read.length > 2 * maxTokens) return undefined;
  const asked = withoutCourtesies(withDigits(read));
  const capitals = text === text.toUpperCase();
  const signed: string[] = [];
  const tokens: string[] = [];
  for (let at = 0; at < asked.length; at++) {
    const token = asked[at]!;
    const one = !capitals && isLetter(token, asked[at - 1]) ? token.text : written(token);
    signed.push(one);
    if (!isArticle(asked, token, at)) tokens.push(one);
  }
  const kept = tokens.length > 0 ? tokens : signed;
  if (kept.length === 0) return undefined;
  const indents = layout(text);
  if (indents !== '') kept.push(margin + indents);
  if (kept.length > maxTokens) return undefined;
  return new Signature(kept);
}

/** No token of a text begins like this: how its lines are indented is one of its own. */
const margin = '\n';

/** Quoted text is marked, so that what is said about a word never equals what is said with it. */
function written(token: Token): string {
  return token.kind === 'quoted' ? `"${token.text}` : token.folded;
}

function isArticle(tokens: readonly Token[], { kind, folded }: Token, at: number): boolean {
  if (kind !== 'word' || folded.length > 3 || !articles.has(folded)) return false;
  // "a or an", "when do I use the": the article itself is asked about.
  if (at === tokens.length - 1 || /^(?:or|mean)$/.test(tokens[at + 1]!.folded)) return false;
  // In "vitamin A" it is a name.
  return folded !== 'a' || !lettered.has(tokens[at - 1]?.folded ?? '');
}

const articles = new Set(['the', 'an', 'a']);
