import { join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { parquet } from '../tables/parquet.ts';
import type { RowWriter } from '../tables/table.ts';
import { WholeFile } from '../tables/whole-file.ts';
import { type Decision, decisionColumns } from './decision.ts';
import { fileName, keepNewest, removeLeftovers } from './folder.ts';

export interface WriterOptions {
  readonly folder: string;
  readonly maxBytes: number;
  readonly rotateMs: number;
  readonly maxFiles: number;
}

interface Open {
  readonly file: WholeFile;
  readonly rows: RowWriter;
  /** Milliseconds since the epoch. */
  readonly since: number;
  count: number;
  /** Estimated bytes of all rows, as they are; compressed they are fewer. */
  bytes: number;
}

/** Writes decisions into files of a folder, one after the other; each appears when it is closed, whole. */
export class DecisionWriter {
  readonly #options: WriterOptions;
  readonly #clock: () => number;
  #open: Open | undefined;

  private constructor(options: WriterOptions, clock: () => number) {
    this.#options = options;
    this.#clock = clock;
  }

  static async begin(options: WriterOptions, clock: () => number): Promise<DecisionWriter> {
    await makeFolder(options.folder, 0o700);
    await removeLeftovers(options.folder);
    return new DecisionWriter(options, clock);
  }

  /** Rows in the file that is open: what a crash would lose. */
  get unfinished(): number {
    return this.#open?.count ?? 0;
  }

  async append(decision: Decision): Promise<void> {
    this.#open ??= await this.#begin();
    const open = this.#open;
    await open.rows.append(decision as unknown as Record<string, unknown>);
    open.count++;
    open.bytes += rowBytes + Buffer.byteLength(decision.prompt ?? '');
    if (open.file.bytes >= this.#options.maxBytes || open.bytes >= this.#options.maxBytes * mostCompressed)
      await this.close();
  }

  /** Closes the file where its time is over. */
  async rotate(): Promise<void> {
    if (this.#open !== undefined && this.#clock() - this.#open.since >= this.#options.rotateMs)
      await this.close();
  }

  /** The file that is open is whole from now on; the next row begins another. */
  async close(): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    await open.rows.end();
    await open.file.commit();
    this.#open = undefined;
    await keepNewest(this.#options.folder, this.#options.maxFiles);
  }

  /** Gives the file that is open up, after a failure. */
  async abandon(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.file.abandon().catch(() => {});
  }

  async #begin(): Promise<Open> {
    const now = this.#clock();
    const file = await WholeFile.begin(join(this.#options.folder, fileName(now)));
    const rows = await parquet.write(decisionColumns, file.write);
    return { file, rows, since: now, count: 0, bytes: 0 };
  }
}

/** An estimate of a row without its prompt. */
const rowBytes = 250;
/** Rows wait in memory until a group of them is written, so the file alone does not tell how large it will be. */
const mostCompressed = 8;
