import { start, step } from './hash.ts';

/**
 * Most of a text is plain words between blanks, and words come again though texts do not: what is made of them is kept for the
 * last few thousand. Each has one slot, by its hash, and takes it from the one that was there: nothing to count or to sweep.
 */
export class PlainWords<Value> {
  readonly #make: (word: string) => Value;
  readonly #slots: (PlainWord<Value> | undefined)[] = new Array(slots).fill(undefined);

  constructor(make: (word: string) => Value) {
    this.#make = make;
  }

  /**
   * The word that begins at `from`: letters of ASCII, with apostrophes among them, up to a blank or the end, at most with one
   * mark between, after which no name goes on. Undefined where anything else stands there.
   */
  at(text: string, from: number): PlainWord<Value> | undefined {
    let hash = start;
    let end = from;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (!isLetter(code) && !(code === apostrophe && end > from && isLetter(text.charCodeAt(end + 1))))
        break;
      hash = step(hash, code);
    }
    if (end === from || end - from > longest || !isOver(text, end)) return undefined;
    const slot = hash & (slots - 1);
    const known = this.#slots[slot];
    if (known?.word.length === end - from && text.startsWith(known.word, from)) return known;
    // A copy: a slice would keep the whole text.
    const word = Buffer.from(text.slice(from, end), 'latin1').toString('latin1');
    const made = { word, value: this.#make(word) };
    this.#slots[slot] = made;
    return made;
  }
}

export interface PlainWord<Value> {
  readonly word: string;
  readonly value: Value;
}

const slots = 4096;

/** Letters; what is longer is mostly no word. */
const longest = 32;

const apostrophe = 0x27;

const isLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;

export const isBlank = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);

/** Whether a blank or the end follows, at most behind a mark that ends a clause; an exclamation mark may belong to a name. */
function isOver(text: string, end: number): boolean {
  if (end === text.length || isBlank(text.charCodeAt(end))) return true;
  if (end + 1 === text.length) return ',.;:?!'.includes(text[end]!);
  return isBlank(text.charCodeAt(end + 1)) && ',.;:?'.includes(text[end]!);
}
