import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { keptUntil } from '../lookup/entry.ts';
import { makeFolder } from '../make-folder.ts';
import { BlocksFile } from './blocks-file.ts';
import type { FolderLock } from './folder-lock.ts';
import { lockFolder } from './folder-lock.ts';
import { LabelsFile } from './labels-file.ts';
import type { MemoryStoreOptions } from './memory.ts';
import { MemoryStore } from './memory.ts';
import type { SnapshotRecord } from './snapshot-file.ts';
import { DamagedSnapshot, readSnapshot, snapshotHeader, writeSnapshot } from './snapshot-file.ts';
import { checkBlocks, type Selector, type SnapshotStats, type StoreStats } from './store.ts';

export interface SnapshotOptions extends MemoryStoreOptions {
  /** Name of the embedding model: vectors of another one are not comparable and are dropped. */
  readonly model: string;
  /** How long a change may stay in memory only. */
  readonly intervalMilliseconds?: number;
}

/** The embedded store with a folder: what it held is there again after a restart. */
export async function openSnapshotStore(folder: string, options: SnapshotOptions): Promise<SnapshotStore> {
  await makeFolder(folder, 0o700).catch((error: Error) => {
    throw new Error(`store: expected a folder that is there or can be made, found ${error.message}`);
  });
  const lock = await lockFolder(folder);
  try {
    const store = await SnapshotStore.load(folder, lock, options);
    await store.loadReports();
    return store;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

export class SnapshotStore extends MemoryStore {
  readonly #path: string;
  readonly #blocks: BlocksFile;
  /** Ends with the last report; its failure is its caller's. */
  #blocking: Promise<void> = Promise.resolve();
  readonly #labels: LabelsFile;
  readonly #lock: FolderLock;
  readonly #options: SnapshotOptions;
  readonly #interval: number;
  readonly #counts = { written: 0, failed: 0, damaged: 0, loaded: 0, vectorsDropped: 0 };
  /** The revision that the file shows. */
  #saved = 0;
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer fires, by `performance.now()`. */
  #due = Number.POSITIVE_INFINITY;
  #lastDuration = 0;
  #ending = false;

  private constructor(folder: string, lock: FolderLock, options: SnapshotOptions) {
    super(options);
    this.#path = join(folder, FILE);
    this.#blocks = new BlocksFile(join(folder, BLOCKS));
    this.#labels = new LabelsFile(join(folder, LABELS));
    this.#lock = lock;
    this.#options = options;
    this.#interval = options.intervalMilliseconds ?? INTERVAL_MILLISECONDS;
  }

  static async load(folder: string, lock: FolderLock, options: SnapshotOptions): Promise<SnapshotStore> {
    const store = new SnapshotStore(folder, lock, options);
    const damage = await store.#load();
    if (damage === undefined) return store;
    // Some entries may have been read before the damage was met, and one of them may be wrong.
    await store.#abandon();
    const aside = `${store.#path}.damaged-${new Date().toISOString().replaceAll(':', '-')}`;
    await rename(store.#path, aside);
    options.log?.warn(
      { err: damage, file: store.#path, aside },
      'the snapshot is damaged: set aside, starting empty',
    );
    const empty = new SnapshotStore(folder, lock, options);
    empty.#counts.damaged = 1;
    empty.#schedule(empty.#interval);
    return empty;
  }

  /** A removal is a promise that the entry will not come back, so it does not wait for the interval. */
  override async remove(selector: Selector, options: { dryRun?: boolean } = {}): Promise<number> {
    const removed = await super.remove(selector, options);
    if (removed > 0 && !options.dryRun) this.#schedule(Math.max(SOON_MILLISECONDS, 5 * this.#lastDuration));
    return removed;
  }

  /**
   * What was reported wrong must not wait for the interval at all. One report after the other, and on the disk first: what
   * is known here is on the disk, so that a report which failed may be sent again.
   */
  override block(pairs: readonly string[]): Promise<void> {
    const blocked = this.#blocking.then(async () => {
      const known = new Set(await this.blocks());
      checkBlocks(known, pairs);
      await this.#blocks.append(pairs.filter((pair) => !known.has(pair)));
      await super.block(pairs);
    });
    this.#blocking = blocked.catch(() => {});
    return blocked;
  }

  override unblock(pairs: readonly string[]): Promise<number> {
    const removed = this.#blocking.then(async () => {
      const left = new Set(await this.blocks());
      for (const pair of pairs) left.delete(pair);
      await this.#blocks.replace([...left]);
      return await super.unblock(pairs);
    });
    this.#blocking = removed.then(
      () => {},
      () => {},
    );
    return removed;
  }

  override async learn(labels: readonly string[]): Promise<void> {
    await super.learn(labels);
    await this.#labels.append(labels);
  }

  async loadReports(): Promise<void> {
    await super.block(await this.#blocks.read());
    await super.learn(await this.#labels.read());
  }

  override stats(): StoreStats & { snapshot: SnapshotStats } {
    return { ...super.stats(), snapshot: { ...this.#counts } };
  }

  override async close(): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    clearTimeout(this.#timer);
    await this.#writing;
    await this.#write();
    await super.close();
    await this.#lock.release();
  }

  /** Leaves the file and the lock alone. */
  #abandon(): Promise<void> {
    return super.close();
  }

  async #load(): Promise<DamagedSnapshot | undefined> {
    const now = (this.#options.now ?? Date.now)();
    const { model, dimension } = this.#options;
    let comparable = true;
    try {
      await readSnapshot(this.#path, {
        header: (header) => {
          comparable = header.model === model && header.dimension === dimension;
          if (comparable) return;
          this.#options.log?.warn(
            { found: `${header.model} (${header.dimension})`, expected: `${model} (${dimension})` },
            'the snapshot is of another embedding model: exact entries stay, vectors are dropped',
          );
        },
        record: (record) => this.#restore(record, comparable, now),
      });
    } catch (error) {
      if (error instanceof DamagedSnapshot) return error;
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    this.#saved = comparable ? this.revision : -1;
    this.#schedule(this.#interval);
    return undefined;
  }

  async #restore({ entry, aliases }: SnapshotRecord, comparable: boolean, now: number): Promise<void> {
    if (keptUntil(entry) <= now) return;
    const dropVector = !comparable && entry.vector !== undefined;
    await this.put(dropVector ? { ...entry, vector: undefined } : entry, now);
    for (const alias of aliases) await this.alias(alias, entry.id, now);
    this.#counts.loaded++;
    if (dropVector) this.#counts.vectorsDropped++;
  }

  #schedule(milliseconds: number): void {
    const due = performance.now() + milliseconds;
    if (this.#ending || due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#due = Number.POSITIVE_INFINITY;
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined;
        this.#schedule(this.#interval);
      });
    }, milliseconds).unref();
  }

  /** Does not throw: the cache works on without its file, and the next interval tries again. */
  async #write(): Promise<void> {
    const { revision } = this;
    if (revision === this.#saved) return;
    const started = performance.now();
    try {
      if (!(await this.#lock.held())) throw new Error('another process has taken the folder');
      const { model, dimension } = this.#options;
      await writeSnapshot(this.#path, snapshotHeader(model, dimension), this.#records());
      this.#saved = revision;
      this.#counts.written++;
    } catch (error) {
      this.#counts.failed++;
      this.#options.log?.warn({ err: error, file: this.#path }, 'the snapshot could not be written');
    }
    this.#lastDuration = performance.now() - started;
  }

  /** Entries may come and go while they are written: each is whole, and together they are of about this time. */
  *#records(): Generator<SnapshotRecord> {
    for (const id of this.ids()) {
      const held = this.held(id);
      if (held !== undefined) yield held;
    }
  }
}

const FILE = 'entries.zst';
const BLOCKS = 'blocks';
const LABELS = 'labels';
const INTERVAL_MILLISECONDS = 60_000;
const SOON_MILLISECONDS = 1_000;
