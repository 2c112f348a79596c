import { open, readFile, rename } from 'node:fs/promises';
import { blockedPair } from './store.ts';

/**
 * Blocked pairs in a file of their own, one in a line, added to until an admin removes some: a block is on the disk when its
 * report is answered, and a damaged snapshot takes none of them along.
 */
export class BlocksFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** A line that a crash has cut is none: its report was never answered. @throws the system's error. */
  async read(): Promise<string[]> {
    try {
      const lines = (await readFile(this.#path, 'utf8')).split('\n');
      return lines.filter((line) => blockedPair.test(line));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  async append(pairs: readonly string[]): Promise<void> {
    if (pairs.length === 0) return;
    const file = await open(this.#path, 'a', 0o600);
    try {
      // A line of its own, also after one that was cut.
      await file.appendFile(`\n${pairs.join('\n')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** All there is from now on. A crash leaves the one file or the other. @throws the system's error. */
  async replace(pairs: readonly string[]): Promise<void> {
    const file = await open(`${this.#path}.tmp`, 'w', 0o600);
    try {
      await file.writeFile(`${pairs.join('\n')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${this.#path}.tmp`, this.#path);
  }
}
