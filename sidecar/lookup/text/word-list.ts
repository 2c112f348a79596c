/**
 * Words that are looked up in the text that lists them, in the order of their UTF-16 code units, with one space or line break
 * between two. Of ten thousand words a `Set` would take a megabyte beside that text.
 */
export class WordList {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#text.trim().split(/\s/)[Symbol.iterator]();
  }

  has(word: string): boolean {
    const text = this.#text;
    let from = 0;
    let to = text.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      let begin = middle;
      while (begin > from && !isSpace(text, begin - 1)) begin--;
      let end = middle;
      while (end < to && !isSpace(text, end)) end++;
      const found = text.slice(begin, end);
      if (found === word && word !== '') return true;
      if (found < word) from = end + 1;
      else to = begin;
    }
    return false;
  }
}

const isSpace = (text: string, at: number): boolean => text.charCodeAt(at) <= 32;
