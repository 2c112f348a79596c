import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisUrl } from '../../../crds/redis-url.ts';
import type { RedisSettings } from '../../../crds/settings.ts';
import type { Leases } from '../../leases/lease.ts';
import { createRedisLeases } from '../../leases/redis.ts';
import { type Entry, type Kind, keptUntil, kindOf, kinds } from '../../lookup/entry.ts';
import { KindTally } from '../kind-tally.ts';
import { matches, Removals, steady } from '../removals.ts';
import type { Neighbour, Selector, Store, StoreFeed, StoreLog, StoreStats } from '../store.ts';
import { unitVector } from '../vectors.ts';
import { Blocks } from './blocks.ts';
import { Census } from './census.ts';
import type { Command, Reply } from './client.ts';
import { Connection } from './connection.ts';
import { RedisFailure } from './failure.ts';
import { Journal } from './journal.ts';
import { Keys } from './keys.ts';
import { Labels } from './labels.ts';
import { field, nearestIn, readFound, selectable } from './query.ts';
import { decodeRecord, decodeVector, encodeRecord, encodeVector } from './record.ts';
import { remove } from './removal.ts';
import { writeEntry } from './scripts.ts';
import { SearchIndex } from './search-index.ts';
import { Shelver } from './shelver.ts';
import { UnderRemoval } from './under-removal.ts';

export interface RedisStoreOptions {
  readonly url: RedisUrl;
  readonly settings: RedisSettings;
  readonly maxEntries: number;
  readonly dimension: number;
  /** Name of the embedding model: vectors of another one are not comparable. */
  readonly model: string;
  readonly feed?: StoreFeed | undefined;
  readonly now?: (() => number) | undefined;
  /** The clock of those who put. */
  readonly steady?: (() => number) | undefined;
  /** In [0, 1). */
  readonly random?: (() => number) | undefined;
  readonly log?: StoreLog | undefined;
  /** Milliseconds after which a vector index that no sidecar needs is dropped. */
  readonly unusedIndexMs?: number | undefined;
}

/** Waits for Redis, but not for long: without it the store begins empty-handed, and finds it later by itself. */
export async function openRedisStore(options: RedisStoreOptions): Promise<RedisStore> {
  const store = new RedisStore(options);
  await store.begun(LONGEST_START);
  return store;
}

/**
 * The store that all sidecars of a cache share: entries in Redis, one hash for each, found by key and by vector. It reads
 * the truth from Redis each time; what other sidecars store and remove it tells the phases in the process.
 */
export class RedisStore implements Store {
  readonly kind = 'redis';
  readonly leases: Leases;
  readonly #keys: Keys;
  readonly #connection: Connection;
  readonly #index: SearchIndex;
  readonly #census: Census;
  readonly #journal: Journal;
  readonly #blocks: Blocks;
  readonly #labels: Labels;
  readonly #shelver: Shelver;
  readonly #settings: RedisSettings;
  readonly #dimension: number;
  readonly #feed: StoreFeed | undefined;
  readonly #now: () => number;
  readonly #steady: () => number;
  readonly #random: () => number;
  /** Of other sidecars, by when they were heard of. */
  readonly #removals = new Removals();
  /** Of this sidecar, while they run. */
  readonly #removing = new Set<Selector>();
  /** Of all, while they run. */
  readonly #underRemoval = new UnderRemoval();
  /** What is being written; a removal that meets it marks it. */
  readonly #writing = new Set<{ readonly entry: Entry; removed: boolean }>();
  readonly #begun = Promise.withResolvers<void>();
  readonly #tally = new KindTally();
  readonly #refused: Record<string, number> = {};
  readonly #beat: NodeJS.Timeout;
  #maxEntries: number;
  #entries = 0;
  #corrupt = 0;
  #bytes = 0;
  /** Milliseconds to add to this machine's clock to have Redis' clock. */
  #skew = 0;
  #beats = 0;
  #beating: Promise<void> | undefined;
  #informed = true;
  #closed = false;

