import { LRUCache } from 'lru-cache';
import { KeyTable } from './key-table.ts';
import { NearMissBucket, type Posting } from './near-miss-bucket.ts';
import type { Signature } from './signature.ts';
import { hash, start, step } from './text/hash.ts';
import { isFiller, type NearForm, nearForm } from './text/near-form.ts';

/** Longer signatures are left to the other phases: each of their tokens would cost a key. */
const longest = 40;

/** What one lookup returns at most. */
const most = 32;

/** One text in the index: kept once for all its keys, since most keys are nobody else's. */
interface Member<Value> {
  readonly signature: Signature;
  readonly value: Value;
}

type Buckets<Value> = KeyTable<Member<Value> | NearMissBucket<Value>>;

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
    const placed = places(signature);
    if (placed.length === 0) return;
    const buckets: Buckets<Value> = this.#scopes.get(scope) ?? new KeyTable();
    this.#scopes.set(scope, buckets);
    const member = buckets.hold({ signature, value });
    for (const [key, varying] of placed) {
      const there = buckets.get(key);
      if (there instanceof NearMissBucket) there.add({ value, varying });
      else if (there === undefined) buckets.set(key, member);
      else {
        const bucket = buckets.hold(new NearMissBucket(posting(there, key), { value, varying }));
        buckets.set(key, bucket);
        buckets.release(bucket);
      }
    }
    buckets.release(member);
  }

  delete(scope: string, signature: Signature, value: Value): void {
    const buckets = this.#scopes.get(scope);
    if (buckets === undefined) return;
    for (const [key, varying] of placesOf(signature)) {
      const there = buckets.get(key);
      if (there === undefined) continue;
      if (there instanceof NearMissBucket) {
        there.delete({ value, varying });
        if (there.size === 0) buckets.delete(key);
      } else if (there.value === value && there.signature.key === signature.key) buckets.delete(key);
    }
    if (buckets.size === 0) this.#scopes.delete(scope);
  }

  /** At most 32 values, those with the same tokens first. */
  candidates(scope: string, signature: Signature): Iterable<Value> {
    const found = new Set<Value>();
    const buckets = this.#scopes.get(scope);
    if (buckets === undefined) return found;
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

/** What a member leaves out under a key. */
function posting<Value>({ signature, value }: Member<Value>, key: number): Posting<Value> {
  return { value, varying: placesOf(signature).find(([each]) => each === key)?.[1] };
}

type Place = readonly [key: number, varying: string | undefined];

/** What was looked for in vain is added when its answer has come. */
const recent = new LRUCache<Signature, readonly Place[]>({ max: 32 });

function places(signature: Signature): readonly Place[] {
  let known = recent.get(signature);
  if (known === undefined) {
    known = placesOf(signature);
    recent.set(signature, known);
  }
  return known;
}

/** The keys of a signature, each with the word that is left out of it; nothing is left out of the first. None of a long one. */
function placesOf({ tokens }: Signature): readonly Place[] {
  if (tokens.length > longest) return [];
  const near = nearForm(tokens);
  const hashes = near.forms.map(hash);
  const found: Place[] = [[sequence(hashes, -1), undefined]];
  for (let at = 0; at < near.words.length; at++)
    if (mayVary(near, at)) found.push([sequence(hashes, at), near.words[at]]);
  return found;
}

/** A word of four letters may be one of five mistyped; a filler may be missing. */
function mayVary({ words, forms }: NearForm, at: number): boolean {
  const word = words[at]!;
  return isFiller(word) || (word.length >= 4 && forms[at] !== 'how-to' && /^\p{L}+$/u.test(word));
}

function sequence(hashes: readonly number[], without: number): number {
  let value = start;
  for (let at = 0; at < hashes.length; at++) if (at !== without) value = step(value, hashes[at]!);
  return value & 0x3fffffff;
}
