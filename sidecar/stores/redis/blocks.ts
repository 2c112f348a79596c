import { checkBlocks, type StoreFeed } from '../store.ts';
import type { Reply } from './client.ts';
import type { Connection } from './connection.ts';
import type { Journal } from './journal.ts';
import type { Keys } from './keys.ts';
import { giveBlocks } from './scripts.ts';

export interface BlocksOptions {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly feed: Pick<StoreFeed, 'blocked' | 'unblocked' | 'blocksKnown'> | undefined;
  readonly deadlineMs: number;
}

/**
 * The blocked pairs: a set in Redis, and all of it in each sidecar. Redis may lose its copy (a flush, an eviction, a failover)
 * and gets it back from whichever sidecar is still there.
 */
export class Blocks {
  readonly #options: BlocksOptions;
  readonly #pairs = new Set<string>();
  #areKnown = false;

  constructor(options: BlocksOptions) {
    this.#options = options;
    options.feed?.blocksKnown?.(false);
  }

  get all(): readonly string[] {
    return [...this.#pairs];
  }

  /** @throws RangeError, and as `Connection.ask` */
  async add(pairs: readonly string[], journal: Journal): Promise<void> {
    checkBlocks(this.#pairs, pairs);
    // First here: what Redis does not take now, `compare` brings it later.
    this.heard(pairs);
    for (let from = 0; from < pairs.length; from += AT_ONCE)
      await journal.announceBlocks(pairs.slice(from, from + AT_ONCE), this.#options.deadlineMs);
  }

  heard(pairs: readonly string[]): void {
    for (const pair of pairs) this.#pairs.add(pair);
    this.#options.feed?.blocked?.(pairs);
  }

  /** Answers how many Redis had. @throws as `Connection.ask` */
  async remove(pairs: readonly string[], journal: Journal): Promise<number> {
    let removed = 0;
    for (let from = 0; from < pairs.length; from += AT_ONCE) {
      const some = pairs.slice(from, from + AT_ONCE);
      removed += await journal.announceUnblocked(some, this.#options.deadlineMs);
      this.lifted(some);
    }
    return removed;
  }

  lifted(pairs: readonly string[]): void {
    for (const pair of pairs) this.#pairs.delete(pair);
    this.#options.feed?.unblocked?.(pairs);
  }

  /** What was announced before this moment may have been missed. */
  unknown(): void {
    this.#areKnown = false;
    this.#options.feed?.blocksKnown?.(false);
  }

  /** Reads them all, and gives Redis those that it lacks. @throws as `Connection.ask` */
  async load(): Promise<void> {
    const { connection, keys, feed, deadlineMs } = this.#options;
    const found = new Set<string>();
    let cursor = '0';
    do {
      const [next, page] = (await connection.ask(
        ['SSCAN', keys.blocks, cursor, 'COUNT', PAGE],
        deadlineMs,
      )) as [Reply, Reply[]];
      for (const pair of page) found.add(String(pair));
      cursor = String(next);
    } while (cursor !== '0');
    const missing: string[] = [];
    const unfound = [...this.#pairs].filter((pair) => !found.has(pair));
    for (let from = 0; from < unfound.length; from += AT_ONCE) {
      const some = unfound.slice(from, from + AT_ONCE);
      const removed = (await connection.ask(['SMISMEMBER', keys.unblocked, ...some], deadlineMs)) as Reply[];
      this.lifted(some.filter((_, at) => Number(removed[at]) === 1));
      missing.push(...some.filter((_, at) => Number(removed[at]) !== 1));
    }
    this.heard([...found].filter((pair) => !this.#pairs.has(pair)));
    this.#areKnown = true;
    feed?.blocksKnown?.(true);
    for (let from = 0; from < missing.length; from += AT_ONCE)
      await connection.ask(
        giveBlocks([keys.blocks, keys.unblocked], missing.slice(from, from + AT_ONCE)),
        deadlineMs,
      );
  }

  /** Counts them, which also keeps them from being the least recently used. @throws as `Connection.ask` */
  async compare(): Promise<void> {
    const { connection, keys, deadlineMs } = this.#options;
    const count = Number(await connection.ask(['SCARD', keys.blocks], deadlineMs));
    if (count !== this.#pairs.size || !this.#areKnown) await this.load();
  }
}

const PAGE = 1_000;
const AT_ONCE = 500;
