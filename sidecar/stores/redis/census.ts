import type { Command, Reply } from './client.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import { claim, dropExpired, noteUse } from './scripts.ts';

export type Departure = 'evictions' | 'expirations' | 'invalidations';

export interface CensusOptions {
  readonly connection: Pick<Connection, 'ask'>;
  readonly keys: Keys;
  readonly eviction: 'lru' | 'lfu';
  readonly deadlineMs: number;
  /** These entries left, and it was this sidecar that counted them. */
  readonly left: (why: Departure, ids: readonly string[]) => void;
}

/**
 * Who is in the cache, until when, and how much it is used: lists in Redis beside the entries, for what Redis itself cannot
 * tell without looking at everything. An entry is listed before it is written, so nothing is there that is not listed.
 *
 * Times are of Redis' clock, milliseconds since the epoch.
 */
export class Census {
  readonly #options: CensusOptions;
  readonly #lists: readonly [expiry: string, recency: string, uses: string];
  /** Use that is still to be told, by id. */
  #used = new Map<string, { at: number; touches: number }>();
  #latest = 0;
  #trimming: Promise<void> | undefined;

  constructor(options: CensusOptions) {
    this.#options = options;
    const { expiry, recency, uses } = options.keys;
    this.#lists = [expiry, recency, uses];
  }

  /** Before an entry is written; its uses are counted anew. */
  async list(id: string, keptUntil: number, now: number): Promise<void> {
    const { expiry, recency, uses } = this.#options.keys;
    this.#used.delete(id);
    const [before] = await Promise.all([
      this.#ask(['ZSCORE', expiry, id]),
      this.#ask(['ZADD', expiry, keptUntil, id]),
      this.#ask(['ZADD', recency, this.#moment(now), id]),
      this.#ask(['HDEL', uses, id]),
    ]);
    // Its time was over, and nobody had come round to it.
    if (before !== null && Number(before) <= now) this.#options.left('expirations', [id]);
  }

  /** Costs nothing now: told in batches. Where there are too many, the newest are not told. */
  used(id: string, now: number, touches: 0 | 1): void {
    const before = this.#used.get(id);
    if (before === undefined && this.#used.size >= MOST_USED) return;
    this.#used.set(id, { at: this.#moment(now), touches: (before?.touches ?? 0) + touches });
  }

  async tellUse(): Promise<void> {
    const used = [...this.#used].map(([id, { at, touches }]) => [id, at, touches] as const);
    this.#used = new Map();
    const { recency, uses } = this.#options.keys;
    const halfLife = this.#options.eviction === 'lfu' ? HALF_LIFE : 0;
    for (let from = 0; from < used.length; from += AT_ONCE)
      await this.#ask(noteUse([recency, uses], halfLife, used.slice(from, from + AT_ONCE)));
  }

  async uses(id: string): Promise<number> {
    await this.tellUse();
    return Number((await this.#ask(['HGET', this.#options.keys.uses, id])) ?? 0);
  }

  async count(): Promise<number> {
    return Number(await this.#ask(this.countCommand));
  }

  get countCommand(): Command {
    return ['ZCARD', this.#options.keys.expiry];
  }

  /** Ids, the most used first. */
  async mostUsed(count: number): Promise<string[]> {
    if (count < 1) return [];
    return texts(await this.#ask(['ZRANGE', this.#options.keys.recency, 0, count - 1, 'REV']));
  }

  /** All ids with the moment until which they are kept, in pages, in no order. */
  async *all(): AsyncGenerator<[id: string, keptUntil: number][]> {
    let cursor = '0';
    do {
      const reply = (await this.#ask(['ZSCAN', this.#options.keys.expiry, cursor, 'COUNT', PAGE])) as Reply[];
      cursor = String(reply[0]);
      const flat = texts(reply[1] ?? null);
      const page: [string, number][] = [];
      for (let at = 0; at + 1 < flat.length; at += 2) page.push([flat[at] as string, Number(flat[at + 1])]);
      yield page;
    } while (cursor !== '0');
  }

  /** Counts those that were still listed so; the entries themselves are gone already. Answers how many. */
  async leave(why: Departure, ids: readonly (readonly [id: string, keptUntil: number])[]): Promise<number> {
    let count = 0;
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const claimed = texts(await this.#ask(claim(this.#lists, ids.slice(from, from + AT_ONCE))));
      if (claimed.length > 0) this.#options.left(why, claimed);
      count += claimed.length;
    }
    return count;
  }

  /** Redis lets entries go by itself; this takes them off the lists, a bounded number at a time. Answers how many. */
  async sweep(now: number): Promise<number> {
    const { keys } = this.#options;
    let count = 0;
    for (;;) {
      const flat = texts(
        await this.#ask(['ZRANGE', keys.expiry, '-inf', now, 'BYSCORE', 'LIMIT', 0, AT_ONCE, 'WITHSCORES']),
      );
      const due: [string, number][] = [];
      for (let at = 0; at + 1 < flat.length; at += 2) due.push([flat[at] as string, Number(flat[at + 1])]);
      await Promise.all(due.map(([id]) => this.#ask(dropExpired(keys.entry(id), now))));
      count += await this.leave('expirations', due);
      if (due.length < AT_ONCE) return count;
    }
  }

  /** Lets the least used go until there are no more than `maxEntries`. */
  trim(maxEntries: () => number, now: () => number): Promise<void> {
    this.#trimming ??= this.#trim(maxEntries, now).finally(() => {
      this.#trimming = undefined;
    });
    return this.#trimming;
  }

  async #trim(maxEntries: () => number, now: () => number): Promise<void> {
    await this.sweep(now());
    await this.tellUse();
    const { keys } = this.#options;
    for (;;) {
      const excess = (await this.count()) - maxEntries();
      if (excess <= 0) return;
      const last = Math.min(excess, EVICTED_AT_ONCE) - 1;
      let ids = texts(await this.#ask(['ZRANGE', keys.recency, 0, last]));
      // The lists can differ by what was broken off half way.
      if (ids.length === 0) ids = texts(await this.#ask(['ZRANGE', keys.expiry, 0, last]));
      if (ids.length === 0) return;
      const scores = texts(await this.#ask(['ZMSCORE', keys.expiry, ...ids]));
      await Promise.all(ids.map((id) => this.#ask(['UNLINK', keys.entry(id)])));
      await this.leave(
        'evictions',
        ids.map((id, at) => [id, Number(scores[at])] as const),
      );
      const unlisted = ids.filter((_, at) => scores[at] === '');
      if (unlisted.length > 0) await this.#ask(['ZREM', keys.recency, ...unlisted]);
    }
  }

  /** Uses in the same millisecond keep their order. */
  #moment(now: number): number {
    this.#latest = Math.max(now, this.#latest + 0.001);
    return this.#latest;
  }

  #ask(command: Command): Promise<Reply> {
    return this.#options.connection.ask(command, this.#options.deadlineMs);
  }
}

const texts = (reply: Reply): string[] =>
  Array.isArray(reply) ? reply.map((each) => (each === null ? '' : String(each))) : [];

const AT_ONCE = 200;
const PAGE = 500;
const EVICTED_AT_ONCE = 32;
const MOST_USED = 10_000;
/** Milliseconds; a use of an hour ago weighs half. */
const HALF_LIFE = 3_600_000;
