import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Sink } from './table.ts';

/**
 * A file that is there whole or not at all: written under a name of its own, flushed to the disk, then renamed. After a crash
 * what had its name has its content.
 */
export class WholeFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  #bytes = 0;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  static async begin(path: string): Promise<WholeFile> {
    return new WholeFile(path, await open(unfinished(path), 'w', 0o600));
  }

  get bytes(): number {
    return this.#bytes;
  }

  readonly write: Sink = async (bytes) => {
    await this.#handle.writeFile(bytes);
    this.#bytes += bytes.length;
  };

  async commit(): Promise<void> {
    await this.#handle.sync();
    await this.#handle.close();
    await rename(unfinished(this.#path), this.#path);
    // The name is on the disk when its folder is.
    const folder = await open(dirname(this.#path), 'r');
    await folder.sync().finally(() => folder.close());
  }

  async abandon(): Promise<void> {
    await this.#handle.close().catch(() => {});
    await rm(unfinished(this.#path), { force: true });
  }
}

/** Hidden, and with an ending that no reader of a folder takes for a table. */
export const unfinished = (path: string): string => join(dirname(path), `.${basename(path)}.part`);
