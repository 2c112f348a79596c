import { open, readFile } from 'node:fs/promises';

/**
 * Blocked pairs in a file of their own, one in a line, only ever added to: a block is on the disk when its report is
 * answered, and a damaged snapshot takes none of them along.
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
      return lines.filter((line) => /^[\w-]{22}$/.test(line));
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
}
