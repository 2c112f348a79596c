import { NearMissBucket, type Posting } from './near-miss-bucket.ts';
import type { Signature } from './signature.ts';
import { isFiller, type NearForm, nearForm } from './text/near-form.ts';

/** Longer signatures are left to the other phases: each of their tokens would cost a key. */
const longest = 40;

/** What one lookup returns at most. */
const most = 32;

type Buckets<Value> = Map<number, Posting<Value> | NearMissBucket<Value>>;

/**
 * Finds the signatures that may overlap with one, at a cost that does not grow with the number of entries.
 *
 * Two token sequences that differ in one token share a key: the sequence without that token. So each signature stands
 * under the hash of its tokens, and under the hash of its tokens without one, for each that may vary. Only words that can
 * be mistyped or missing may; numbers, code and short words cost no key. Hashes may collide: `overlap` judges what is found.
 */
export class NearMissIndex<Value> {
  readonly #scopes = new Map<string, Buckets<Value>>();

  add(scope: string, signature: Signature, value: Value): void {
    if (signature.tokens.length > longest) return;
    const buckets: Buckets<Value> = this.#scopes.get(scope) ?? new Map();
    this.#scopes.set(scope, buckets);
    for (const [key, varying] of places(signature)) {
      const posting = { value, varying };
      const there = buckets.get(key);
      if (there === undefined) buckets.set(key, posting);
      else if (there instanceof NearMissBucket) there.add(posting);
      else buckets.set(key, new NearMissBucket(there, posting));
    }
  }

  delete(scope: string, signature: Signature, value: Value): void {
    const buckets = this.#scopes.get(scope);
    if (buckets === undefined || signature.tokens.length > longest) return;
    for (const [key, varying] of places(signature)) {
      const there = buckets.get(key);
      if (there === undefined) continue;
      if (there instanceof NearMissBucket) {
        there.delete({ value, varying });
        if (there.size === 0) buckets.delete(key);
      } else if (there.value === value && there.varying === varying) buckets.delete(key);
    }
    if (buckets.size === 0) this.#scopes.delete(scope);
  }

  /** At most 32 values, those with the same tokens first. */
  candidates(scope: string, signature: Signature): Iterable<Value> {
    const found = new Set<Value>();
    const buckets = this.#scopes.get(scope);
    if (buckets === undefined || signature.tokens.length > longest) return found;
    for (const [key, varying] of places(signature)) {
      const there = buckets.get(key);
      if (there === undefined) continue;
      if (there instanceof NearMissBucket) there.collect(varying, found, most);
      else found.add(there.value);
      if (found.size >= most) break;
    }
    return found;
  }
}

/** The keys of a signature, each with the word that is left out of it; nothing is left out of the first. */
function places({ tokens }: Signature): (readonly [key: number, varying: string | undefined])[] {
  const near = nearForm(tokens);
  const hashes = near.forms.map(hash);
  const found: (readonly [number, string | undefined])[] = [[sequence(hashes, -1), undefined]];
  for (const [at, word] of near.words.entries())
    if (mayVary(near, at)) found.push([sequence(hashes, at), word]);
  return found;
}

/** A word of four letters may be one of five mistyped; a filler may be missing. */
function mayVary({ words, forms }: NearForm, at: number): boolean {
  const word = words[at]!;
  return isFiller(word) || (word.length >= 4 && forms[at] !== 'how-to' && /^\p{L}+$/u.test(word));
}

/** FNV-1a, in 31 bits: small integers are what a Map keeps without a box. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value & 0x3fffffff;
}

function sequence(hashes: readonly number[], without: number): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < hashes.length; at++)
    if (at !== without) value = Math.imul(value ^ hashes[at]!, 0x01000193) ^ (value >>> 15);
  return value & 0x3fffffff;
}
