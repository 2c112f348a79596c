import type { Settings } from '../../crds/settings.ts';
import type { Embedder } from '../embedders/embedder.ts';
import type { Entry } from '../lookup/entry.ts';
import { isEnabled } from '../lookup/index.ts';
import type { Phase } from '../lookup/phase.ts';
import type { Question } from '../lookup/question.ts';
import { type Lookup, type LookupObserver, learn, lookUp } from '../lookup/run.ts';
import type { Store } from '../stores/store.ts';

/** What the proxy needs of the cache: ask a question, remember an answer. */
export class Cache {
  readonly #phases: readonly Phase[];
  readonly #store: Store;
  readonly #observer: LookupObserver;
  readonly #settings: () => Settings;
  readonly embedder: Embedder;

  constructor(parts: {
    phases: readonly Phase[];
    store: Store;
    embedder: Embedder;
    observer: LookupObserver;
    settings: () => Settings;
  }) {
    this.#phases = parts.phases;
    this.#store = parts.store;
    this.embedder = parts.embedder;
    this.#observer = parts.observer;
    this.#settings = parts.settings;
  }

  ask(question: Question): Promise<Lookup> {
    return lookUp(this.#enabled(), question, this.#observer);
  }

  /**
   * The entry answers in the process from now on; the store has it as soon as its vector is known. A failure of the store
   * costs the entry, not the answer.
   */
  remember(question: Question, entry: Entry): void {
    learn(this.#enabled(), question, entry, this.#observer);
    void this.#put(question, entry).catch((error) => this.#observer.failed('exact', error));
  }

  async #put(question: Question, entry: Entry): Promise<void> {
    const embedding = isEnabled(this.#settings(), 'semantic') ? await question.embedding() : undefined;
    const vector = embedding !== undefined && 'vector' in embedding ? embedding.vector : undefined;
    await this.#store.put({ ...entry, vector }, question.now);
  }

  #enabled(): readonly Phase[] {
    const settings = this.#settings();
    return this.#phases.filter(({ name }) => isEnabled(settings, name));
  }
}
