import { hash } from './text/hash.ts';
import { isFiller } from './text/near-form.ts';

/** One value under one key, with the word that the key leaves out. */
export interface Posting<Value> {
  readonly value: Value;
  readonly varying: string | undefined;
}

/** A fuller bucket is a template, "what is the capital of …", and is split by the word that varies. */
const splitAbove = 16;

/**
 * What shares a key. While there is little, a lookup takes all of it. A template is split: a word finds those that it
 * may be a typing error of, by what both become with one letter left out; what has a filler there, or nothing, is
 * found by all. Of two errors in one long word, a template finds those that share such a form.
 */
export class NearMissBucket<Value> {
  #postings: Posting<Value>[] | undefined;
  /** How often each value stands here with no word that varies, or with a filler. */
  readonly #light = new Map<Value, number>();
  /** By the hash of a shortened word; most hold one, and one needs no array. */
  readonly #mistyped = new Map<number, Posting<Value> | Posting<Value>[]>();
  size = 0;

  constructor(...postings: readonly Posting<Value>[]) {
    this.#postings = [];
    for (const posting of postings) this.add(posting);
  }

  add(posting: Posting<Value>): void {
    this.size++;
    if (this.#postings === undefined) this.#place(posting);
    else if (this.#postings.push(posting) > splitAbove) {
      for (const each of this.#postings) this.#place(each);
      this.#postings = undefined;
    }
  }

  delete(posting: Posting<Value>): void {
    if (this.#postings !== undefined) {
      const at = this.#postings.findIndex(same(posting));
      if (at >= 0) this.#postings.splice(at, 1);
      this.size = this.#postings.length;
    } else if (this.#displace(posting)) this.size--;
  }

  /** Adds to `found`, up to `most`, what a text with `varying` in this place may be near to. */
  collect(varying: string | undefined, found: Set<Value>, most: number): void {
    for (const value of this.#postings?.map((posting) => posting.value) ?? this.#near(varying)) {
      if (found.size >= most) return;
      found.add(value);
    }
  }

  *#near(varying: string | undefined): Iterable<Value> {
    if (varying === undefined || isFiller(varying)) yield* this.#light.keys();
    if (varying === undefined) return;
    for (const form of shortened(varying))
      for (const { value } of listed(this.#mistyped.get(form))) yield value;
  }

  #place(posting: Posting<Value>): void {
    const { value, varying } = posting;
    if (varying === undefined || isFiller(varying)) this.#light.set(value, (this.#light.get(value) ?? 0) + 1);
    if (varying === undefined) return;
    for (const form of shortened(varying)) {
      const there = this.#mistyped.get(form);
      if (there === undefined) this.#mistyped.set(form, posting);
      else if (Array.isArray(there)) there.push(posting);
      else this.#mistyped.set(form, [there, posting]);
    }
  }

  #displace(posting: Posting<Value>): boolean {
    const { value, varying } = posting;
    let gone = false;
    if (varying === undefined || isFiller(varying)) {
      const times = this.#light.get(value);
      if (times === 1) this.#light.delete(value);
      else if (times !== undefined) this.#light.set(value, times - 1);
      gone = times !== undefined;
    }
    if (varying === undefined) return gone;
    for (const form of shortened(varying)) {
      const there = this.#mistyped.get(form);
      const at = listed(there).findIndex(same(posting));
      if (at < 0) continue;
      gone = true;
      if (Array.isArray(there) && there.length > 1) there.splice(at, 1);
      else this.#mistyped.delete(form);
    }
    return gone;
  }
}

function same<Value>(posting: Posting<Value>): (other: Posting<Value>) => boolean {
  return ({ value, varying }) => value === posting.value && varying === posting.varying;
}

/** Longer words are names or noise. */
const longestWord = 24;

/** Hashes of the word, and of the word with each letter left out once. */
function shortened(word: string): Set<number> {
  const forms = new Set([hash(word)]);
  if (word.length <= longestWord)
    for (let at = 0; at < word.length; at++) forms.add(hash(word.slice(0, at) + word.slice(at + 1)));
  return forms;
}

function listed<Value>(postings: Posting<Value> | Posting<Value>[] | undefined): readonly Posting<Value>[] {
  if (postings === undefined) return [];
  return Array.isArray(postings) ? postings : [postings];
}
