import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { mostLabels } from './store.ts';

/** What was learned, one line each, only ever added to while the process runs; the oldest are left out at the next start. */
export class LabelsFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** The newest, oldest first. @throws the system's error. */
  async read(): Promise<string[]> {
    const lines = (await this.#text()).split('\n').filter((line) => line !== '');
    if (lines.length <= 2 * mostLabels) return lines.slice(-mostLabels);
    const kept = lines.slice(-mostLabels);
    await writeFile(`${this.#path}.tmp`, `${kept.join('\n')}\n`, { mode: 0o600 });
    await rename(`${this.#path}.tmp`, this.#path);
    return kept;
  }

  /** Not flushed: a label that a crash takes is one of many. */
  async append(labels: readonly string[]): Promise<void> {
    await appendFile(this.#path, `\n${labels.join('\n')}\n`, { mode: 0o600 });
  }

  async #text(): Promise<string> {
    try {
      return await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    }
  }
}
