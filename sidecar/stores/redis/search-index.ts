import { randomUUID } from 'node:crypto';
import type { RedisSettings } from '../../../crds/settings.ts';
import type { StoreLog } from '../store.ts';
import { searchUnavailable } from '../unavailable.ts';
import type { Command, Reply } from './client.ts';
import type { Connection } from './connection.ts';
import { RedisFailure } from './failure.ts';
import type { Keys } from './keys.ts';
import { createIndex, type IndexShape, type IndexState, readIndexState, vectorField } from './query.ts';
import { RECORD_VERSION } from './record.ts';
import { searchSpansCluster } from './spanning.ts';
import { UnusedIndexes } from './unused-indexes.ts';

export type SearchCondition =
  /** Not looked at yet, or being made. */
  | 'starting'
  | 'ready'
  /** This Redis has no search. */
  | 'absent'
  /** Each shard would search its own part and call it all. */
  | 'partial';

/**
 * The vector index of one cache: made if it is missing, by one sidecar, and looked at again only when a search says that
 * it is gone. Entries are written without regard to it; Redis keeps it up to date by itself.
 */
export class SearchIndex {
  readonly shape: IndexShape;
  readonly #connection: Connection;
  readonly #keys: Keys;
  readonly #deadlineMs: number;
  readonly #log: StoreLog | undefined;
  readonly #unused: UnusedIndexes;
  #condition: SearchCondition = 'starting';
  #told: SearchCondition | undefined;
  #state: IndexState = { documents: 0, failures: 0, building: false };
  #created = 0;
  #ensuring: Promise<void> | undefined;

