import { LRUCache } from 'lru-cache';
import type { Asked } from '../dialects/dialect.ts';
import type { Embedder, Embedding } from '../embedders/embedder.ts';
import type { Entry } from './entry.ts';
import { type Reading, read } from './guards/reading.ts';
import type { Identity } from './identity.ts';
import { type Signature, signature } from './signature.ts';
import { hash } from './text/hash.ts';

/**
 * One request as the phases see it. What is costly to know (signature, reading, embedding) is found out when a phase asks
 * for it, and at most once: the vector of the lookup is the vector of the entry.
 */
export class Question {
  readonly asked: Asked;
  readonly identity: Identity;
  /** Cosine from which a neighbour may answer. */
  readonly threshold: number;
  /** Seconds; entries older than this do not answer. */
  readonly maxAge: number | undefined;
  /** Seconds; entries that end sooner do not answer. */
  readonly minFresh: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** When it was asked, by `steady` of `stores/removals.ts`: what was removed since does not come in. */
  readonly askedAt: number;
  /** An entry must outlive this moment: now, or an earlier one where stale answers are taken. */
  readonly liveAt: number;
  readonly #embedder: Embedder;
  #signature: { readonly known: Signature | undefined } | undefined;
  #embedding: Promise<Embedding> | undefined;

  constructor(
    asked: Asked,
    identity: Identity,
    limits: {
      threshold: number;
      maxAge?: number | undefined;
      minFresh?: number | undefined;
      now: number;
      askedAt: number;
      liveAt?: number;
    },
    embedder: Embedder,
  ) {
    this.asked = asked;
    this.identity = identity;
    this.threshold = limits.threshold;
    this.maxAge = limits.maxAge;
    this.minFresh = limits.minFresh;
    this.now = limits.now;
    this.askedAt = limits.askedAt;
    this.liveAt = limits.liveAt ?? limits.now;
    this.#embedder = embedder;
  }

  /** The same question to what outlives another moment; nothing that is known of it is found out again. */
  asOf(liveAt: number): Question {
    const same = new Question(this.asked, this.identity, { ...this, liveAt }, this.#embedder);
    same.#signature = this.#signature;
    same.#embedding = this.#embedding;
    return same;
  }

  /** Undefined where the request is compared by its exact bytes only, or its text has no signature. */
  get signature(): Signature | undefined {
    const { text } = this.asked;
    this.#signature ??= { known: text === undefined ? undefined : looseSignature(text) };
    return this.#signature.known;
  }

  get reading(): Reading | undefined {
    return this.#looseText === undefined ? undefined : readingOf(this.#looseText);
  }

  /** Reading a text closely takes time on the event loop, and nobody means the same in thousands of words. */
  get #looseText(): string | undefined {
    const { text } = this.asked;
    return text === undefined || text.length > longestLooseText ? undefined : text;
  }

  /** A vector that tells this text from others; undefined where there is no text to embed. */
  embedding(): Promise<Embedding> | undefined {
    if (this.asked.text === undefined) return undefined;
    this.#embedding ??= this.#embedder
      .embed(this.asked.text)
      .then((embedding) => ('unknown' in embedding ? { skipped: 'unknown-words' } : embedding));
    return this.#embedding;
  }
}

/** Characters; well above what fits the embedding window. */
const longestLooseText = 8_192;

// Texts come again, as questions and as stored prompts: what was read of them is kept for a while. Bounded by
// characters, since a text may be long.
const signatures = new LRUCache<string, { signature: Signature | undefined }>({
  max: 2_000,
  maxSize: 1_000_000,
  sizeCalculation,
});
// With what the guards derive from it, a reading of 17 words takes 4 kB.
const readings = new LRUCache<string, Reading>({ max: 500, maxSize: 1_000_000, sizeCalculation });

function sizeCalculation(_: unknown, text: string): number {
  return text.length + 1;
}

/** Undefined where the text is too long to be read closely, or has no signature. */
export function looseSignature(text: string): Signature | undefined {
  return text.length > longestLooseText ? undefined : signatureOf(text);
}

function signatureOf(text: string): Signature | undefined {
  const known = signatures.get(text);
  if (known !== undefined) return known.signature;
  const made = signature(text);
  if (hasCome(text)) signatures.set(text, { signature: made });
  return made;
}

/** Most texts come once: what was kept of those would all become old garbage, which costs more to collect than to make. */
function hasCome(text: string): boolean {
  const hashed = hash(text);
  const slot = hashed & (come.length - 1);
  if (come[slot] === hashed) return true;
  come[slot] = hashed;
  return false;
}

/** Hashes of the last texts, each in its slot. */
const come = new Int32Array(4_096);

export function readingOf(text: string): Reading {
  let known = readings.get(text);
  if (known === undefined) {
    known = read(text);
    readings.set(text, known);
  }
  return known;
}

/** Whether the entry was the answer to this very request, word for word. */
export function isAnswerTo({ asked, identity }: Question, entry: Entry): boolean {
  // The keys are hashes of just these.
  if (asked.text !== undefined && entry.text !== undefined)
    return entry.text === asked.text && entry.scope === identity.scope;
  return entry.exactKey === identity.exactKey;
}

/** Whether the request's `max-age` or `min-fresh` excludes the entry. */
export function isTooOld({ maxAge, minFresh, now }: Question, entry: Entry): boolean {
  if (maxAge !== undefined && now - entry.createdAt > maxAge * 1000) return true;
  return minFresh !== undefined && entry.expiresAt - now < minFresh * 1000;
}
