import { LRUCache } from 'lru-cache';
import type { Settings } from '../../crds/settings.ts';
import type { Asked } from '../dialects/dialect.ts';
import type { Embedder, Embedding } from '../embedders/embedder.ts';
import type { Entry, Kind } from '../lookup/entry.ts';
import { type Identity, keysOf } from '../lookup/identity.ts';
import { Question } from '../lookup/question.ts';
import type { Lookup, LookupObserver } from '../lookup/run.ts';
import type { UnkeptReason } from '../reasons.ts';
import { longestCall } from '../stores/removals.ts';
import { parseJson } from './json.ts';

/** A kind of result that agents keep. */
export type ResultKind = Exclude<Kind, 'answers'>;

/** What a result answers to. */
export interface Wanted {
  readonly kind: ResultKind;
  readonly identity: Identity;
  /** The text that may be worded otherwise, where there is one. */
  readonly text: string | undefined;
  /** Cosine from which another wording may answer. */
  readonly threshold: number;
  /** Results wanted, where a search for fewer is another one. */
  readonly wants?: number;
  /** By `steady` of `stores/removals.ts`: when the caller began. What was removed since does not come in. */
  readonly since: number;
}

/** What of an entry the kinds say themselves. */
export interface Kept {
  readonly body: object;
  readonly ttlSeconds: number;
  readonly tool?: string;
  /** By which it can be removed. */
  readonly tags: readonly string[];
  readonly sources: readonly string[];
}

export interface ResultParts {
  readonly cache: {
    find(question: Question, observer: LookupObserver): Promise<Lookup>;
    keep(question: Question, entry: Entry): Promise<boolean>;
    uses(id: string): Promise<number>;
  };
  readonly embedder: Embedder;
  readonly settings: () => Settings;
  readonly clock: () => number;
  readonly steady: () => number;
  readonly failed: (kind: ResultKind, error: unknown) => void;
}

/** Looks results up and keeps them: tools and memories differ in identity and policy, and in nothing else. */
export class Results {
  readonly #parts: ResultParts;
  readonly #embedder: Embedder;
  readonly #started: number;

  constructor(parts: ResultParts) {
    this.#parts = parts;
    this.#embedder = remembering(parts.embedder);
    this.#started = parts.steady();
  }

  /** Whether what is found is given out. */
  get areServed(): boolean {
    return this.#parts.settings().mode === 'serve';
  }

  async find(wanted: Wanted): Promise<Lookup> {
    const { mode } = this.#parts.settings();
    if (mode === 'off')
      return { hit: undefined, best: undefined, reason: 'off', findings: [], milliseconds: 0 };
    const lookup = await this.#parts.cache.find(this.#question(wanted), {
      asked: () => {},
      failed: (_, error) => this.#parts.failed(wanted.kind, error),
    });
    if (mode === 'serve' || lookup.hit === undefined) return lookup;
    return { ...lookup, hit: undefined, best: lookup.hit.similarity, reason: 'shadow' };
  }

  /** The id of the entry, or why there is none. Never throws for a failing store: the caller has its result already. */
  async keep(wanted: Wanted, kept: Kept): Promise<{ entry: string } | { reason: UnkeptReason | 'off' }> {
    const { mode, maxEntryBytes } = this.#parts.settings();
    if (mode === 'off') return { reason: 'off' };
    const answer = Buffer.from(JSON.stringify(kept.body));
    if (answer.length > maxEntryBytes) return { reason: 'too-large-result' };
    const now = this.#parts.clock();
    const takenAt = this.#parts.steady();
    // What was removed before this process began, or long ago, is not known any more.
    if (wanted.since < Math.max(this.#started, takenAt - longestCall)) return { reason: 'removed' };
    const since = Math.min(wanted.since, takenAt);
    const entry: Entry = {
      ...keysOf(wanted.identity),
      dialect: wanted.kind === 'tools' ? 'tool' : 'memory',
      model: '',
      ...(kept.tool === undefined ? {} : { tool: kept.tool }),
      text: wanted.text,
      vector: undefined,
      answer,
      tags: kept.tags,
      sources: kept.sources,
      createdAt: now,
      expiresAt: now + kept.ttlSeconds * 1000,
      tokens: 0,
    };
    try {
      const stands = await this.#parts.cache.keep(this.#question({ ...wanted, since }), entry);
      return stands ? { entry: entry.id } : { reason: 'removed' };
    } catch (error) {
      this.#parts.failed(wanted.kind, error);
      return { reason: 'store-error' };
    }
  }

  /** The vector of a lookup that found nothing, for the caller's own search. */
  async vectorOf(text: string): Promise<Float32Array | undefined> {
    const embedding = await this.#embedder.embed(text);
    return 'vector' in embedding ? embedding.vector : undefined;
  }

  uses(id: string): Promise<number> {
    return this.#parts.cache.uses(id);
  }

  #question({ identity, text, threshold, since }: Wanted): Question {
    const asked: Asked = {
      model: '',
      text,
      exactOnly: undefined,
      user: undefined,
      form: 'json',
      withUsage: false,
    };
    const limits = { threshold, now: this.#parts.clock(), askedAt: since };
    return new Question(asked, identity, limits, this.#embedder);
  }
}

/** What an entry holds, as it was kept. @throws SyntaxError where it is none of ours. */
export function bodyOf<Body>(entry: Entry): Body {
  return parseJson(Buffer.from(entry.answer).toString()) as Body;
}

/** A lookup, the answer to it and the storing of its result embed one text: the last vectors are at hand. */
function remembering(embedder: Embedder): Embedder {
  const vectors = new LRUCache<string, Embedding>({ max: 200, maxSize: 400_000, sizeCalculation: lengthOf });
  return {
    model: embedder.model,
    dimension: embedder.dimension,
    state: () => embedder.state(),
    close: () => embedder.close(),
    embed: async (text) => {
      const known = vectors.get(text);
      if (known !== undefined) return known;
      const embedding = await embedder.embed(text);
      if ('vector' in embedding) vectors.set(text, embedding);
      return embedding;
    },
  };
}

function lengthOf(_: unknown, text: string): number {
  return text.length + 1;
}
