import { LRUCache } from 'lru-cache';
import type { Departure } from '../stores/kind-tally.ts';
import type { Entry } from './entry.ts';
import { NearMissIndex } from './near-miss-index.ts';
import type { Signature } from './signature.ts';

/** A wording under which an entry is found without any I/O. */
export interface Wording {
  /** Without its vector, which is for the store only. */
  entry: Entry;
  readonly signature: Signature;
  /** To the entry's own text, where a hit by meaning was promoted; 1 for its own wording. */
  readonly cosine: number;
  /** Of its words with the entry's own, where a near miss was promoted; undefined otherwise. */
  readonly overlap: number | undefined;
  /** The text itself, for the guards; another than the entry's own where a hit was promoted. */
  readonly text: string;
  /** An audit found that it means the same as the entry's own. */
  verified: boolean;
}

/**
 * The entries at hand in this process, by signature: what phases 1 and 2 look at. Bounded in number and in bytes, since it
 * lives in every pod; the least recently used goes first. Forgetting an entry forgets every wording of it.
 */
export class Shelf {
  readonly #entries: LRUCache<string, Wording[]>;
  /** By scope, then by signature key: a scope is long, and many entries share it. */
  readonly #bySignature = new Map<string, Map<string, Wording>>();
  readonly #nearMisses = new NearMissIndex<Wording>();
  /** False while nobody could tell what was removed: then nothing here may answer. */
  informed = true;
  /** Entries that left, by why; what was put aside for a newer copy, or because nothing is known any more, has not. */
  readonly left: Record<Departure, number> = { evictions: 0, expirations: 0, invalidations: 0 };

  constructor(maxEntries: number, maxBytes = mostBytes) {
    this.#entries = new LRUCache({
      max: maxEntries,
      maxSize: maxBytes,
      sizeCalculation: bytesOf,
      dispose: (wordings, _, why) => {
        this.#forget(wordings);
        if (why === 'evict') this.left.evictions++;
      },
      noDisposeOnSet: true,
    });
  }

  get size(): number {
    return this.#entries.size;
  }

  put(given: Entry, signature: Signature, text: string, cosine: number, overlap?: number): void {
    let wordings = this.#entries.get(given.id);
    const shelved = wordings?.[0]?.entry;
    // A copy from the store may be older than what was learnt here a moment ago.
    if (shelved !== undefined && shelved.createdAt > given.createdAt) return;
    const entry = shelved !== undefined && isSame(shelved, given) ? shelved : withoutVector(given);
    // What would take the place of most others is left to the store.
    if (entry.answer.byteLength > this.#entries.maxSize / 8) {
      this.#entries.delete(entry.id);
      return;
    }
    // A refreshed entry answers under its old wordings too, with its new answer.
    if (wordings !== undefined && shelved !== entry) {
      this.#forget(wordings);
      wordings = wordings.map((each) => this.#add({ ...each, entry }));
    }
    const known = this.bySignature(entry.scope, signature);
    if (known === undefined || !isSame(known.entry, entry)) {
      if (wordings !== undefined && wordings.length >= maxWordings) this.#forget(wordings.splice(1, 1));
      const added = this.#add({ entry, signature, text, cosine, overlap, verified: false });
      // A list that is pushed to or spread makes room for 17, and most stay at one.
      wordings = wordings === undefined ? [added] : [...wordings, added];
    }
    // What was added to is another list: the same one would not be measured again.
    this.#entries.set(entry.id, wordings ?? []);
  }

  /** The store holds its own copy of an entry: one is enough for both. */
  share(entry: Entry): void {
    const wordings = this.#entries.peek(entry.id) ?? [];
    for (const wording of wordings) if (isSame(wording.entry, entry)) wording.entry = entry;
  }

  bySignature(scope: string, signature: Signature): Wording | undefined {
    return this.#bySignature.get(scope)?.get(signature.key);
  }

  /** The wording of that signature, if it leads to that entry, is as good as the entry's own. */
  verify(entry: Entry, signature: Signature): void {
    const wording = this.bySignature(entry.scope, signature);
    if (wording?.entry.id === entry.id) wording.verified = true;
  }

  nearMisses(scope: string, signature: Signature): Iterable<Wording> {
    return this.#nearMisses.candidates(scope, signature);
  }

  /** Of the answer that is held under that id. */
  createdAt(id: string): number | undefined {
    return this.#entries.peek(id)?.[0]?.entry.createdAt;
  }

  /** Keeps an entry that answered away from eviction. */
  touch(id: string): void {
    this.#entries.get(id);
  }

  remove(ids: readonly string[], why?: Departure): void {
    for (const id of ids) if (this.#entries.delete(id) && why !== undefined) this.left[why]++;
  }

  clear(): void {
    this.#entries.clear();
  }

  removeMatching(matches: (entry: Entry) => boolean): void {
    const ids: string[] = [];
    for (const [id, [wording]] of this.#entries.entries())
      if (wording && matches(wording.entry)) ids.push(id);
    this.remove(ids, 'invalidations');
  }

  #add(wording: Wording): Wording {
    const { scope } = wording.entry;
    const { key } = wording.signature;
    let inScope = this.#bySignature.get(scope);
    if (inScope === undefined) {
      inScope = new Map();
      this.#bySignature.set(scope, inScope);
    }
    const before = inScope.get(key);
    if (before !== undefined) this.#nearMisses.delete(scope, before.signature, before);
    inScope.set(key, wording);
    this.#nearMisses.add(scope, wording.signature, wording);
    return wording;
  }

  #forget(wordings: readonly Wording[]): void {
    for (const wording of wordings) {
      const { scope } = wording.entry;
      const { key } = wording.signature;
      const inScope = this.#bySignature.get(scope);
      // Another entry may have taken the signature over since.
      if (inScope?.get(key) !== wording) continue;
      inScope.delete(key);
      if (inScope.size === 0) this.#bySignature.delete(scope);
      this.#nearMisses.delete(scope, wording.signature, wording);
    }
  }
}

/** Beside the model and a process that has little to spare; what leaves is found in the store, by phases 3 and 4. */
const mostBytes = 64 * 2 ** 20;

/** An estimate: beside its texts, a wording is some objects and the keys of the near-miss index. */
function bytesOf(wordings: Wording[]): number {
  let bytes = wordings[0]?.entry.answer.byteLength ?? 0;
  for (const { text, signature } of wordings) bytes += 600 + text.length + signature.key.length;
  return bytes;
}

/** A popular entry is asked for in many ways; the most recent ones are enough. */
const maxWordings = 32;

/** A store hands out copies; an entry is told by its id and the moment of its answer. */
const isSame = (a: Entry, b: Entry): boolean => a.id === b.id && a.createdAt === b.createdAt;

const withoutVector = (entry: Entry): Entry =>
  entry.vector === undefined ? entry : { ...entry, vector: undefined };
