import type { Looked, Result, ResultCache } from './result-cache.ts';
import { Sequence } from './sequence.ts';

/** What is kept of one server, in order: whoever looks something up finds what was kept before, and nothing forgotten. */
export class Notebook {
  readonly #cache: ResultCache;
  readonly #names: () => readonly string[];
  readonly #work = new Sequence(() => {});
  /** Something that should have been forgotten may be there still. */
  #isDoubtful = false;
  #forgetting = false;
  #changes = 0;

  /** `names`: of all tools of whose results some may be kept. */
  constructor(cache: ResultCache, names: () => readonly string[]) {
    this.#cache = cache;
    this.#names = names;
  }

  /** How often all was forgotten. */
  get changes(): number {
    return this.#changes;
  }

  /** Undefined where nothing that is found could be trusted. Never rejects. */
  async find(tool: string, input: unknown): Promise<Looked | undefined> {
    await this.#work.done();
    if (this.#isDoubtful) {
      this.#forget();
      await this.#work.done();
    }
    return this.#isDoubtful ? undefined : await this.#cache.find(tool, input);
  }

  keep(tool: string, input: unknown, result: Result, asOf: number | undefined): void {
    const { changes } = this;
    this.#work.add(async () => {
      if (changes === this.#changes) await this.#cache.keep(tool, input, result, asOf);
    });
  }

  forgetAll(): void {
    this.#changes++;
    this.#isDoubtful = true;
    this.#forget();
  }

  async upToDate(): Promise<void> {
    await this.#work.done();
  }

  #forget(): void {
    // One that has not begun does it for all.
    if (this.#forgetting) return;
    this.#forgetting = true;
    this.#work.add(async () => {
      this.#forgetting = false;
      const { changes } = this;
      await Promise.all(this.#names().map((name) => this.#cache.drop(name)));
      if (changes === this.#changes) this.#isDoubtful = false;
    });
  }
}
