import { totalmem } from 'node:os';
import { LRUCache } from 'lru-cache';
import { type Entry, keptUntil, kindOf } from '../lookup/entry.ts';
import { ExpiryHeap } from './expiry.ts';
import { type Departure, KindTally } from './kind-tally.ts';
import { Membership } from './membership.ts';
import { Slice } from './slices.ts';
import {
  checkBlocks,
  type Neighbour,
  type Selector,
  type Store,
  type StoreFeed,
  type StoreLog,
  type StoreStats,
} from './store.ts';
import type { Slot } from './vectors.ts';
import { Vectors } from './vectors.ts';

export interface MemoryStoreOptions {
  readonly maxEntries: number;
  /** Entries leave beyond that too, without their vectors; a share of what this process may take unless given. */
  readonly maxBytes?: number | undefined;
  /** Components of every vector. */
  readonly dimension: number;
  readonly feed?: StoreFeed;
  /** For what happens without a call: expired entries leave by this clock. */
  readonly now?: () => number;
  readonly log?: StoreLog;
}

/** An entry and what the store keeps beside it. */
interface Held {
  /** Without its vector, which stands in `slot`. */
  readonly entry: Entry;
  /** When it leaves; it answers no longer than its entry is fresh. */
  readonly expiresAt: number;
  readonly slot: Slot<Held> | undefined;
  /** Further exact keys, oldest first; most entries have none. */
  aliases: string[] | undefined;
  place: number;
  uses: number;
}

export function createMemoryStore(options: MemoryStoreOptions): MemoryStore {
  return new MemoryStore(options);
}

/** The embedded store: everything in this process, nothing to install. */
export class MemoryStore implements Store {
  readonly kind: string = 'memory';
  readonly #feed: StoreFeed | undefined;
  readonly #now: () => number;
  /** Least recently used first to leave. What leaves, in whichever way, is unlinked from all else by `dispose`. */
  readonly #entries: LRUCache<string, Held>;
  /** Exact keys, own and aliases, to ids. */
  readonly #keys = new Map<string, string>();
  readonly #expiry = new ExpiryHeap<Held>();
  readonly #vectors: Vectors<Held>;
  readonly #tags = new Membership<Held>();
  readonly #sources = new Membership<Held>();
  readonly #models = new Membership<Held>();
  readonly #tools = new Membership<Held>();
  readonly #partitions = new Membership<Held>();
  readonly #sweep: NodeJS.Timeout;
  readonly #tally = new KindTally();
  readonly #blocks = new Set<string>();
  readonly #maxBytes: number;
  #maxEntries: number;
  #aliases = 0;
  #revision = 0;
  #trimming = false;
  #closed = false;