  constructor(options: {
    connection: Connection;
    keys: Keys;
    model: string;
    dimension: number;
    maxEntries: number;
    settings: RedisSettings['index'];
    deadlineMs: number;
    /** Milliseconds, for indexes that no sidecar needs. */
    unusedAfterMs: number;
    log: StoreLog | undefined;
  }) {
    const { keys, model, dimension, settings } = options;
    this.#connection = options.connection;
    this.#keys = keys;
    this.#deadlineMs = options.deadlineMs;
    this.#log = options.log;
    this.#unused = new UnusedIndexes({
      ask: (command) => this.#ask(command),
      keys,
      afterMs: options.unusedAfterMs,
      now: () => performance.now(),
      log: options.log,
    });
    options.connection.onUp(() => this.#unused.connected());
    const { type: _, ...graph } = settings;
    const kind = isGraph(settings.type, options.maxEntries)
      ? ({ type: 'hnsw', ...graph } as const)
      : ({ type: 'flat' } as const);
    const distinction =
      kind.type === 'flat' ? 'flat' : `hnsw-${graph.m}-${graph.efConstruction}-${graph.efRuntime}`;
    this.shape = {
      name: keys.index(RECORD_VERSION, model, dimension, distinction),
      prefix: keys.entries,
      vectorField: vectorField(model, dimension),
      dimension,
      kind,
    };
  }

  get condition(): SearchCondition {
    return this.#condition;
  }

  /** As last looked at, and how often this sidecar made the index. */
  get state(): IndexState & { created: number } {
    return { ...this.#state, created: this.#created };
  }

  /** Asks the index. @throws StoreUnavailable where there is none to ask. */
  async search(command: Command, deadlineMs?: number): Promise<Reply> {
    if (this.#condition !== 'ready') throw searchUnavailable;
    try {
      return await this.#connection.ask(command, deadlineMs);
    } catch (error) {
      if (!(error instanceof RedisFailure) || !['no-index', 'no-search'].includes(error.kind)) throw error;
      this.#condition = 'starting';
      void this.ensure();
      throw searchUnavailable;
    }
  }

  /** Never fails: what is wrong shows in `condition`. */
  ensure(): Promise<void> {
    this.#ensuring ??= this.#ensure()
      .catch((error) => {
        // The connection counts and tells its failures; a search, or the next connection, tries again.
        if (error instanceof RedisFailure && error.kind === 'no-search') this.#become('absent');
      })
      .finally(() => {
        this.#ensuring = undefined;
      });
    return this.#ensuring;
  }

  async #ensure(): Promise<void> {
    if (await this.look()) return this.#become('ready');
    if (this.#condition === 'absent' || this.#condition === 'partial') return;
    if (this.#connection.form === 'cluster') {
      const spans = await searchSpansCluster(this.#connection.shards(), this.#keys, this.#deadlineMs);
      if (spans === undefined) return;
      if (!spans) return this.#become('partial');
    }
    const lock = this.#keys.lock(`index:${this.shape.name}`);
    const mine = randomUUID();
    if ((await this.#ask(['SET', lock, mine, 'NX', 'PX', LOCK_MILLISECONDS])) === null) {
      await this.#awaitOther();
      return;
    }
    try {
      await this.#create();
    } finally {
      if (String(await this.#ask(['GET', lock])) === mine) await this.#ask(['UNLINK', lock]);
    }
    await this.look();
    this.#become('ready');
  }

  /** Whether the index is there; in passing, how it is. */
  async look(): Promise<boolean> {
    try {
      // In a cluster, one shard's answer says nothing until it is known that search spans them all.
      if (this.#connection.form === 'cluster' && this.#told === undefined) return false;
      if (this.#told === 'partial') return false;
      this.#state = readIndexState(await this.#ask(['FT.INFO', this.shape.name]));
      await this.#unused.need(this.shape.name);
      return true;
    } catch (error) {
      if (!(error instanceof RedisFailure)) throw error;
      if (error.kind === 'no-search') this.#become('absent');
      else if (error.kind !== 'no-index') throw error;
      // Another server, which has search.
      else if (this.#condition === 'absent') this.#condition = 'starting';
      return false;
    }
  }

  /** Lets go what no sidecar has needed for long; what this one needs is never among it. @throws RedisFailure */
  async dropUnused(): Promise<void> {
    if (this.#condition === 'ready') await this.#unused.drop();
  }

  async #create(): Promise<void> {
    try {
      await this.#ask(createIndex(this.shape));
      this.#created++;
      this.#log?.info?.({ index: this.shape.name, kind: this.shape.kind.type }, 'the vector index was made');
    } catch (error) {
      if (!(error instanceof Error) || !/already exists/i.test(error.message)) throw error;
    }
  }

  async #awaitOther(): Promise<void> {
    for (const end = performance.now() + LOCK_MILLISECONDS; performance.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_PAUSE).unref());
      if (await this.look()) return this.#become('ready');
    }
  }

  #become(condition: SearchCondition): void {
    this.#condition = condition;
    if (this.#told === condition) return;
    const recovered = this.#told !== undefined && condition === 'ready';
    this.#told = condition;
    if (condition === 'absent' || condition === 'partial')
      this.#log?.warn({ condition }, sentences[condition]);
    else if (recovered) this.#log?.info?.({ condition }, 'phase 4 is asked');
  }

  #ask(command: Command): Promise<Reply> {
    return this.#connection.ask(command, this.#deadlineMs);
  }
}

const sentences = {
  absent: 'this Redis has no search: phase 4 finds nothing, phase 3 goes on',
  partial:
    'search does not span this cluster: phase 4 would miss what lies on other shards and is off; phase 3 goes on',
} as const;

/** A graph answers sooner than a comparison with all from about this many entries on, see docs/decisions. */
function isGraph(type: RedisSettings['index']['type'], maxEntries: number): boolean {
  return type === 'auto' ? maxEntries > GRAPH_FROM : type === 'hnsw';
}

const GRAPH_FROM = 20_000;
/** Milliseconds. */
const LOCK_MILLISECONDS = 5_000;
const LOOK_PAUSE = 50;
