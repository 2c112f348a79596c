import { expand } from './contractions.ts';
import { normalise } from './normalise.ts';
import { spelling } from './spelling.ts';
import { attachedUnit } from './units.ts';

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

const leading = /^[^\p{L}\p{N}\p{S}\p{M}_/~\\.#@%&*-]+/u;
const trailing = /[\p{P}\p{Z}]+$/u;
const keptAtEnd = /[%#*/_)\]}&@-]/;

/** Splits a text into tokens; stops after `most`. Time is linear in the text. */
export function tokenise(text: string, most = Number.POSITIVE_INFINITY): Token[] {
  const normal = normalise(text);
  const reader = new Reader(normal === normal.toUpperCase());
  for (const match of normal.matchAll(spans)) {
    reader.span(match[0]);
    if (reader.tokens.length > most) break;
  }
  return reader.tokens;
}

class Reader {
  readonly tokens: Token[] = [];
  #after: Token['after'] = '.';
  /** In a text of capitals only, they say nothing. */
  readonly #capitals: boolean;

  constructor(capitals: boolean) {
    this.#capitals = capitals;
  }

  span(span: string): void {
    const first = span[0]!;
    if (span.length > 2 && (first === '`' || first === '"' || (first === "'" && span.endsWith("'")))) {
      const inside = span.replace(/^(?:```|[`"'])|(?:```|[`"'])$/g, '');
      for (const part of inside.split(/\s+/)) if (part !== '') this.#push('quoted', part, part);
      if (/[.?!]$/.test(inside)) this.#pause('.');
      return;
    }
    if (first === '"' || first === '`') return;
    this.#chunk(span);
  }

  #push(kind: Token['kind'], text: string, folded: string): void {
    this.tokens.push({ kind, text, folded, opens: this.#after !== '', after: this.#after });
    this.#after = '';
  }

  #pause(strength: Token['after']): void {
    if (strength > this.#after || this.#after === '') this.#after = strength;
    if (strength === '.') this.#after = '.';
  }

  #chunk(raw: string): void {
    const start = leading.exec(raw)?.[0] ?? '';
    if (start !== '') this.#punctuation(start);
    let chunk = raw.slice(start.length);
    if (chunk === '') return;
    if (/^[-*•–—_.~#/\\&@%]+$/u.test(chunk)) {
      this.#lone(chunk);
      return;
    }
    if (/^\.[^\p{L}\p{N}]*$|^\.{2,}/u.test(chunk)) chunk = chunk.replace(/^\.+/, '');
    let end = trailing.exec(chunk)?.[0] ?? '';
    if (end !== '') {
      const kept = closing(chunk, end);
      end = end.slice(kept);
      chunk = chunk.slice(0, chunk.length - end.length);
    }
    if (chunk !== '') this.#classify(chunk);
    if (end !== '') this.#punctuation(end);
  }

  #punctuation(marks: string): void {
    if (/[.!?…。！？]/u.test(marks)) this.#pause('.');
    else if (/[:;—–]/u.test(marks)) this.#pause(':');
    else if (/[,、(){}[\]]/u.test(marks)) this.#pause(',');
  }

  /** A mark that stands alone is arithmetic, "and", or a pause. */
  #lone(mark: string): void {
    if (mark === '&') this.#push('word', mark, 'and');
    else if (/^[%@#/~]$/.test(mark)) this.#push('symbol', mark, mark);
    else if (/^[-*]$/.test(mark) && this.tokens.length > 0 && this.#after === '') {
      // Between words a lone hyphen is a dash; only beside numbers it subtracts.
      const left = this.tokens.at(-1)!;
      if (left.kind === 'number' || left.kind === 'symbol' || /^\w$/.test(left.folded))
        this.#push('symbol', mark, mark);
      else this.#pause(':');
    } else this.#pause(mark === '.' || mark === '...' ? '.' : ':');
  }

  #classify(chunk: string): void {
    if (/^\p{Ll}{2,}\p{Lu}\p{L}*$/u.test(chunk) && chunk !== 'macOS') return this.#push('code', chunk, chunk);
    if (/^\p{L}[\p{L}\p{M}]*$/u.test(chunk)) return this.#word(chunk);
    if (/^[\p{L}\p{M}]+(?:'[\p{L}\p{M}]+)+'?$/u.test(chunk) || /^[\p{L}\p{M}]+'$/u.test(chunk))
      return this.#word(chunk);
    if (/^w\/o?$/i.test(chunk)) return this.#word(chunk);
    if (/^[+-]?\p{Nd}[\p{Nd},.]*$/u.test(chunk)) return this.#number(chunk);
    const money = /^([+-]?)(\p{Lu}{0,2}\p{Sc})(\p{Nd}.*)$/u.exec(chunk);
    if (money !== null) {
      this.#push('symbol', money[2]!, money[2]!.toLowerCase());
      return this.#classify(money[1]! + money[3]!);
    }
    const attached = /^([+-]?\p{Nd}[\p{Nd},.]*)-?([%°\p{Sc}]|°?\p{L}+\.?(?:\p{L}\.?)?)$/u.exec(chunk);
    if (attached !== null) {
      const unit = attachedUnit(attached[2]!);
      if (unit !== undefined) {
        this.#number(attached[1]!);
        this.#push(unit.length === 1 && !/\p{L}/u.test(unit) ? 'symbol' : 'word', attached[2]!, unit);
        return;
      }
    }
    if (/^(?:\p{L}\.)+\p{L}?$/u.test(chunk)) return this.#word(chunk.replaceAll('.', ''));
    if (/^\p{L}{1,2}[+#*]{1,2}$/u.test(chunk)) return this.#push('word', chunk, chunk.toLowerCase());
    if (/^\p{Nd}{1,2}[:.]\p{Nd}{2}$/u.test(chunk)) return this.#push('number', chunk, chunk);
    if (/^[\p{L}\p{M}']+(?:-+[\p{L}\p{M}']+)+$/u.test(chunk)) return this.#hyphenated(chunk);
    if (/^[\p{L}\p{M}]+\/[\p{L}\p{M}]+$/u.test(chunk)) return this.#parts(chunk, /(\/)/);
    if (
      /^[+-]?[\p{Nd}.,]*(?:[\p{Nd}\p{L})(]*[-+*/^=×÷<>!√][\p{Nd}\p{L})(.]*)+$/u.test(chunk) &&
      /\p{Nd}/u.test(chunk) &&
      !/\p{L}{2}/u.test(chunk)
    )
      return this.#parts(chunk, /([-+*/^=×÷<>!√()])/u);
    if (/^\p{L}+-\p{Nd}+$|^\p{Nd}+-\p{L}+(?:-\p{L}+)*$/u.test(chunk)) return this.#hyphenated(chunk);
    if (/^\p{S}+$/u.test(chunk)) {
      for (const symbol of chunk) this.#push('symbol', symbol, symbol);
      return;
    }
    // Words that only lack a space between them, and running text of scripts that write none.
    if (
      !/[_\\@=<>{}()[\]:/#$]|\p{L}\.\p{L}/u.test(chunk) &&
      /\p{L}[^\p{L}\p{M}\p{N}'.+-]+[\p{L}\p{N}]/u.test(chunk)
    ) {
      for (const part of chunk.split(/([^\p{L}\p{M}\p{N}'.+-]+)/u)) {
        if (part === '') continue;
        if (/^[\p{L}\p{M}\p{N}'.+-]/u.test(part)) this.#chunk(part);
        else if (/\p{P}/u.test(part)) this.#punctuation(part);
        else for (const symbol of part) this.#push('symbol', symbol, symbol);
      }
      return;
    }
    if (/^[\p{L}\p{M}\p{N}]+$/u.test(chunk) && !/\p{Script=Latin}|\p{Nd}/u.test(chunk))
      return this.#word(chunk);
    this.#code(chunk);
  }

  #word(word: string): void {
    for (const part of expand(word.toLowerCase()))
      this.#push('word', word, this.#capitals ? spelling(part, part) : spelling(part, word));
  }

  #number(number: string): void {
    const plain = number.replace(/[.,]+$/, '');
    const grouped = /^[+-]?\p{Nd}{1,3}(?:,\p{Nd}{3})+(?:\.\p{Nd}+)?$/u.test(plain);
    const folded = (grouped ? plain.replaceAll(',', '') : plain).replace(/^\+/, '');
    this.#push('number', number, folded);
    if (/[.,]$/.test(number)) this.#pause(number.endsWith('.') ? '.' : ',');
  }

  /** "two-factor" is two words; "e-mail" and "wi-fi" are one. */
  #hyphenated(chunk: string): void {
    const joined = chunk.replaceAll('-', '').toLowerCase();
    if (
      /^(?:email|wifi|online|offline|cooperate|coordinate|reuse|preorder|prerequisites?|prereqs?)$/.test(
        joined,
      )
    )
      return this.#word(joined);
    for (const part of chunk.split(/-+/)) if (part !== '') this.#classify(part);
  }

  #parts(chunk: string, at: RegExp): void {
    for (const part of chunk.split(at)) {
      if (part === '') continue;
      if (/^\p{L}+$/u.test(part)) this.#word(part);
      else if (/^\p{Nd}[\p{Nd},.]*$/u.test(part)) this.#number(part);
      else if (/^[^\p{L}\p{N}]$/u.test(part)) this.#push('symbol', part, part);
      else this.#push('code', part, part);
    }
  }

  #code(chunk: string): void {
    this.#push('code', chunk, caseless(chunk) ? chunk.toLowerCase() : chunk);
  }
}

/** Names whose capitals are a matter of taste: Node.js, iPhone15, R2D2. Flags, paths and identifiers keep theirs. */
function caseless(chunk: string): boolean {
  return (
    /^\p{L}[\p{L}\p{N}]*\.(?:js|net|com|org|io|ai|app|dev)$/iu.test(chunk) || /^[\p{L}\p{N}]+$/u.test(chunk)
  );
}

/** How many of the marks at the end belong to the chunk: the brackets of f(x), the + of C++, the % of 20%. */
function closing(chunk: string, end: string): number {
  const body = chunk.slice(0, chunk.length - end.length);
  let kept = 0;
  while (kept < end.length && keptAtEnd.test(end[kept]!)) {
    const mark = end[kept]!;
    if (mark === ')' && !body.includes('(') && !end.slice(0, kept).includes('(')) break;
    if (mark === ']' && !body.includes('[')) break;
    if (mark === '}' && !body.includes('{')) break;
    if (mark === '-' && !/^\p{L}{1,2}$/u.test(body)) break;
    if (mark === '*' || mark === '_' || mark === '&' || mark === '@') break;
    kept++;
  }
  if (kept === 0 && end.startsWith('()')) return 2;
  return kept;
}