  constructor(options: MemoryStoreOptions) {
    this.#maxEntries = checkedSize(options.maxEntries);
    this.#maxBytes = options.maxBytes ?? affordable();
    this.#feed = options.feed;
    this.#now = options.now ?? Date.now;
    this.#vectors = new Vectors(options.dimension, {
      unavailable: (error) =>
        options.log?.warn({ err: error }, 'no vector index on this platform: large scopes are scanned'),
    });
    this.#entries = new LRUCache<string, Held>({
      // Held by `pop` instead: `maxEntries` changes while the store runs, and lru-cache fixes what it is given for good.
      maxSize: Number.MAX_SAFE_INTEGER,
      sizeCalculation: (held) => bytesOf(held.entry),
      dispose: (held) => this.#unlink(held),
    });
    this.#sweep = setInterval(() => void this.#purgeAll(), SWEEP_MILLISECONDS).unref();
  }

  async get(exactKey: string, now: number): Promise<Entry | undefined> {
    const id = this.#keys.get(exactKey);
    const entry = id === undefined ? undefined : await this.entry(id, now);
    return entry !== undefined && entry.expiresAt > now ? entry : undefined;
  }

  async entry(id: string, now: number): Promise<Entry | undefined> {
    this.#purge(now);
    const held = this.#entries.get(id);
    if (held === undefined) return undefined;
    if (held.expiresAt > now) return this.#whole(held);
    this.#entries.delete(id);
    this.#gone('expirations', [held]);
    return undefined;
  }

  async nearest(
    scope: string,
    vector: Float32Array,
    count: number,
    now: number,
    least = -1,
  ): Promise<Neighbour[]> {
    this.#purge(now);
    const live = ({ entry }: Held) => entry.expiresAt > now;
    const found = await this.#vectors.nearest(scope, vector, count, live);
    const wanted = found.filter(({ similarity }, at) => at === 0 || similarity >= least);
    return wanted.map(({ owner, similarity }) => ({ entry: this.#whole(owner), similarity }));
  }

  spare(): void {
    this.#vectors.spare();
  }

  async put(entry: Entry, now: number): Promise<void> {
    if (this.#closed) throw new Error('the store is closed');
    if (entry.vector !== undefined) this.#vectors.check(entry.vector);
    this.#purge(now);
    const previous = this.#entries.peek(entry.id);
    const aliases = previous?.entry.exactKey === entry.exactKey ? previous.aliases : undefined;
    const owner = this.#keys.get(entry.exactKey);
    if (owner !== undefined && owner !== entry.id) this.#yieldKey(entry.exactKey, owner);
    this.#revision++;
    // Not left to lru-cache's replacement, which would link the new entry before the old one is unlinked.
    this.#entries.delete(entry.id);
    if (keptUntil(entry) <= now) {
      if (previous !== undefined) this.#gone('expirations', [previous]);
      return;
    }
    this.#link(entry, aliases);
    this.#trim(EVICTIONS_PER_PUT);
  }

  touch(id: string): void {
    const held = this.#entries.get(id);
    if (held !== undefined) held.uses++;
  }

  async uses(id: string): Promise<number> {
    return this.#entries.peek(id)?.uses ?? 0;
  }

  async alias(exactKey: string, id: string, now: number): Promise<void> {
    this.#purge(now);
    const held = this.#entries.get(id);
    if (held === undefined || held.expiresAt <= now || held.entry.exactKey === exactKey) return;
    const ownerId = this.#keys.get(exactKey);
    if (ownerId === id) return;
    if (ownerId !== undefined) {
      const owner = this.#entries.peek(ownerId);
      const ownKey = owner !== undefined && owner.expiresAt > now && owner.entry.exactKey === exactKey;
      if (ownKey) return;
      this.#yieldKey(exactKey, ownerId);
    }
    const oldest = held.aliases?.[0];
    if (oldest !== undefined && held.aliases?.length === ALIASES_PER_ENTRY) this.#dropAlias(held, oldest);
    held.aliases = [...(held.aliases ?? []), exactKey];
    this.#keys.set(exactKey, id);
    this.#aliases++;
    this.#revision++;
  }

  /** In slices where there are many; what is stored anew meanwhile stays. */
  async remove(selector: Selector, options: { dryRun?: boolean } = {}): Promise<number> {
    const now = this.#now();
    const selected = this.#select(selector).filter((held) => held.expiresAt > now);
    if (options.dryRun) return selected.length;
    const slice = new Slice();
    let removed = 0;
    for (let from = 0; from < selected.length; from += REMOVALS_BETWEEN_LOOKS) {
      await slice.pause();
      const present = selected
        .slice(from, from + REMOVALS_BETWEEN_LOOKS)
        .filter((held) => this.#entries.peek(held.entry.id) === held);
      for (const { entry } of present) this.#entries.delete(entry.id);
      this.#gone('invalidations', present);
      removed += present.length;
    }
    return removed;
  }

  async block(pairs: readonly string[]): Promise<void> {
    checkBlocks(this.#blocks, pairs);
    for (const pair of pairs) this.#blocks.add(pair);
    this.#feed?.blocked?.(pairs);
  }

  async unblock(pairs: readonly string[]): Promise<number> {
    const known = pairs.filter((pair) => this.#blocks.delete(pair));
    this.#feed?.unblocked?.(known);
    return known.length;
  }

  async learn(labels: readonly string[]): Promise<void> {
    this.#feed?.learned?.(labels);
  }

  async blocks(): Promise<readonly string[]> {
    return [...this.#blocks];
  }

  async *entries(): AsyncGenerator<Entry> {
    const slice = new Slice();
    for (const id of this.ids()) {
      await slice.pause();
      const held = this.#entries.peek(id);
      if (held !== undefined && held.expiresAt > this.#now()) yield this.#whole(held);
    }
  }

  stats(): StoreStats {
    this.#purge(this.#now());
    return {
      entries: this.#entries.size,
      ...this.#tally.totals(),
      bytes: this.#entries.calculatedSize + this.#vectors.bytes + this.#aliases * ALIAS_BYTES,
      kinds: this.#tally.byKind(),
    };
  }

  configure(settings: { maxEntries: number }): void {
    this.#maxEntries = checkedSize(settings.maxEntries);
    void this.#trimAll();
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    this.#closed = true;
    this.#vectors.close();
  }

  /** Vectors that the background has yet to index. */
  get waiting(): number {
    return this.#vectors.waiting;
  }

  /** Grows with every change that a snapshot would show. */
  get revision(): number {
    return this.#revision;
  }

  /** Ids, the least recently used first: stored again in this order they have the same recency. */
  ids(): string[] {
    return [...this.#entries.rkeys()];
  }

  /** Does not count as use. */
  held(id: string): { entry: Entry; aliases: readonly string[] } | undefined {
    const held = this.#entries.peek(id);
    return held && { entry: this.#whole(held), aliases: held.aliases ?? [] };
  }

  #whole(held: Held): Entry {
    return held.slot === undefined ? held.entry : { ...held.entry, vector: this.#vectors.read(held.slot) };
  }

  #link(entry: Entry, aliases: string[] | undefined): void {
    const compacted = { ...entry, vector: undefined, answer: ownBytes(entry.answer) };
    const held: Mutable<Held> = {
      entry: compacted,
      expiresAt: keptUntil(entry),
      slot: undefined,
      aliases,
      place: 0,
      uses: 0,
    };
    compacted.model = this.#models.add(entry.model, held);
    if (entry.tool !== undefined) compacted.tool = this.#tools.add(entry.tool, held);
    compacted.partition = this.#partitions.add(entry.partition, held);
    compacted.tags = names(entry.tags, (tag) => this.#tags.add(tag, held));
    compacted.sources = names(entry.sources, (source) => this.#sources.add(source, held));
    if (entry.vector !== undefined) {
      held.slot = this.#vectors.add(entry.scope, entry.vector, held);
      compacted.scope = held.slot.scope.name;
    }
    this.#expiry.add(held);
    this.#tally.arrived(kindOf(entry));
    this.#keys.set(entry.exactKey, entry.id);
    for (const alias of aliases ?? []) this.#keys.set(alias, entry.id);
    this.#aliases += aliases?.length ?? 0;
    this.#entries.set(entry.id, held);
    this.#feed?.kept?.(compacted);
  }

  #unlink(held: Held): void {
    const { entry, slot, aliases } = held;
    for (const tag of entry.tags) this.#tags.remove(tag, held);
    for (const source of entry.sources) this.#sources.remove(source, held);
    this.#models.remove(entry.model, held);
    if (entry.tool !== undefined) this.#tools.remove(entry.tool, held);
    this.#partitions.remove(entry.partition, held);
    this.#expiry.remove(held);
    this.#tally.dropped(kindOf(entry));
    if (slot !== undefined) this.#vectors.remove(slot);
    this.#keys.delete(entry.exactKey);
    for (const alias of aliases ?? []) this.#keys.delete(alias);
    this.#aliases -= aliases?.length ?? 0;
  }

  /** An exact key names one entry: it is taken from the one that has it, which goes if the key was its own. */
  #yieldKey(exactKey: string, id: string): void {
    const owner = this.#entries.peek(id);
    if (owner === undefined) return;
    if (owner.entry.exactKey === exactKey) {
      this.#entries.delete(id);
      this.#gone('evictions', [owner]);
    } else this.#dropAlias(owner, exactKey);
  }

  #dropAlias(held: Held, alias: string): void {
    held.aliases = held.aliases?.filter((other) => other !== alias);
    this.#keys.delete(alias);
    this.#aliases--;
  }

  #select(selector: Selector): Held[] {
    const { id, tag, source, sources, model, tool, partition, all } = selector;
    const sets: ReadonlySet<Held>[] = [];
    if (id !== undefined) {
      const held = this.#entries.peek(id);
      sets.push(new Set(held === undefined ? [] : [held]));
    }
    if (tag !== undefined) sets.push(this.#tags.of(tag));
    if (source !== undefined) sets.push(this.#sources.of(source));
    if (sources !== undefined) sets.push(new Set(sources.flatMap((each) => [...this.#sources.of(each)])));
    if (model !== undefined) sets.push(this.#models.of(model));
    if (tool !== undefined) sets.push(this.#tools.of(tool));
    if (sets.length === 0 && !all) throw new TypeError(EMPTY_SELECTOR);
    if (partition !== undefined) sets.push(this.#partitions.of(partition));
    const [smallest, ...others] = sets.sort((a, b) => a.size - b.size);
    if (smallest === undefined) return [...this.#entries.values()];
    return [...smallest].filter((held) => others.every((set) => set.has(held)));
  }

  #gone(why: Departure, gone: readonly Held[]): void {
    if (gone.length === 0) return;
    for (const { entry } of gone) this.#tally.left(kindOf(entry), why);
    this.#revision++;
    this.#feed?.removed(
      gone.map(({ entry }) => entry.id),
      why,
    );
  }

  /** A bounded number at every call, so that neither a burst nor the call that meets it pays for all. */
  #purge(now: number): boolean {
    const gone: Held[] = [];
    while (gone.length < EXPIRATIONS_PER_CALL) {
      const first = this.#expiry.first;
      if (first === undefined || first.expiresAt > now) break;
      gone.push(first);
      this.#entries.delete(first.entry.id);
    }
    this.#gone('expirations', gone);
    return gone.length > 0;
  }

  async #purgeAll(): Promise<void> {
    const slice = new Slice();
    while (this.#purge(this.#now())) await slice.pause();
  }

  #isFull(): boolean {
    return this.#entries.size > this.#maxEntries || this.#entries.calculatedSize > this.#maxBytes;
  }

  #trim(most: number): boolean {
    const gone: Held[] = [];
    while (this.#isFull() && gone.length < most) {
      const held = this.#entries.pop();
      if (held === undefined) break;
      gone.push(held);
    }
    this.#gone('evictions', gone);
    return gone.length > 0;
  }

  async #trimAll(): Promise<void> {
    if (this.#trimming) return;
    this.#trimming = true;
    const slice = new Slice();
    while (this.#trim(EVICTIONS_PER_PUT)) await slice.pause();
    this.#trimming = false;
  }
}

/** A small view would keep all of a large buffer; what has its buffer for itself is shared with whoever stored it. */
const ownBytes = (bytes: Uint8Array): Uint8Array =>
  bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes);

const NONE: readonly string[] = [];

/** Most entries have none, and share the list. */
function names(list: readonly string[], add: (name: string) => string): readonly string[] {
  return list.length === 0 ? NONE : list.map(add);
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function checkedSize(maxEntries: number): number {
  if (Number.isInteger(maxEntries) && maxEntries >= 1) return maxEntries;
  throw new RangeError(`maxEntries must be a whole number from 1 on, got ${maxEntries}`);
}

/** Answers may be a MiB each, and a process that takes more than it may is killed, and the requests in it with it. */
const affordable = (): number => Math.min(MOST_BYTES, (process.constrainedMemory() || totalmem()) / 4);

/** An estimate, held to what a process really takes by `npm run bench`. Strings count as Latin-1, which most are. */
function bytesOf(entry: Entry): number {
  const names = entry.tags.length + entry.sources.length;
  return ENTRY_BYTES + entry.answer.byteLength + (entry.text?.length ?? 0) + names * NAME_BYTES;
}

const EMPTY_SELECTOR =
  'a selector needs id, tag, source, sources, model, tool or all: a partition alone selects nothing';
const MOST_BYTES = 2 ** 30;
const SWEEP_MILLISECONDS = 1000;
const EXPIRATIONS_PER_CALL = 32;
const EVICTIONS_PER_PUT = 32;
const REMOVALS_BETWEEN_LOOKS = 64;
/** Beyond these the oldest alias is forgotten: it costs a loose lookup to find the entry again. */
const ALIASES_PER_ENTRY = 64;
const ALIAS_BYTES = 170;
const ENTRY_BYTES = 1400;
const NAME_BYTES = 300;
