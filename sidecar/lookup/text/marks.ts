/**
 * Whether a text reckons: an operator between numbers or single letters, or a list of numbers in brackets. Then `(` is no
 * style: 2 * (3 + 4), and (0, 1) is not [0, 1].
 */
export function isSum(text: string): boolean {
  return operation.test(text) || listed.test(text);
}

const operation =
  /(?<![\p{L}\p{Nd}.,])(?:\p{Nd}[\p{Nd}.,]*|\p{L})[)\]!]?(?:\s{0,3}[+*/^=<>×÷]|\s-(?=\s)|-(?=[([])|\s(?:and|or|plus|minus|times|mod)\s)\s{0,3}-?\s{0,3}(?:[([]{0,8}\p{Nd}|[([]{1,8}\p{L}(?!\p{L})|\p{L}(?!\p{L}))/u;

const listed = /[([]-?\p{Nd}{1,20}(?:\.\p{Nd}{1,20})?[,;]\s?-?\p{Nd}/u;

/**
 * How many characters of a chunk are what the text speaks of and no punctuation: the `**` of Python, the `..` of "cd ..",
 * the minus of "- 5". The chunk starts at `at`; `before` is the word that it follows without a pause.
 */
export function symbolLength(text: string, at: number, chunk: string, before: string | undefined): number {
  if (chunk.length > longest || !ascii.test(chunk) || chunk === '&' || chunk === '->') return 0;
  const end = at + chunk.length;
  const goesOn = stands(continuation, text, end);
  const symbol = chunk.replace(goesOn ? /,$/ : /[.,;:?!]+$/, '');
  if (symbol === '') return goesOn && isNamed(text, end, before) ? chunk.length : 0;
  if (isNamed(text, end, before)) return symbol.length;
  const first = at === 0 || /[\n\r][ \t]*$/.test(text.slice(Math.max(0, at - 8), at));
  if (isPunctuation(symbol)) return goesOn && before !== undefined && speaks.has(before) ? symbol.length : 0;
  if (symbol === '-') return isMinus(text, end, before) ? 1 : 0;
  return isOperator(symbol, first) || (!first && isFolder(symbol, text, end)) ? symbol.length : 0;
}

const longest = 8;

const ascii = /^[!#-/:-@[-_{-~]+$/;

/** The sentence goes on behind the mark. */
const continuation = /[ \t]+[^\s\p{Lu}]/uy;

/** Behind these, or before those, a mark is a noun: "does ? do", "the -- operator". */
const before = new Set('does did the a an between and or of with operator symbol sign regex'.split(' '));
const after =
  /[ \t]+(?:do|means?|match(?:es)?|returns?|operator|symbol|sign|key|character)(?![\p{L}'])(?! (?:i|you|we|they)(?!\p{L}))/iuy;

function isNamed(text: string, end: number, word: string | undefined): boolean {
  return (word !== undefined && before.has(word)) || stands(after, text, end);
}

/** Marks of which a program is made, or a pair of brackets; no smiley, no ruled line, and no bullet where a line begins. */
function isOperator(symbol: string, first: boolean): boolean {
  if (
    /^[#%@/~$+=<>|^`]$/.test(symbol) ||
    smiley.test(symbol) ||
    /^(?:\*{3,}|_{3,}|~{3,}|#{2,})$/.test(symbol)
  )
    return false;
  if (first && /^(?:[*_\\]|\/\/|={3,}|[<>=+|^]+)$/.test(symbol)) return false;
  return /[*&|\\=<>+^~$%@#/_]|\(\)|\[\]|\{\}|::|\[\[|\]\]|\{\{|\}\}/.test(symbol);
}

const smiley = /^(?:[<>]?[:;=]['-]?[()|/*\\[\]]+|[()]+[:;=]|\^_*\^|<\/?)$/;

/** "git add . in": a sentence would begin with a capital. */
function isFolder(symbol: string, text: string, end: number): boolean {
  return /^\.{1,2}$/.test(symbol) && stands(small, text, end);
}

/** "the square of - 5"; elsewhere a hyphen before a number is a dash. */
function isMinus(text: string, end: number, word: string | undefined): boolean {
  return word !== undefined && reckons.has(word) && stands(number, text, end);
}

const reckons = new Set(
  'is are equals plus minus times by to from than add subtract multiply divide'.split(' '),
);
const small = /[ \t]+\p{Ll}/uy;
const number = /[ \t]\p{Nd}/uy;

/** Whether what `pattern` (sticky) describes stands at `at`. */
function stands(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

/** Elsewhere it ends a clause. */
function isPunctuation(symbol: string): boolean {
  return /^[!?:;]{1,3}[.=]?$/.test(symbol);
}

const speaks = new Set('is are use using explain about in vs versus than'.split(' '));

/**
 * The name in a chunk that is written with a mark: `!important`, `:q!`, `::before`, `'static`, `{{x}}`, no smiley; and
 * `sort!`, where the sentence goes on. The chunk ends at `end`; `before` is the word that it follows without a pause.
 */
export function marked(
  text: string,
  end: number,
  chunk: string,
  before: string | undefined,
): string | undefined {
  if (before !== undefined && bang.test(chunk) && stands(called, text, end)) return chunk;
  return mark.exec(chunk)?.[1];
}

const mark =
  /^["(]{0,2}(?!:[DPpOo3]$)((?:!|::?)[\p{L}\p{N}_][\p{L}\p{N}_-]{0,60}!?|'(?:static|a)|\{\{[^{}]{1,60}\}\}|\[\[[^[\]]{1,60}\]\])[")]{0,2}[.,;:?]{0,2}$/u;
const bang = /^\p{Ll}[\p{Ll}_]{1,60}!$/u;
const called = /[ \t]+(?:in|and|or|vs|does|macro|method|function|operator)(?![\p{L}'])/iuy;
