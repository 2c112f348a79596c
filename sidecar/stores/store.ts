import type { Leases } from '../leases/lease.ts';
import type { Entry, Kind } from '../lookup/entry.ts';
import type { Departure } from './kind-tally.ts';

/**
 * Where entries live. A store keeps the exact keys (phase 3) and the vectors (phase 4), and forgets entries by time, by
 * size and by request.
 *
 * A store throws when it fails; what a failure means for the request is decided in one place, `lookup/run.ts`. Times are
 * milliseconds since the epoch and are handed in, so that a store can be tested with any clock.
 *
 * An entry is fresh until `expiresAt` and kept until `keptUntil`; in between it is stale. Who looks for stale answers asks
 * as of an earlier moment: `now` may lie in the past, and then what was fresh at that moment answers.
 */
export interface Store {
  /** The URL scheme, for logs and statistics. */
  readonly kind: string;

  /** The entry behind an exact key or an alias of it, fresh at `now`. */
  get(exactKey: string, now: number): Promise<Entry | undefined>;

  /** The entry of that id, for as long as it is kept. */
  entry(id: string, now: number): Promise<Entry | undefined>;

  /** An entry has answered without being read from here: that is use too. Costs the request nothing. */
  touch(id: string): void;

  /** How often the entry was touched since it was stored, in all sidecars; 0 where there is no such entry. */
  uses(id: string): Promise<number>;

  /**
   * Up to `count` entries of that scope, fresh at `now`, nearest to the vector, best first, similarity as cosine in
   * [-1, 1]. Entries of other scopes, and stale ones, never take a place in the answer. Of those below `least` only the
   * best is there: the others need not be read.
   * @throws RangeError when the vector's length is not the store's dimension or a component is not finite.
   */
  nearest(
    scope: string,
    vector: Float32Array,
    count: number,
    now: number,
    least?: number,
  ): Promise<Neighbour[]>;

  /**
   * Stores the entry under its exact key, in place of one that has the same id; evicts the least recently used beyond
   * the size. An answer that fills its buffer may be kept as it is, not copied: nobody changes its bytes from then on.
   * `askedAt`, by `steady` of `removals.ts`, is when its question was asked, if not now: what another sidecar has removed
   * since does not come in.
   * @throws RangeError when the entry's vector does not have the store's dimension or is not finite.
   */
  put(entry: Entry, now: number, askedAt?: number): Promise<void>;

  /** Lets a further exact key find an entry, for as long as the entry lives (promotion of a loose hit to phase 3). */
  alias(exactKey: string, id: string, now: number): Promise<void>;

  /** Removes what matches, stale or not, everywhere, and answers how many; with `dryRun` only counts. */
  remove(selector: Selector, options?: { dryRun?: boolean }): Promise<number>;

  /**
   * Keeps these pairs (hashes, see `quality/blocked.ts`) for good: they outlive entries, removals and restarts. All sidecars
   * are told through their feeds. Durable when it returns.
   * @throws RangeError beyond `mostBlocks`, where nothing is kept.
   */
  block(pairs: readonly string[]): Promise<void>;

  /** Forgets these of the blocked pairs, everywhere and for good, and answers how many it knew. */
  unblock(pairs: readonly string[]): Promise<number>;

  /** All blocked pairs, for whoever carries them elsewhere. */
  blocks(): Promise<readonly string[]>;

  /** Every entry that is kept, with its vector, as of about now: what comes or goes meanwhile may be there or not. */
  entries(): AsyncIterable<Entry>;

  /**
   * Keeps what was learned (lines, see `quality/label.ts`), the newest `mostLabels` of them, and tells all sidecars through
   * their feeds. Best effort: a label may be lost.
   */
  learn(labels: readonly string[]): Promise<void>;

  /** Each answer takes long now, whatever is asked: two questions are better asked at once than one after the other. */
  readonly slow?: boolean;

  /** Whoever asks waits for something else now: up to two milliseconds of the store's own work are done in that time. */
  spare?(): void;

  /** Of a store that several sidecars share: one call to the provider among them. */
  readonly leases?: Leases;

  stats(): StoreStats;

  /** Live-changeable settings. */
  configure(settings: { maxEntries: number }): void;

  close(): Promise<void>;
}

/** Lines that a cache keeps of what was learned. */
export const mostLabels = 20_000;

/** What a cache keeps of them at most: a pair is known in every process. */
export const mostBlocks = 100_000;

/** Hash of a pair, after a short hash of its partition; older ones have none. */
export const blockedPair = /^(?:[\w-]{11}\.)?[\w-]{22}$/;

