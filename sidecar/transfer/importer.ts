import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../../crds/settings.ts';
import { holdsSecret } from '../cacheability/index.ts';
import type { Embedder } from '../embedders/embedder.ts';
import { type Entry, keptUntil } from '../lookup/entry.ts';
import type { Policy } from '../policy/policy.ts';
import type { SkipReason } from '../reasons.ts';
import { Slice } from '../stores/slices.ts';
import type { Store } from '../stores/store.ts';
import type { Row } from '../tables/table.ts';
import { type Read, RowFault, readRow } from './read-row.ts';

/** What became of a row. `known`: the store has that entry already, or a younger one. */
export type Fate = 'stored' | 'embedded' | 'known' | { readonly refused: string };

export interface ImporterParts {
  readonly store: Pick<Store, 'entry' | 'put' | 'block' | 'blocks'>;
  readonly embedder: Pick<Embedder, 'model' | 'dimension' | 'embed'>;
  readonly settings: () => Pick<Settings, 'maxEntryBytes' | 'exclude'>;
  readonly clock: () => number;
  /** Hears of what is stored, as of what the provider answers. */
  readonly policy?: Pick<Policy, 'refuses' | 'submit'>;
  /** The store has another entry of that id than before. */
  readonly replaced?: (id: string) => void;
  /** For a busy embedder. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/** What became of the rows, counted, and the refused ones by their place in the list, from 1. */
export interface Imported {
  readonly counts: Readonly<Record<'stored' | 'embedded' | 'known' | 'refused', number>>;
  readonly refused: readonly { readonly line: number; readonly reason: string }[];
}

/**
 * Takes rows into a store, one after the other, each checked. Doing it twice changes nothing. A vector of another model is
 * of no use, so its text is embedded anew.
 */
export class Importer {
  readonly #parts: ImporterParts;

  constructor(parts: ImporterParts) {
    this.#parts = parts;
  }

  /** @throws what the store throws: then some of them may be there; taking all again does no harm. */
  async takeAll(rows: Iterable<{ row: Row } | { fault: string }>): Promise<Imported> {
    const fates: Fate[] = [];
    const pairs: { at: number; pair: string }[] = [];
    // With everything in memory nothing here would wait, and the requests of the application would.
    const slice = new Slice();
    for (const each of rows) {
      await slice.pause();
      const at = fates.length;
      const read = 'fault' in each ? { refused: each.fault } : readOrRefuse(each.row);
      if ('pair' in read) {
        pairs.push({ at, pair: read.pair });
        fates.push('known');
      } else fates.push('refused' in read ? read : await this.#store(read));
    }
    const blocked = await this.#block(pairs.map(({ pair }) => pair));
    for (const [which, { at }] of pairs.entries()) fates[at] = blocked[which] as Fate;
    return counted(fates);
  }

  /** Together: a store makes each call durable before it returns. */
  async #block(pairs: readonly string[]): Promise<Fate[]> {
    if (pairs.length === 0) return [];
    const { store } = this.#parts;
    const known = new Set(await store.blocks());
    const news = [...new Set(pairs.filter((pair) => !known.has(pair)))];
    let fate: Fate = 'stored';
    try {
      if (news.length > 0) await store.block(news);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      fate = { refused: `pair: ${error.message}` };
    }
    return pairs.map((pair) => (known.has(pair) ? 'known' : fate));
  }

  async #store({ entry, vector, embeddingModel }: Exclude<Read, { pair: string }>): Promise<Fate> {
    const { store, clock, settings, embedder, policy } = this.#parts;
    const { maxEntryBytes, exclude } = settings();
    const now = clock();
    if (keptUntil(entry as Entry) <= now)
      return { refused: `expiresAt: ended at ${new Date(entry.expiresAt).toISOString()}` };
    if (entry.createdAt > now + mostAhead) return { refused: 'createdAt: lies in the future' };
    if (entry.expiresAt - now > longestLife) return { refused: 'expiresAt: lies more than a year ahead' };
    if (entry.answer.length > maxEntryBytes)
      return {
        refused: `answer: expected at most ${maxEntryBytes} bytes (maxEntryBytes), found ${entry.answer.length}`,
      };
    if (holdsSecret(exclude, entry.answer)) return { refused: 'answer: secret-answer' };
    if (policy?.refuses(entry.id)) return { refused: 'answer: policy' };
    const known = await store.entry(entry.id, now);
    if (known !== undefined && known.createdAt >= entry.createdAt) return 'known';

    const isOurs = embeddingModel === embedder.model && vector.length > 0;
    if (isOurs && !isUnit(vector, embedder.dimension))
      return {
        refused: `vector: expected ${embedder.dimension} numbers of length 1, found ${vector.length}`,
      };
    if (isOurs || vector.length === 0) {
      await this.#put({ ...entry, vector: isOurs ? Float32Array.from(vector) : undefined }, now);
      return 'stored';
    }
    const embedding = entry.text === undefined ? undefined : await this.#embed(entry.text);
    if (typeof embedding === 'string')
      return { refused: `vector: of another model, and the text could not be embedded: ${embedding}` };
    await this.#put({ ...entry, vector: embedding }, clock());
    return 'embedded';
  }

  async #put(entry: Entry, now: number): Promise<void> {
    const { store, policy, replaced } = this.#parts;
    await store.put(entry, now);
    replaced?.(entry.id);
    policy?.submit(entry);
  }

  /** Undefined where this model can say nothing of the text, as at a request; a word where it might another time. */
  async #embed(text: string): Promise<Float32Array | undefined | SkipReason> {
    const { embedder, pause = sleep } = this.#parts;
    for (let tried = 1; ; tried++) {
      const embedding = await embedder.embed(text);
      if ('vector' in embedding) return 'unknown' in embedding ? undefined : embedding.vector;
      const { skipped } = embedding;
      if (skipped === 'window' || skipped === 'unknown-words') return undefined;
      if (tried === mostTries) return skipped;
      await pause(tried * 100);
    }
  }
}

function readOrRefuse(row: Row): Read | { readonly refused: string } {
  try {
    return readRow(row);
  } catch (error) {
    if (error instanceof RowFault) return { refused: error.message };
    throw error;
  }
}

function counted(fates: readonly Fate[]): Imported {
  const counts = { stored: 0, embedded: 0, known: 0, refused: 0 };
  const refused: { line: number; reason: string }[] = [];
  for (const [at, fate] of fates.entries()) {
    if (typeof fate === 'string') counts[fate]++;
    else {
      counts.refused++;
      refused.push({ line: at + 1, reason: fate.refused });
    }
  }
  return { counts, refused };
}

function isUnit(vector: readonly number[], dimension: number): boolean {
  return vector.length === dimension && Math.abs(Math.hypot(...vector) - 1) < 0.01;
}

const mostTries = 5;
/** Milliseconds: clocks differ. */
const mostAhead = 3_600_000;
const longestLife = 31_536_000_000;
