import { LRUCache } from 'lru-cache';
import type { Embedder } from '../embedders/embedder.ts';
import type { Entry } from '../lookup/entry.ts';
import type { Hit } from '../lookup/hit.ts';
import { sha256 } from '../lookup/identity.ts';
import type { Question } from '../lookup/question.ts';
import type { Store } from '../stores/store.ts';
import type { Gate } from './gate.ts';
import { decodeLabel, encodeLabel, type Match, scopeOf } from './label.ts';

export interface TeacherParts {
  readonly gate: Gate;
  readonly store: Pick<Store, 'learn'>;
  readonly embedder: Pick<Embedder, 'embed'>;
  /** This wording and the entry's own mean the same. */
  readonly verify: (question: Question, entry: Entry) => void;
  readonly clock: () => number;
  readonly failed: (error: unknown) => void;
}

/** Makes labels of what audits and users find out, for this sidecar's gate and for those of the others. */
export class Teacher {
  readonly #parts: TeacherParts;
  /** Reports that taught something: saying it again makes nothing truer. */
  readonly #reports = new LRUCache<string, true>({ max: mostReports });

  constructor(parts: TeacherParts) {
    this.#parts = parts;
  }

  /** Of an audit. */
  compared(question: Question, { entry, match }: Hit, right: boolean): void {
    if (match === undefined) return;
    if (right) this.#parts.verify(question, entry);
    this.#label(entry, match, right);
  }

  /** Of a user, who says for which prompt the entry was right or wrong: for his own scope, and once. Never rejects. */
  async reported(entry: Entry, prompt: string, right: boolean): Promise<void> {
    if (entry.vector === undefined || entry.text === prompt) return;
    const report = sha256(JSON.stringify([entry.id, prompt, right]));
    if (this.#reports.has(report)) return;
    this.#reports.set(report, true);
    const embedding = await this.#parts.embedder.embed(prompt);
    if (!('vector' in embedding)) {
      this.#reports.delete(report);
      return;
    }
    let cosine = 0;
    for (const [at, component] of entry.vector.entries())
      cosine += component * (embedding.vector[at] as number);
    this.#label(entry, { kind: 'semantic', similarity: Math.min(1, cosine) }, right, { reported: true });
  }

  #label({ id, scope }: Entry, match: Match, right: boolean, source: { reported?: true } = {}): void {
    const label = { ...match, scope: scopeOf(scope), entry: id, right, at: this.#parts.clock(), ...source };
    this.#parts.store.learn([encodeLabel(label)]).catch((error) => this.#parts.failed(error));
  }
}

const mostReports = 10_000;

/** What a gate does with the lines that a store tells. */
export const learning =
  (gate: Gate) =>
  (lines: readonly string[]): void => {
    for (const line of lines) {
      const label = decodeLabel(line);
      if (label !== undefined) gate.add(label);
    }
  };