/** @throws RangeError */
export function checkBlocks(known: ReadonlySet<string>, pairs: readonly string[]): void {
  for (const pair of pairs)
    if (!blockedPair.test(pair))
      throw new RangeError(`a blocked pair has 22 characters of base64url, after 11 and a dot, got ${pair}`);
  const news = new Set(pairs.filter((pair) => !known.has(pair)));
  if (known.size + news.size > mostBlocks) throw new RangeError(`more than ${mostBlocks} blocked pairs`);
}

export interface Neighbour {
  readonly entry: Entry;
  readonly similarity: number;
}

/** All given conditions hold together; `{ all: true }` alone matches every entry. An empty selector is refused. */
export interface Selector {
  readonly id?: string;
  readonly tag?: string;
  readonly source?: string;
  /** Entries that rest on any of these; without one it matches nothing. */
  readonly sources?: readonly string[];
  readonly model?: string;
  readonly tool?: string;
  readonly all?: boolean;
  /** Only entries of this partition. */
  readonly partition?: string;
}

export interface StoreStats {
  readonly entries: number;
  readonly evictions: number;
  readonly expirations: number;
  readonly invalidations: number;
  /** Estimated bytes held by entries and indexes in this process. */
  readonly bytes: number;
  /** The same counts by what the entries are for. */
  readonly kinds: Readonly<Record<Kind, KindCounts>>;
  /** Of a store that keeps its entries in a folder. */
  readonly snapshot?: SnapshotStats;
  /** Of a store that several sidecars share. */
  readonly shared?: SharedStats;
}

/** How the shared store is, seen from this sidecar; counts are since the start of the process. */
export interface SharedStats {
  readonly up: boolean;
  /** Why it is not asked, in one word and in a sentence. */
  readonly reason?: string | undefined;
  readonly detail?: string | undefined;
  /** How often it was found to be away. */
  readonly opened: number;
  /** Commands that failed, by kind. */
  readonly errors: Readonly<Record<string, number>>;
  /** Answers that it did not take, by kind of failure. */
  readonly refused: Readonly<Record<string, number>>;
  /** Values that could not be read and were removed. */
  readonly corrupt: number;
  readonly search: {
    readonly condition: string;
    readonly index: string;
    readonly documents: number;
    /** Documents that the index could not take. */
    readonly failures: number;
    readonly building: boolean;
    /** How often this sidecar made the index. */
    readonly created: number;
  };
  readonly feed: {
    /** Whether the phases in the process know of all removals. */
    readonly current: boolean;
    /** How often they had to begin anew. */
    readonly began: number;
    /** Entries that came from other sidecars. */
    readonly received: number;
    /** Entries of others that were not read, because too many came at once. */
    readonly skipped: number;
  };
}

export interface KindCounts {
  readonly entries: number;
  readonly evictions: number;
  readonly expirations: number;
  readonly invalidations: number;
}

/** Since the start of the process. */
export interface SnapshotStats {
  readonly written: number;
  readonly failed: number;
  /** 1 when the file found at the start was damaged and set aside. */
  readonly damaged: number;
  /** Entries found at the start. */
  readonly loaded: number;
  /** Vectors of another embedding model, dropped at the start. */
  readonly vectorsDropped: number;
}

/** What a store tells about its entries, so that the phases in the process follow at once. */
export interface StoreFeed {
  removed(ids: readonly string[], why: Departure): void;
  /** Another sidecar stored it, or it was found at the start; without its vector. */
  added?(entry: Entry): void;
  /** How the store holds, in this process, what was put; without its vector. Whoever keeps it too may share it. */
  kept?(entry: Entry): void;
  /** Another sidecar removed what matches, and answers to questions that were asked before may come yet. */
  invalidated?(selector: Selector): void;
  /** What was removed meanwhile is not known: nothing that the phases hold may answer any more. */
  reset?(): void;
  /** These pairs are blocked: since the start, since now, or by another sidecar. */
  blocked?(pairs: readonly string[]): void;
  /** These are not any more, by a call of an admin. */
  unblocked?(pairs: readonly string[]): void;
  /** Labels: since the start, since now, or of another sidecar. */
  learned?(labels: readonly string[]): void;
  /** Whether all blocked pairs have been told. A store that tells nothing knows them from the start. */
  blocksKnown?(areKnown: boolean): void;
  /** Whether what was removed is known, now or a short while ago; until it is, the phases in the process hold still. */
  informed?(isInformed: boolean): void;
}

export interface StoreLog {
  warn(details: object, message: string): void;
  info?(details: object, message: string): void;
}
