import { aliases } from '../text/aliases.ts';
import { withoutCourtesies } from '../text/courtesies.ts';
import { foreignWords, functionWords, shared } from '../text/function-words.ts';
import { withDigits } from '../text/numerals.ts';
import { stem } from '../text/stem.ts';
import { type Token, tokenise } from '../text/tokens.ts';

/** What the guards know of a text; read once per text and kept beside the entry. */
export interface Reading {
  readonly text: string;
  readonly words: readonly Word[];
  /** Every folded word and its stem. */
  readonly vocabulary: ReadonlySet<string>;
  /** Words and numbers that carry content, stemmed, in order. */
  readonly content: readonly string[];
  /** Not written in English: the guards that know English words do not hold. */
  readonly foreign: boolean;
  /** Written all in one case, so that capitals say nothing. */
  readonly caseless: boolean;
  /** What the guards made of it so far; see `derived`. */
  readonly derived: unknown[];
}

export interface Word {
  readonly kind: Token['kind'];
  readonly text: string;
  readonly folded: string;
  readonly stem: string;
  readonly opens: boolean;
  readonly after: Token['after'];
}

export function read(text: string): Reading {
  const tokens = withoutCourtesies(withDigits(tokenise(text)));
  const words = named(tokens);
  const vocabulary = new Set<string>();
  const content: string[] = [];
  for (const word of words) {
    vocabulary.add(word.folded).add(word.stem);
    if (word.kind !== 'symbol' && !functionWords.has(word.folded)) content.push(word.stem);
  }
  return {
    text,
    words,
    vocabulary,
    content,
    foreign: isForeign(words),
    caseless: text === text.toLowerCase() || text === text.toUpperCase(),
    derived: [],
  };
}

/** One name for what has several: "United States" is the USA. */
function named(tokens: readonly Token[]): Word[] {
  const words: Word[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    const alias = aliases
      .get(token.folded)
      ?.find(([phrase]) => phrase.every((word, offset) => tokens[at + offset]?.folded === word));
    const folded = alias?.[1] ?? (token.kind === 'quoted' ? token.folded.toLowerCase() : token.folded);
    const kind = alias === undefined ? token.kind : /\p{Nd}/u.test(folded) ? 'code' : 'word';
    words.push({
      kind,
      text: token.text,
      folded,
      stem: kind === 'word' ? stem(folded) : folded,
      opens: token.opens,
      after: token.after,
    });
    if (alias !== undefined) at += alias[0].length - 1;
  }
  return words;
}

/** Mostly other letters, or more function words of other languages than of English. */
function isForeign(words: readonly Word[]): boolean {
  let english = 0;
  let foreign = 0;
  let letters = 0;
  let others = 0;
  for (const { kind, folded } of words) {
    if (kind !== 'word') continue;
    letters++;
    if (/[\u0250-\u{10ffff}]/u.test(folded)) others++;
    else if (foreignWords.has(folded) && !shared.has(folded)) foreign++;
    else if (functionWords.has(folded)) english++;
    else if (/[^a-z'+#]/.test(folded)) foreign += 0.5;
  }
  return others * 2 > letters || (foreign >= 1 && foreign > english);
}