  constructor(options: RedisStoreOptions) {
    const { url, settings, model, dimension, log } = options;
    this.#settings = settings;
    this.#dimension = dimension;
    this.#maxEntries = checkedSize(options.maxEntries);
    this.#feed = options.feed;
    this.#now = options.now ?? Date.now;
    this.#steady = options.steady ?? steady;
    this.#random = options.random ?? Math.random;
    this.#keys = new Keys(url.prefix ?? settings.prefix);
    const keys = this.#keys;
    const { usernameFile, passwordFile, sentinelUsernameFile, sentinelPasswordFile, tls } = settings;
    this.#connection = new Connection({
      url,
      secretPaths: { usernameFile, passwordFile, sentinelUsernameFile, sentinelPasswordFile, ...tls },
      deadlineMs: settings.deadlineMs,
      probe: ['HMGET', keys.head, 'epoch', 'generation'],
      log,
    });
    const connection = this.#connection;
    this.leases = createRedisLeases({ connection, prefix: keys.prefix });
    const deadlineMs = settings.writeDeadlineMs;
    this.#index = new SearchIndex({
      connection,
      keys,
      model,
      dimension,
      maxEntries: this.#maxEntries,
      settings: settings.index,
      deadlineMs,
      unusedAfterMs: options.unusedIndexMs ?? UNUSED_INDEX_MILLISECONDS,
      log,
    });
    this.#census = new Census({
      connection,
      keys,
      eviction: settings.eviction,
      deadlineMs,
      left: (why, kind, ids) => {
        for (const _ of ids) this.#tally.left(kind, why);
        this.#feed?.removed(ids, why);
      },
    });
    this.#shelver = new Shelver({
      read: (id) => this.#read(id, deadlineMs),
      shelve: (entry, since) => {
        if (this.#closed || entry.expiresAt <= this.#now() || this.#removals.since(since, entry)) return;
        this.#feed?.added?.(entry);
      },
      steady: this.#steady,
    });
    this.#blocks = new Blocks({ connection, keys, feed: this.#feed, deadlineMs });
    this.#labels = new Labels({ connection, keys, feed: this.#feed, deadlineMs });
    this.#journal = new Journal(connection, keys, {
      stored: (ids) => this.#shelver.take(ids),
      removed: (selector, by, when) => {
        if (when === 'begins') this.#underRemoval.begins(by, selector, performance.now(), this.#now());
        else this.#underRemoval.ends(by);
        this.#removals.add(selector, this.#steady());
        this.#feed?.invalidated?.(selector);
      },
      blocked: (pairs) => this.#blocks.heard(pairs),
      unblocked: (pairs) => this.#blocks.lifted(pairs),
      began: () => void this.#begin(),
    });
    connection.onUp(() => {
      void this.#index.ensure();
      this.#beatNow();
    });
    this.#beat = setInterval(() => this.#beatNow(), BEAT_MILLISECONDS).unref();
  }

  get slow(): boolean {
    return this.#connection.slow;
  }

  /** Until Redis is found, its index is there and the phases in the process are warm; or that time is over. */
  async begun(milliseconds: number): Promise<void> {
    // It holds the process: where Redis cannot even be tried, nothing else may be going on that would.
    const over = new AbortController();
    const wait = sleep(milliseconds, undefined, { signal: over.signal }).catch(ignored);
    await Promise.race([this.#begun.promise, wait]);
    over.abort();
  }

  async get(exactKey: string, now: number): Promise<Entry | undefined> {
    const found = await this.#keptUnder(exactKey);
    if (found === undefined || found.expiresAt <= now) return undefined;
    this.#census.used(found.id, this.#now(), 0);
    return found;
  }

  async entry(id: string, now: number): Promise<Entry | undefined> {
    const found = await this.#read(id);
    if (found === undefined || !this.#isKept(found.entry) || keptUntil(found.entry) <= now) return undefined;
    this.#census.used(id, this.#now(), 0);
    return found.entry;
  }

  touch(id: string): void {
    this.#census.used(id, this.#now(), 1);
  }

  uses(id: string): Promise<number> {
    return this.#census.uses(id);
  }

  /** Where some of the nearest turn out to be stale, more are asked for. */
  async nearest(
    scope: string,
    vector: Float32Array,
    count: number,
    now: number,
    least = -1,
  ): Promise<Neighbour[]> {
    const unit = unitVector(vector, this.#dimension);
    if (count < 1) return [];
    const bytes = encodeVector(unit);
    const { deadlineMs } = this.#settings;
    for (let asked = count + SPARE; ; asked *= 4) {
      const query = { scope, vector: bytes, count: asked, timeoutMs: Math.ceil(deadlineMs) + 20 };
      const { found, expired } = readFound(await this.#index.search(nearestIn(this.#index.shape, query)));
      const ranked = found
        .flatMap(({ key, fields }) => {
          const bytes = fields.get(this.#index.shape.vectorField);
          const vector = bytes && decodeVector(bytes, this.#dimension);
          return vector === undefined ? [] : [{ key, fields, vector, similarity: cosine(unit, vector) }];
        })
        .toSorted((a, b) => b.similarity - a.similarity);
      const fresh: Neighbour[] = [];
      for (const { key, fields, vector, similarity } of ranked) {
        // Unpacking a record costs more than all else here.
        if (fresh.length >= count || (fresh.length > 0 && similarity < least)) return fresh;
        const entry = await this.#decode(this.#keys.idOf(key), fields.get(field.record), undefined);
        // The filter is the query's; that nothing else comes through is held here too.
        if (entry === undefined || entry.scope !== scope || !this.#isKept(entry)) continue;
        if (entry.expiresAt > now) fresh.push({ entry: { ...entry, vector }, similarity });
      }
      if (fresh.length >= count || found.length + expired.length < asked || asked > MOST_NEIGHBOURS)
        return fresh;
    }
  }

  async put(entry: Entry, _: number, askedAt = this.#steady()): Promise<void> {
    if (this.#closed) throw new Error('the store is closed');
    const vector = entry.vector === undefined ? undefined : unitVector(entry.vector, this.#dimension);
    const write = { entry, removed: [...this.#removing].some((selector) => matches(selector, entry)) };
    this.#writing.add(write);
    try {
      const isKnown = await this.#put({ ...this.#shortened(entry), vector });
      // Whoever removed what this answer rests on before it was written has been heard of, or is heard of now.
      if (write.removed || !isKnown || this.#removals.since(askedAt, entry))
        await this.#drop('invalidations', entry.id);
      else if (this.#entries > this.#maxEntries) await this.#trim();
    } catch (error) {
      const kind = error instanceof RedisFailure ? error.kind : 'unavailable';
      this.#refused[kind] = (this.#refused[kind] ?? 0) + 1;
      throw error;
    } finally {
      this.#writing.delete(write);
    }
  }

  async alias(exactKey: string, id: string, now: number): Promise<void> {
    const target = await this.entry(id, now);
    if (target === undefined || target.exactKey === exactKey) return;
    const owner = await this.#keptUnder(exactKey);
    if (owner?.exactKey === exactKey && owner.expiresAt > now) return;
    const birth = await this.#write(['HGET', this.#keys.entry(id), field.birth]);
    const life = Math.ceil(keptUntil(target) - this.#now());
    if (birth === null || life <= 0) return;
    await this.#write(['SET', this.#keys.pointer(exactKey), `${id} ${birth}`, 'PX', life + AFTERLIFE]);
  }

  async remove(selector: Selector, options: { dryRun?: boolean } = {}): Promise<number> {
    const { id, tag, source, sources, model, tool, all } = selector;
    if ([id, tag, source, sources, model, tool].every((each) => each === undefined) && !all)
      throw new TypeError(EMPTY_SELECTOR);
    if (sources?.length === 0) return 0;
    const { dryRun = false } = options;
    const parts = {
      keys: this.#keys,
      index: this.#index,
      census: this.#census,
      ask: (command: Command) => this.#write(command),
      now: () => this.#serverNow(),
      deadlineMs: this.#settings.writeDeadlineMs,
    };
    if (dryRun) return remove(parts, selector, { dryRun });
    const by = randomUUID();
    this.#removing.add(selector);
    this.#underRemoval.begins(by, selector, performance.now(), this.#now());
    for (const write of this.#writing) write.removed ||= matches(selector, write.entry);
    try {
      await this.#journal.announce(selector, 'begins', this.#settings.writeDeadlineMs);
      const removed = await remove(parts, selector, { dryRun });
      this.#counted(await this.#census.count());
      // Whoever read an entry just before it went is told once more.
      await this.#journal.announce(selector, 'ends', this.#settings.writeDeadlineMs);
      return removed;
    } catch (error) {
      // What is left answers again, everywhere: whoever asked for the removal is told that it failed.
      this.#journal.announce(selector, 'ends', this.#settings.writeDeadlineMs).catch(ignored);
      throw error;
    } finally {
      this.#removing.delete(selector);
      this.#underRemoval.ends(by);
    }
  }

  block(pairs: readonly string[]): Promise<void> {
    return this.#blocks.add(pairs, this.#journal);
  }

  unblock(pairs: readonly string[]): Promise<number> {
    return this.#blocks.remove(pairs, this.#journal);
  }

  async blocks(): Promise<readonly string[]> {
    await this.#blocks.compare();
    return this.#blocks.all;
  }

  async *entries(): AsyncGenerator<Entry> {
    const seen = new Set<string>();
    for await (const ids of this.#census.all()) {
      const news = ids.filter((id) => !seen.has(id));
      for (const id of news) seen.add(id);
      const found = await Promise.all(news.map((id) => this.#read(id, this.#settings.writeDeadlineMs)));
      for (const each of found) if (each !== undefined && this.#isKept(each.entry)) yield each.entry;
    }
  }

  learn(labels: readonly string[]): Promise<void> {
    return this.#labels.add(labels);
  }

  stats(): StoreStats {
    const { condition, shape, state } = this.#index;
    return {
      entries: this.#entries,
      ...this.#tally.totals(),
      bytes: this.#bytes,
      kinds: this.#tally.byKind(),
      shared: {
        ...this.#connection.state,
        refused: this.#refused,
        corrupt: this.#corrupt,
        search: { condition, index: shape.name, ...state },
        feed: { current: this.#informed, began: this.#journal.began, ...this.#shelver.counts },
      },
    };
  }

  configure(settings: { maxEntries: number }): void {
    this.#maxEntries = checkedSize(settings.maxEntries);
    this.#trim().catch(ignored);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#beat);
    await this.#census.tellUse().catch(ignored);
    await this.#journal.close();
    await this.#connection.close();
  }

  /** Answers whether all removals that came before it are known. */
  async #put(entry: Entry): Promise<boolean> {
    const { id, exactKey } = entry;
    const now = this.#now();
    const life = Math.ceil(keptUntil(entry) - now);
    if (life <= 0) {
      await this.#drop('expirations', id);
      return true;
    }
    const record = await encodeRecord({ ...this.#onServerClock(entry, 1), vector: undefined });
    const fields: (string | Buffer)[] = [field.record, record];
    for (const [name, value] of Object.entries(selectable(this.#onServerClock(entry, 1))))
      fields.push(name, value);
    if (entry.vector !== undefined) fields.push(this.#index.shape.vectorField, encodeVector(entry.vector));

    await this.#census.list(id, kindOf(entry), keptUntil(entry) + this.#skew, this.#serverNow());
    const pointer = this.#keys.pointer(exactKey);
    await Promise.all([
      this.#writeOver(
        this.#keys.entry(id),
        writeEntry(
          this.#keys.entry(id),
          randomUUID().slice(0, 8),
          life + AFTERLIFE,
          this.#serverNow(),
          fields,
        ),
      ),
      id === idOf(exactKey)
        ? this.#write(['UNLINK', pointer])
        : this.#write(['SET', pointer, `${id} -`, 'PX', life + AFTERLIFE]),
    ]);
    const [head, count] = await Promise.all([
      this.#write(this.#journal.headCommand),
      this.#census.count(),
      // Only the phases in the process want to know of it, and they hold answers alone.
      kindOf(entry) === 'answers' ? this.#write(this.#journal.storedLine(id)) : undefined,
    ]);
    this.#counted(count);
    return this.#journal.hasRead(head);
  }

  async #drop(why: 'expirations' | 'invalidations', id: string): Promise<void> {
    await this.#write(['UNLINK', this.#keys.entry(id)]);
    await this.#census.forget(why, id);
    this.#counted(await this.#census.count());
  }

  #counted(count: Record<Kind, number>): void {
    for (const kind of kinds) this.#tally.holds(kind, count[kind]);
    this.#entries = kinds.reduce((sum, kind) => sum + count[kind], 0);
  }

  /** Where the key holds something that is no entry, that goes. */
  async #writeOver(key: string, command: Command): Promise<void> {
    try {
      await this.#write(command);
    } catch (error) {
      if (!(error instanceof RedisFailure) || error.kind !== 'wrong-type') throw error;
      await this.#write(['UNLINK', key]);
      await this.#write(command);
    }
  }

  /** The entry that the key leads to, by itself or as an alias; to look at it is not to use it. */
  async #keptUnder(exactKey: string): Promise<Entry | undefined> {
    const [own, pointer] = await Promise.all([
      this.#read(idOf(exactKey)),
      this.#connection.ask(['GET', this.#keys.pointer(exactKey)]),
    ]);
    let found = own?.entry.exactKey === exactKey ? own : undefined;
    if (found === undefined && pointer instanceof Buffer) {
      const [id = '', birth = ''] = pointer.toString().split(' ');
      const led = await this.#read(id);
      // An alias belongs to one life of its entry; an entry's own key always leads to it.
      if (led?.entry.exactKey === exactKey || (led !== undefined && led.birth === birth)) found = led;
    }
    return found !== undefined && this.#isKept(found.entry) ? found.entry : undefined;
  }

  async #read(id: string, deadlineMs?: number): Promise<{ entry: Entry; birth: string } | undefined> {
    let reply: Reply;
    try {
      const vector = this.#index.shape.vectorField;
      reply = await this.#connection.ask(
        ['HMGET', this.#keys.entry(id), field.record, vector, field.birth],
        deadlineMs,
      );
    } catch (error) {
      if (!(error instanceof RedisFailure) || error.kind !== 'wrong-type') throw error;
      this.#discard(id);
      return undefined;
    }
    const [record, vector, birth] = reply as (Buffer | null)[];
    if (record === null && birth === null) return undefined;
    const entry = await this.#decode(id, record, vector);
    return entry && { entry, birth: String(birth) };
  }

  async #decode(
    id: string,
    record: Buffer | null | undefined,
    vector: Buffer | null | undefined,
  ): Promise<Entry | undefined> {
    const decoded = record instanceof Buffer ? await decodeRecord(record) : 'corrupt';
    if (decoded === 'newer') return undefined;
    if (decoded === 'corrupt' || decoded.id !== id) {
      this.#discard(id);
      return undefined;
    }
    const entry = this.#onServerClock({ ...decoded, vector: undefined }, -1);
    return vector instanceof Buffer ? { ...entry, vector: decodeVector(vector, this.#dimension) } : entry;
  }

  /** What cannot be read is no entry, whoever wrote it; it would be found again and again. */
  #discard(id: string): void {
    this.#corrupt++;
    this.#write(['UNLINK', this.#keys.entry(id)]).catch(ignored);
  }

  async #begin(): Promise<void> {
    const since = this.#steady();
    this.#blocks.unknown();
    if (this.#journal.began > 1) {
      // What is under way may rest on something that was removed unheard.
      this.#removals.add({ all: true }, since);
      this.#underRemoval.clear();
      this.#feed?.reset?.();
    }
    this.#shelver.clear();
    try {
      await this.#blocks.load();
      await this.#index.ensure();
      const ids = await this.#census.mostUsed(
        this.#feed?.added === undefined ? 0 : this.#settings.warmEntries,
      );
      // The most used last, so that they are the last to leave a full shelf.
      await this.#shelver.warm(ids.toReversed(), since);
    } catch {
      // The connection tells; what is not warm is found in phase 3.
    }
    this.#begun.resolve();
  }

  #beatNow(): void {
    this.#beating ??= this.#heartbeat()
      .catch(ignored)
      .finally(() => {
        this.#beating = undefined;
      });
  }

  /** Once a second: tells of use, lets the expired go, looks how Redis is. */
  async #heartbeat(): Promise<void> {
    this.#tellInformed();
    if (this.#closed || !this.#connection.up) return;
    const steps = [
      () => this.#measureSkew(),
      () => this.#blocks.compare(),
      () => this.#labels.read(),
      () => this.#census.tellUse(),
      () => this.#census.sweep(this.#serverNow()),
      () => this.#measureSize(),
      () => this.#lookAtIndex(),
    ];
    // A Redis without room refuses some of it, and the others matter then more than ever.
    for (const step of steps) if (this.#connection.up) await step().catch(ignored);
  }

  async #measureSize(): Promise<void> {
    this.#counted(await this.#census.count());
    if (this.#entries > this.#maxEntries) await this.#trim();
    this.#bytes = usedMemory(await this.#write(['INFO', 'memory']));
  }

  async #lookAtIndex(): Promise<void> {
    if (this.#index.condition === 'starting') await this.#index.ensure();
    else if (this.#beats++ % BEATS_BETWEEN_LOOKS === 0 && this.#index.condition === 'ready') {
      if (await this.#index.look()) await this.#index.dropUnused();
      else await this.#index.ensure();
    }
  }

  /** The phases in the process answer on for a while when nobody can tell them what was removed. */
  #tellInformed(): void {
    const { currentAt } = this.#journal;
    const informed = performance.now() - currentAt <= this.#settings.stalenessSeconds * 1000;
    if (informed === this.#informed || currentAt === Number.NEGATIVE_INFINITY) return;
    this.#informed = informed;
    this.#feed?.informed?.(informed);
  }

  async #measureSkew(): Promise<void> {
    const before = Date.now();
    const [seconds, microseconds] = (await this.#write(['TIME'])) as Reply[];
    const skew = Number(seconds) * 1000 + Number(microseconds) / 1000 - (before + Date.now()) / 2;
    // Less is the way of the question and its answer.
    this.#skew = Math.abs(skew) < LEAST_SKEW ? 0 : Math.round(skew);
  }

  /** Times in Redis are of its clock: machines disagree, and one whose clock is ahead must not end the lives of all. */
  #onServerClock<T extends Pick<Entry, 'createdAt' | 'expiresAt' | 'keptUntil'>>(
    entry: T,
    direction: 1 | -1,
  ): T {
    if (this.#skew === 0) return entry;
    const by = this.#skew * direction;
    const kept = entry.keptUntil === undefined ? {} : { keptUntil: entry.keptUntil + by };
    return { ...entry, createdAt: entry.createdAt + by, expiresAt: entry.expiresAt + by, ...kept };
  }

  #serverNow(): number {
    return this.#now() + this.#skew;
  }

  #isKept(entry: Entry): boolean {
    return keptUntil(entry) > this.#now() && !this.#underRemoval.has(entry, performance.now());
  }

  /** Never longer, and by a share of the whole life. */
  #shortened(entry: Entry): Entry {
    const life = entry.expiresAt - this.#now();
    const by = Math.floor(life * this.#settings.ttlJitter * this.#random());
    if (by <= 0) return entry;
    const kept = entry.keptUntil === undefined ? {} : { keptUntil: entry.keptUntil - by };
    return { ...entry, expiresAt: entry.expiresAt - by, ...kept };
  }

  async #trim(): Promise<void> {
    await this.#census.trim(
      () => this.#maxEntries,
      () => this.#serverNow(),
    );
    this.#counted(await this.#census.count());
  }

  #write(command: Command): Promise<Reply> {
    return this.#connection.ask(command, this.#settings.writeDeadlineMs);
  }
}

/** As the lookup derives it, so that one read finds an entry by its key; entries with other ids are found by a pointer. */
const idOf = (exactKey: string): string => Buffer.from(exactKey.slice(0, 32), 'hex').toString('base64url');

function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  let square = 0;
  for (let at = 0; at < a.length; at++) {
    sum += (a[at] as number) * (b[at] as number);
    square += (b[at] as number) ** 2;
  }
  return square === 0 ? 0 : Math.max(-1, Math.min(1, sum / Math.sqrt(square)));
}

function checkedSize(maxEntries: number): number {
  if (Number.isInteger(maxEntries) && maxEntries >= 1) return maxEntries;
  throw new RangeError(`maxEntries must be a whole number from 1 on, got ${maxEntries}`);
}

const usedMemory = (info: Reply): number => Number(/used_memory:(\d+)/.exec(String(info))?.[1] ?? 0);

/** Failures are counted by the connection, and the next heartbeat tries again. */
const ignored = (): void => {};

const EMPTY_SELECTOR =
  'a selector needs id, tag, source, sources, model, tool or all: a partition alone selects nothing';
const LONGEST_START = 1_000;
const BEAT_MILLISECONDS = 1_000;
const BEATS_BETWEEN_LOOKS = 5;
const LEAST_SKEW = 1_000;
/** A rolling upgrade, and its way back, take less. */
const UNUSED_INDEX_MILLISECONDS = 3_600_000;
/**
 * Entries answer until their moment and not at it, which is judged when they are read. Redis takes them away a little later:
 * clocks that differ by less than `LEAST_SKEW` count as one.
 */
const AFTERLIFE = 5_000;
/** Neighbours beyond those asked for, because some may be stale. */
const SPARE = 4;
const MOST_NEIGHBOURS = 2_000;
