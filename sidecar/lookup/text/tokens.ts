import { expand } from './contractions.ts';
import { isSum, marked, symbolLength } from './marks.ts';
import { normalise } from './normalise.ts';
import { isBlank, PlainWords } from './plain-words.ts';
import { spelling } from './spelling.ts';
import { attachedUnit, casedUnit } from './units.ts';
import { workedOn } from './worked-on.ts';

/**
 * One unit of meaning. `code` and `quoted` are kept letter for letter; a `word` is also given folded: lower case,
 * contraction expanded, one spelling.
 */
export interface Token {
  readonly kind: 'word' | 'number' | 'code' | 'quoted' | 'symbol';
  /** As it stands in the text, after normalisation. */
  readonly text: string;
  /** What comparisons use. */
  readonly folded: string;
  /** First of its clause: the text begins here, or punctuation stands before it. */
  readonly opens: boolean;
  /** How strong that punctuation is: a comma only pauses. */
  readonly after: '' | ',' | ':' | '.';
}

/** Spans that are one thing, and anything else between two spaces. No alternative can run past its own closing mark. */
const spans =
  /```[^`]*```|`[^`]+`|(?<![\p{L}\p{N}])"[^"]+"|(?<![\p{L}\p{N}\p{P}])'[^'\n]+'(?![\p{L}\p{N}])|[^\s"`]+|["`]/gu;

/** Splits a text into tokens; stops soon after `most`. Time is linear in the text. */
export function tokenise(text: string, most = Number.POSITIVE_INFINITY): Token[] {
  const whole = normalise(text);
  const tokens = new Tokens(whole === whole.toUpperCase(), isSum(whole));
  const start = workedOn(whole);
  const normal = whole.slice(0, start);
  for (let at = 0; at < normal.length && tokens.found.length <= most; ) {
    const passed = isBlank(normal.charCodeAt(at)) ? 1 : tokens.plain(normal, at);
    at = passed > 0 ? at + passed : readSpan(normal, at, tokens);
  }
  if (start !== undefined) tokens.quote(whole.slice(start));
  return tokens.found;
}

/** Reads the first span from `from` on, and says where it ends. */
function readSpan(normal: string, from: number, tokens: Tokens): number {
  spans.lastIndex = from;
  const match = spans.exec(normal);
  if (match === null) return normal.length;
  const { 0: span, index } = match;
  const end = index + span.length;
  if (isQuote(span)) tokens.quote(span);
  else if (span === '"' && /\p{Nd}/u.test(normal[index - 1] ?? '')) tokens.length(span);
  else {
    const before = tokens.unpaused?.folded;
    const symbol = symbolLength(normal, index, span, before);
    const name = marked(normal, end, span, before);
    if (symbol > 0) tokens.operator(span.slice(0, symbol));
    if (name === undefined) chunk(span.slice(symbol), tokens);
    else tokens.named(span, name);
  }
  return end;
}

function isQuote(span: string): boolean {
  return span.length > 2 && (span[0] === '`' || span[0] === '"' || (span[0] === "'" && span.endsWith("'")));
}

/** Collects tokens, and remembers the punctuation that stands before the next one. */
class Tokens {
  readonly found: Token[] = [];
  /** In a text of capitals only, they say nothing. */
  readonly #capitals: boolean;
  /** In a text that reckons, brackets say what goes first. */
  readonly sum: boolean;
  #after: Token['after'] = '.';

  constructor(capitals: boolean, sum: boolean) {
    this.#capitals = capitals;
    this.sum = sum;
  }

  get last(): Token | undefined {
    return this.found.at(-1);
  }

