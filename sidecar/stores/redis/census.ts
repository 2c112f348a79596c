import { type Kind, kinds } from '../../lookup/entry.ts';
import type { Departure } from '../kind-tally.ts';
import { inBatches } from './batches.ts';
import type { Command, Reply } from './client.ts';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import { beyond, claim, dropExpired, type Lists, noteUse } from './scripts.ts';

export interface CensusOptions {
  readonly connection: Pick<Connection, 'ask'>;
  readonly keys: Keys;
  readonly eviction: 'lru' | 'lfu';
  readonly deadlineMs: number;
  /** These entries left, and it was this sidecar that counted them. */
  readonly left: (why: Departure, kind: Kind, ids: readonly string[]) => void;
}

/**
 * Who is in the cache, until when, and how much it is used: lists in Redis beside the entries, for what Redis itself cannot
 * tell without looking at everything. An entry is listed before it is written, so nothing is there that is not listed.
 *
 * Times are of Redis' clock, milliseconds since the epoch.
 */
export class Census {
  readonly #options: CensusOptions;
  readonly #lists: Lists;
  /** Use that is still to be told, by id. */
  #used = new Map<string, { at: number; touches: number }>();
  #latest = 0;
  #trimming: Promise<void> | undefined;

  constructor(options: CensusOptions) {
    this.#options = options;
    const { expiry, recency, uses } = options.keys;
    this.#lists = { expiry: kinds.map((kind) => expiry[kind]), recency, uses };
  }

  /** Before an entry is written; its uses are counted anew. */
  async list(id: string, kind: Kind, keptUntil: number, now: number): Promise<void> {
    const { recency, uses } = this.#options.keys;
    const expiry = this.#options.keys.expiry[kind];
    this.#used.delete(id);
    const [before] = await Promise.all([
      this.#ask(['ZSCORE', expiry, id]),
      this.#ask(['ZADD', expiry, keptUntil, id]),
      this.#ask(['ZADD', recency, this.#moment(now), id]),
      this.#ask(['HDEL', uses, id]),
    ]);
    // Its time was over, and nobody had come round to it.
    if (before !== null && Number(before) <= now) this.#options.left('expirations', kind, [id]);
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
    const halfLife = this.#options.eviction === 'lfu' ? HALF_LIFE : 0;
    for (let from = 0; from < used.length; from += AT_ONCE)
      await this.#ask(noteUse(this.#lists, halfLife, used.slice(from, from + AT_ONCE)));
  }

  async uses(id: string): Promise<number> {
    await this.tellUse();
    return Number((await this.#ask(['HGET', this.#options.keys.uses, id])) ?? 0);
  }

  /** How many entries there are of each kind. */
  async count(): Promise<Record<Kind, number>> {
    const { expiry } = this.#options.keys;
    const counted = await Promise.all(
      kinds.map(async (kind) => [kind, Number(await this.#ask(['ZCARD', expiry[kind]]))] as const),
    );
    return Object.fromEntries(counted) as Record<Kind, number>;
  }

  /** Ids, the most used first. */
  async mostUsed(count: number): Promise<string[]> {
    if (count < 1) return [];
    return texts(await this.#ask(['ZRANGE', this.#options.keys.recency, 0, count - 1, 'REV']));
  }

  /** All ids, in pages, in no order; some may come twice. */
  async *all(): AsyncGenerator<string[]> {
    for (const key of this.#lists.expiry) {
      let cursor = '0';
      do {
        const reply = (await this.#ask(['ZSCAN', key, cursor, 'COUNT', PAGE])) as Reply[];
        cursor = String(reply[0]);
        yield pairs(reply[1] ?? null).map(([id]) => id);
      } while (cursor !== '0');
    }
  }

  /** Counts those that were still listed so; the entries themselves are gone already. Answers how many. */
  async leave(why: Departure, ids: readonly (readonly [id: string, keptUntil: number])[]): Promise<number> {
    let count = 0;
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const claimed = pairs(await this.#ask(claim(this.#lists, ids.slice(from, from + AT_ONCE))));
      for (const [at, kind] of kinds.entries()) {
        const ofKind = claimed.filter(([, list]) => list === at + 1).map(([id]) => id);
        if (ofKind.length > 0) this.#options.left(why, kind, ofKind);
      }
      count += claimed.length;
    }
    return count;
  }

  /** The same of one entry, as it is listed now. */
  async forget(why: Departure, id: string): Promise<void> {
    await this.leave(why, await this.#listed([id]));
  }

  /** Redis lets entries go by itself; this takes them off the lists, a bounded number at a time. */
  async sweep(now: number): Promise<void> {
    for (const key of this.#lists.expiry) while ((await this.#sweep(key, now)) === AT_ONCE);
  }

  async #sweep(key: string, now: number): Promise<number> {
    const due = pairs(
      await this.#ask(['ZRANGE', key, '-inf', now, 'BYSCORE', 'LIMIT', 0, AT_ONCE, 'WITHSCORES']),
    );
    await inBatches(due, ([id]) => this.#ask(dropExpired(this.#options.keys.entry(id), now)));
    await this.leave('expirations', due);
    return due.length;
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
      // What was used since goes out in front of the choice, with nothing between them: it must not be what is chosen.
      const told = this.tellUse();
      const choice = this.#ask(beyond(this.#lists, maxEntries(), EVICTED_AT_ONCE));
      const [chosen] = await Promise.all([choice, told]);
      const ids = texts(chosen);
      if (ids.length === 0) return;
      const listed = await this.#listed(ids);
      await inBatches(ids, (id) => this.#ask(['UNLINK', keys.entry(id)]));
      await this.leave('evictions', listed);
      // What was broken off half way is on one list only.
      const unlisted = ids.filter((id) => listed.every(([other]) => other !== id));
      if (unlisted.length > 0) await this.#ask(['ZREM', keys.recency, ...unlisted]);
    }
  }

  async #listed(ids: readonly string[]): Promise<[id: string, keptUntil: number][]> {
    const lists = await Promise.all(this.#lists.expiry.map((key) => this.#ask(['ZMSCORE', key, ...ids])));
    return lists.flatMap((scores) =>
      texts(scores).flatMap((score, at): [string, number][] =>
        score === '' ? [] : [[ids[at] as string, Number(score)]],
      ),
    );
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

/** A flat list of texts and numbers in turn. */
function pairs(reply: Reply): [string, number][] {
  const flat = texts(reply);
  const paired: [string, number][] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) paired.push([flat[at] as string, Number(flat[at + 1])]);
  return paired;
}

const AT_ONCE = 200;
const PAGE = 500;
const EVICTED_AT_ONCE = 32;
const MOST_USED = 10_000;
/** Milliseconds; a use of an hour ago weighs half. */
const HALF_LIFE = 3_600_000;
