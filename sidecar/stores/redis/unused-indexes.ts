import type { StoreLog } from '../store.ts';
import type { Command, Reply } from './client.ts';
import { RedisFailure } from './failure.ts';
import type { Keys } from './keys.ts';

export interface UnusedIndexesOptions {
  readonly ask: (command: Command) => Promise<Reply>;
  readonly keys: Pick<Keys, 'indexes'>;
  /** Milliseconds without anybody who needs it, after which an index goes. */
  readonly afterMs: number;
  /** Any steady clock, milliseconds. */
  readonly now: () => number;
  readonly log: StoreLog | undefined;
}

/**
 * Vector indexes that an older schema, another model or another kind of index left behind. Each costs the memory of all
 * vectors again. Every running sidecar says every few seconds which one it needs; what nobody has needed for `afterMs` is
 * dropped, and the entries stay. Whoever drops has been connected for that long itself: after an outage, or in a restored
 * backup, every index looks unused. One that goes all the same is made again by the first sidecar that misses it.
 */
export class UnusedIndexes {
  readonly #options: UnusedIndexesOptions;
  #watchingSince = Number.POSITIVE_INFINITY;

  constructor(options: UnusedIndexesOptions) {
    this.#options = options;
  }

  /** Nobody could be heard before this moment. */
  connected(): void {
    this.#watchingSince = this.#options.now();
  }

  /** This sidecar needs it, now by Redis' clock. @throws RedisFailure where Redis is away. */
  async need(name: string): Promise<void> {
    const { ask, keys } = this.#options;
    try {
      await ask(['ZADD', keys.indexes, await this.#serverNow(), name]);
    } catch (error) {
      if (!(error instanceof RedisFailure) || error.away) throw error;
      // A Redis that takes no writes, for want of memory or as a replica, answers searches. Nobody can be heard meanwhile.
      this.connected();
    }
  }

  /** Answers the names of those that went. @throws RedisFailure */
  async drop(): Promise<readonly string[]> {
    const { ask, keys, afterMs, now, log } = this.#options;
    if (now() - this.#watchingSince < afterMs) return [];
    const until = (await this.#serverNow()) - afterMs;
    const unused = ((await ask(['ZRANGE', keys.indexes, '-inf', until, 'BYSCORE'])) as Reply[]).map(String);
    for (const name of unused) {
      await ask(['FT.DROPINDEX', name]).catch((error) => {
        if (!(error instanceof RedisFailure) || error.kind !== 'no-index') throw error;
      });
      log?.info?.({ index: name }, 'a vector index that no sidecar needs any more was dropped');
    }
    // Only what is still as old: somebody may have come back for one.
    if (unused.length > 0) await ask(['ZREMRANGEBYSCORE', keys.indexes, '-inf', until]);
    return unused;
  }

  async #serverNow(): Promise<number> {
    const [seconds, microseconds] = (await this.#options.ask(['TIME'])) as Reply[];
    return Math.floor(Number(seconds) * 1000 + Number(microseconds) / 1000);
  }
}
