import type { Settings } from '../../crds/settings.ts';
import type { Embedder } from '../embedders/embedder.ts';
import type { Entry } from '../lookup/entry.ts';
import { isEnabled } from '../lookup/index.ts';
import type { Phase } from '../lookup/phase.ts';
import type { Question } from '../lookup/question.ts';
import { type Keepers, type Lookup, type LookupObserver, learn, lookUp } from '../lookup/run.ts';
import type { Shelf } from '../lookup/shelf.ts';
import { matches, type Removals } from '../stores/removals.ts';
import type { Selector, Store } from '../stores/store.ts';

/** What the proxy needs of the cache: ask a question, remember an answer. */
export class Cache {
  readonly #phases: readonly Phase[];
  readonly #store: Store;
  readonly #shelf: Shelf;
  readonly #clock: () => number;
  readonly #steady: () => number;
  readonly #removals: Removals;
  readonly #observer: LookupObserver;
  readonly #settings: () => Settings;
  readonly #keepers: Keepers;
  readonly embedder: Embedder;

  constructor(parts: {
    phases: readonly Phase[];
    store: Store;
    shelf: Shelf;
    /** Shared with whoever hears of removals elsewhere. */
    removals: Removals;
    clock: () => number;
    steady: () => number;
    embedder: Embedder;
    observer: LookupObserver;
    settings: () => Settings;
    keepers: Keepers;
  }) {
    this.#keepers = parts.keepers;
    this.#phases = parts.phases;
    this.#store = parts.store;
    this.#shelf = parts.shelf;
    this.#removals = parts.removals;
    this.#clock = parts.clock;
    this.#steady = parts.steady;
    this.embedder = parts.embedder;
    this.#observer = parts.observer;
    this.#settings = parts.settings;
  }

  /** `slow` as in `LookupOptions`. */
  async ask(question: Question, slow?: () => void): Promise<Lookup> {
    const lookup = await lookUp(this.#enabled(), question, this.#observer, { ...this.#keepers, slow });
    // Else the entries that the other phases answer most would be the first that a full store lets go.
    if (lookup.hit !== undefined && lookup.hit.phase !== 'exact') this.#store.touch(lookup.hit.entry.id);
    return lookup;
  }

  /** Asks phase 3 only: a request that holds many questions has no wording of its own. */
  async findExact(question: Question): Promise<Lookup> {
    const exact = this.#enabled().filter(({ name }) => name === 'exact');
    return await lookUp(exact, question, this.#observer, { refused: this.#keepers.refused });
  }

  /** Asks the phases of the store only: what agents keep is not worded as questions to a model are. */
  async find(question: Question, observer: LookupObserver): Promise<Lookup> {
    const stored = this.#enabled().filter(({ name }) => name === 'exact' || name === 'semantic');
    const lookup = await lookUp(stored, question, observer);
    if (lookup.hit !== undefined) this.#store.touch(lookup.hit.entry.id);
    return lookup;
  }

  /**
   * Stores the entry, in place of what had its id, and waits for it. False where it was removed since `question.askedAt`.
   * @throws what the store throws.
   */
  async keep(question: Question, entry: Entry): Promise<boolean> {
    const isKept = await this.#put(question, entry);
    // The phases in the process would go on answering with what had this id before.
    if (isKept) this.#shelf.remove([entry.id]);
    return isKept;
  }

  /** How often the entry has answered. */
  uses(id: string): Promise<number> {
    return this.#store.uses(id);
  }

  /**
   * As `ask`, of what ended no longer ago than so many milliseconds. Counted only where it finds something: it is asked
   * after a miss, and one question is one lookup.
   */
  async askStale(question: Question, milliseconds: number): Promise<Lookup> {
    const earlier = question.asOf(Math.max(0, this.#clock() - milliseconds));
    const { asked, failed } = this.#observer;
    const found: LookupObserver = {
      asked: (phase, outcome, ...rest) => {
        if (outcome === 'hit') asked(phase, outcome, ...rest);
      },
      failed,
    };
    return await lookUp(this.#enabled(), earlier, found, this.#keepers);
  }

  /**
   * The entry answers in the process from now on; the store has it as soon as its vector is known. A failure of the store
   * costs the entry, not the answer.
   * @returns a promise of the store's; it never rejects.
   */
  async remember(question: Question, answered: Entry): Promise<void> {
    // What has arrived goes on to its client first. Nothing else comes between: no lookup begins before this goes on.
    await undefined;
    if (this.#removals.since(question.askedAt, answered)) return;
    const entry = this.#newer(answered);
    learn(this.#enabled(), question, entry, 1, this.#observer);
    await this.#put(question, entry).catch((error) => {
      // What the store did not take, no removal would reach.
      this.#shelf.remove([entry.id]);
      this.#observer.failed('exact', error);
    });
  }

  /** An audit found that this question's wording and the entry's mean the same. */
  verify({ signature }: Question, entry: Entry): void {
    if (signature !== undefined) this.#shelf.verify(entry, signature);
  }

  /** Removes from the store, from this process, and from the answers that are still under way. */
  async remove(selector: Selector, options: { dryRun: boolean }): Promise<number> {
    if (!options.dryRun) {
      this.#removals.add(selector, this.#steady());
      this.#shelf.removeMatching((entry) => matches(selector, entry));
    }
    return await this.#store.remove(selector, options);
  }

  async #put(question: Question, entry: Entry): Promise<boolean> {
    const embedding = isEnabled(this.#settings(), 'semantic') ? await question.embedding() : undefined;
    const vector = embedding !== undefined && 'vector' in embedding ? embedding.vector : undefined;
    if (this.#removals.since(question.askedAt, entry)) return false;
    await this.#store.put({ ...entry, vector }, question.now, question.askedAt);
    return true;
  }

  /**
   * Of two answers with one id the later one counts, in every sidecar. This one has just come; a clock that was set back, or
   * is behind those of others, must not make it the earlier one.
   */
  #newer(entry: Entry): Entry {
    const known = this.#shelf.createdAt(entry.id);
    return known === undefined || known < entry.createdAt ? entry : { ...entry, createdAt: known + 1 };
  }

  #enabled(): readonly Phase[] {
    const settings = this.#settings();
    return this.#phases.filter(({ name }) => isEnabled(settings, name));
  }
}