  /** Reads a plain word at `at`, with the mark behind it: how many characters these are, 0 where something else stands there. */
  plain(text: string, at: number): number {
    const plain = plainWords.at(text, at);
    if (plain === undefined) return 0;
    if (this.#isSpelt) classify(plain.word, this);
    else for (const token of this.#alone(plain.word, plain.value)) this.found.push(token);
    this.#after = '';
    const { length } = plain.word;
    if (at + length === text.length || isBlank(text.charCodeAt(at + length))) return length;
    this.pause(text[at + length]!);
    return length + 1;
  }

  /** What a word becomes wherever it stands, but for the pause before it and for what capitals say. */
  #alone(word: string, known: (readonly Token[] | undefined)[]): readonly Token[] {
    const variant = pauses.indexOf(this.#after) * 2 + (this.#capitals ? 1 : 0);
    if (known[variant] === undefined) {
      const tokens = new Tokens(this.#capitals, false);
      tokens.#after = this.#after;
      classify(word, tokens);
      // What was pushed to has room for 17, and there are thousands.
      known[variant] = tokens.found.slice();
    }
    return known[variant];
  }

  push(kind: Token['kind'], text: string, folded: string): void {
    this.found.push({ kind, text, folded, opens: this.#after !== '', after: this.#after });
    this.#after = '';
  }

  pause(marks: string): void {
    if (/[.!?…。]/u.test(marks)) this.#after = '.';
    else if (this.#after === '.') return;
    else if (/[:;—–-]/u.test(marks)) this.#after = ':';
    else if (this.#after === '' && /[,、(){}[\]]/u.test(marks)) this.#after = ',';
  }

  get paused(): boolean {
    return this.#after !== '';
  }

  /** The word that the next one follows without a pause. */
  get unpaused(): Token | undefined {
    return this.paused ? undefined : this.last;
  }

  /** "How do I spell colour" asks for the letters. */
  get #isSpelt(): boolean {
    const before = this.last?.folded;
    return before?.startsWith('spell') === true && /^spell(?:s|ed|ing)?$/.test(before);
  }

  quote(span: string): void {
    const inside = span.replace(/^```|```$|^[`"']|[`"']$/g, '');
    for (const part of inside.split(/\s+/)) if (part !== '') this.push('quoted', part, part);
    if (/[.?!]$/.test(inside)) this.pause('.');
  }

  word(word: string): void {
    const unit = casedUnit(word);
    if (unit !== undefined || this.#isSpelt) {
      this.push('word', word, unit ?? word.toLowerCase());
      return;
    }
    for (const part of expand(word.toLowerCase()))
      this.push('word', word, spelling(part, this.#capitals ? part : word));
  }

  number(number: string): void {
    const end = endOf(number, /[.,]/);
    const plain = number.slice(0, end);
    const grouped = /^[+-]?\p{Nd}{1,3}(?:,\p{Nd}{3})+(?:\.\p{Nd}+)?$/u.test(plain);
    this.push('number', number, (grouped ? plain.replaceAll(',', '') : plain).replace(/^\+/, ''));
    this.pause(number.slice(end));
  }

  symbols(symbols: string): void {
    for (const symbol of symbols) this.push('symbol', symbol, symbol);
  }

  /** Between operands each mark is one symbol, however they are spaced; elsewhere marks are what is spoken of. */
  operator(marks: string): void {
    if (this.endsInOperand && !this.paused) this.symbols(marks);
    else this.push('code', marks, marks);
  }

  named(span: string, name: string): void {
    const at = span.indexOf(name);
    this.around(span.slice(0, at));
    this.push('code', name, name);
    this.around(span.slice(at + name.length));
  }

  /** 6' and 6", after their number. */
  length(mark: string): void {
    this.push('word', mark, mark === '"' ? 'inches' : 'feet');
  }

  /** What stands around a chunk and is no part of it. */
  around(marks: string): void {
    if (!this.sum) this.pause(marks);
    else for (const mark of marks) /[()[\]]/.test(mark) ? this.symbols(mark) : this.pause(mark);
  }

  get endsInOperand(): boolean {
    const { last } = this;
    return last?.kind === 'number' || last?.kind === 'symbol' || /^\w'{0,3}$/.test(last?.folded ?? '');
  }
}

const pauses: readonly Token['after'][] = ['', ',', ':', '.'];

const plainWords = new PlainWords((): (readonly Token[] | undefined)[] =>
  Array(2 * pauses.length).fill(undefined),
);

/** Where the run of `marks` at the end of a text begins. A regular expression would try at each of them. */
function endOf(text: string, marks: RegExp): number {
  let end = text.length;
  while (end > 0 && marks.test(text[end - 1]!)) end--;
  return end;
}

const leading = /^[^\p{L}\p{N}\p{S}\p{M}_/~\\.#@%&*-]+/u;
const lone = /^[-*•–—_.~#/\\&@%]+$/u;

/** What stands between two spaces: punctuation at both ends, and something inside. */
function chunk(raw: string, tokens: Tokens): void {
  const before = leading.exec(raw)?.[0] ?? '';
  tokens.around(before);
  const rest = raw.slice(before.length);
  if (rest === '') return;
  if (lone.test(rest)) {
    mark(rest, tokens);
    return;
  }
  const inner = /^\.{2,}/.test(rest) ? rest.replace(/^\.+/, '') : rest;
  const end = withPrimes(inner, closing(inner, tokens.sum));
  if (end > 0) classify(inner.slice(0, end), tokens);
  if (inner[end] === "'" && isNumber(inner.slice(0, end))) tokens.length("'");
  tokens.around(inner.slice(end));
}

/** x' and x'' are not x, and AB' is not AB. */
function withPrimes(chunk: string, end: number): number {
  if (chunk[end] !== "'" || !/^(?:\p{L}|[a-dxyz']{1,16})$/iu.test(chunk.slice(0, end))) return end;
  while (chunk[end] === "'") end++;
  return end;
}

function isNumber(text: string): boolean {
  return /^-?\p{Nd}+(?:\.\p{Nd}+)?$/u.test(text);
}

/** A mark that stands alone is arithmetic, "and", or a pause. */
function mark(marks: string, tokens: Tokens): void {
  // Between words a lone hyphen is a dash; only beside numbers it subtracts.
  const subtracts = tokens.endsInOperand;
  if (marks === '&') tokens.push('word', marks, 'and');
  else if (/^[%@#/~]$/.test(marks)) tokens.push('symbol', marks, marks);
  else if (/^[-*]$/.test(marks) && subtracts && !tokens.paused) tokens.push('symbol', marks, marks);
  else tokens.pause(marks.includes('.') ? '.' : ':');
}

const small = /^\p{Nd}{1,2}$/u;

/** Where the punctuation after a chunk begins; the brackets of f(x), the + of C++ and the % of 20% belong to it. */
function closing(chunk: string, sum: boolean): number {
  const body = endOf(chunk, /[\p{P}\p{Z}]/u);
  let end = body;
  const open = brackets(chunk.slice(0, body));
  // "Calculate 5!" is no exclamation, "Explain status 404!" is one.
  if (chunk[body] === '!' && chunk[body + 1] !== '!' && (sum ? /\p{Nd}$/u : small).test(chunk.slice(0, body)))
    end++;
  for (; end < chunk.length; end++) {
    const mark = chunk[end]!;
    if (mark === '%' || mark === '#' || mark === '/') continue;
    if (mark === '(' && chunk[end + 1] === ')') {
      end++;
      continue;
    }
    if (/[)\]}]/.test(mark) && open.pop() !== undefined) continue;
    if (mark === '-' && /^\p{L}{1,2}$/u.test(chunk.slice(0, body))) continue;
    break;
  }
  return end;
}

/** The brackets that a chunk opens and does not close. */
function brackets(chunk: string): string[] {
  const open: string[] = [];
  for (const mark of chunk) {
    if (/[([{]/.test(mark)) open.push(mark);
    else if (/[)\]}]/.test(mark)) open.pop();
  }
  return open;
}

type Shape = readonly [RegExp, (chunk: string, tokens: Tokens, match: RegExpExecArray) => void];

const asWord: Shape[1] = (chunk, tokens) => tokens.word(chunk);
const asCode: Shape[1] = (chunk, tokens) => tokens.push('code', chunk, chunk);

/** The first shape that a chunk has says what it is. Each reads a chunk once, from left to right. */
const shapes: readonly Shape[] = [
  [/^(?!macOS$)\p{Ll}{2,}\p{Lu}\p{L}*$/u, asCode],
  [/^\p{L}[\p{L}\p{M}]*$/u, asWord],
  [/^(?:\p{L}'+|(?=[^']{0,9}')[a-dxyz']{2,16})$/iu, asCode],
  [/^[\p{L}\p{M}]+(?:'[\p{L}\p{M}]+)*'?$/u, asWord],
  [/^[wW]\/[oO]?$/, asWord],
  [/^[+-]?\p{Nd}[\p{Nd},.]*$/u, (chunk, tokens) => tokens.number(chunk)],
  // film(s)
  [/^(\p{L}{2,})\((e?s)\)$/u, (_, tokens, [, word, plural]) => tokens.word(`${word}${plural}`)],
  // 523's, E24's
  [/^(.*[\p{N}\p{Lu}])'s$/u, (_, tokens, [, name]) => classify(name!, tokens)],
  [/^([+-]?)(\p{Lu}{0,2}\p{Sc})(\p{Nd}.*)$/u, money],
  [/^'?(\p{Nd}0|\p{Nd}{4})s$/u, (chunk, tokens, [, years]) => tokens.push('code', chunk, `${years}s`)],
  [/^([+-]?\p{Nd}[\p{Nd},.]*)-?([%°\p{Sc}]|°?\p{L}{1,12}\.?(?:\p{L}\.?)?)$/u, measured],
  [/^(?:\p{L}\.){1,9}\p{L}?$/u, (chunk, tokens) => tokens.word(chunk.replaceAll('.', ''))],
  [/^\p{L}{1,2}[+#*-]{1,2}$/u, (chunk, tokens) => tokens.push('word', chunk, chunk.toLowerCase())],
  [/^\p{Nd}{1,2}[:.]\p{Nd}{2}$/u, (chunk, tokens) => tokens.push('number', chunk, chunk)],
  [/^[\p{L}\p{M}']+(?:-+[\p{L}\p{M}']+)+$/u, hyphenated],
  [/^[\p{L}\p{M}]{2,}\/[\p{L}\p{M}]{2,}$/u, (chunk, tokens) => parts(chunk, /\//, tokens)],
  [
    /^(?=.{0,200}\p{Nd})(?!.{0,200}\p{L}{2})[\p{Nd}\p{L}.,()]*(?:[-+*/^=×÷<>!√][\p{Nd}\p{L}.,()]*)+$/u,
    arithmetic,
  ],
  [/^(?:\p{L}+-\p{Nd}+|\p{Nd}+(?:-\p{L}+)+)$/u, hyphenated],
  // "400 -level": a hyphen that some tokeniser set apart.
  [
    /^-(\p{L}{2,})$/u,
    (chunk, tokens, [, word]) =>
      tokens.last?.kind === 'number' ? tokens.word(word!) : asCode(chunk, tokens, [] as never),
  ],
  [/^\p{S}+$/u, (chunk, tokens) => tokens.symbols(chunk)],
  [/^[^_\\@=<>{}()[\]:/#$]*\p{L}[^\p{L}\p{M}\p{N}'.+_\\@=<>{}()[\]:/#$-]+[\p{L}\p{N}]/u, unspaced],
  [/^\p{L}{2,}[?!;,]+\(?\p{L}/u, unspaced],
  // A name whose capitals are a matter of taste: Node.js, iPhone15, R2D2. Flags, paths and identifiers keep theirs.
  [
    /^\p{L}[\p{L}\p{N}]*\.(?:js|net|com|org|io|ai|app|dev)$/iu,
    (chunk, tokens) => tokens.push('code', chunk, chunk.toLowerCase()),
  ],
  [
    /^[\p{L}\p{M}\p{N}]+$/u,
    (chunk, tokens) => tokens.push(/\p{Nd}/u.test(chunk) ? 'code' : 'word', chunk, chunk.toLowerCase()),
  ],
];

function classify(chunk: string, tokens: Tokens): void {
  for (const [shape, read] of shapes) {
    const match = shape.exec(chunk);
    if (match !== null) {
      read(chunk, tokens, match);
      return;
    }
  }
  tokens.push('code', chunk, chunk);
}

function money(_: string, tokens: Tokens, [, sign, currency, amount]: RegExpExecArray): void {
  tokens.push('symbol', currency!, currency!.toLowerCase());
  classify(sign! + amount!, tokens);
}

/** 35km, 20%, 3pm; where the end is no unit, it is a name: 4K, 3D. */
function measured(chunk: string, tokens: Tokens, [, number, end]: RegExpExecArray): void {
  const unit = attachedUnit(end!);
  if (unit === undefined) {
    if (chunk.includes('-', 1)) hyphenated(chunk, tokens);
    else tokens.push('code', chunk, chunk.toLowerCase());
    return;
  }
  tokens.number(number!);
  tokens.push(/^\p{L}/u.test(unit) ? 'word' : 'symbol', end!, unit);
}

const oneWord =
  /^(?:e-mails?|wi-fi|on-line|off-line|co-operate|co-ordinate|re-use|pre-order|pre-requisites?|pre-reqs?|to-do|check-in|log-in|set-up)$/i;

/** "two-factor" is two words; "e-mail" and "wi-fi" are one. */
function hyphenated(chunk: string, tokens: Tokens): void {
  if (oneWord.test(chunk)) tokens.word(chunk.replaceAll('-', ''));
  else for (const part of chunk.split(/-+/)) if (part !== '') classify(part, tokens);
}

function arithmetic(chunk: string, tokens: Tokens): void {
  parts(chunk, /([-+*/^=×÷<>!√()])/u, tokens);
}

function parts(chunk: string, at: RegExp, tokens: Tokens): void {
  for (const part of chunk.split(at)) {
    if (part === '') continue;
    if (/^\p{L}+$/u.test(part)) tokens.word(part);
    else if (/^\p{Nd}[\p{Nd},.]*$/u.test(part)) tokens.number(part);
    else if (/^[^\p{L}\p{N}]$/u.test(part)) tokens.symbols(part);
    else tokens.push('code', part, part);
  }
}

/** Words that only lack a space between them, and running text of scripts that write none. */
function unspaced(chunk: string, tokens: Tokens): void {
  for (const part of chunk.split(/([^\p{L}\p{M}\p{N}'.+_\\@=<>/#$-]+)/u)) {
    if (part === '') continue;
    if (/^\p{S}+$/u.test(part)) tokens.symbols(part);
    else if (/^[^\p{L}\p{M}\p{N}'.+_\\@=<>/#$-]/u.test(part)) tokens.pause(part);
    else classify(part.slice(0, Math.max(1, endOf(part, /[.'+-]/))), tokens);
  }
}
