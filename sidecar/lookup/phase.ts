import type { RefusalReason, SkipReason } from '../reasons.ts';
import type { Entry } from './entry.ts';
import type { Question } from './question.ts';

/** In the order in which they are asked: the cheapest and surest first. */
export type PhaseName = 'fingerprint' | 'near-miss' | 'exact' | 'semantic';

/**
 * One way of finding the answer to a question. A phase only finds: age, promotion, counting and what a failure means are
 * decided in `run.ts`, once for all phases.
 */
export interface Phase {
  readonly name: PhaseName;
  /** It asks the store: where that could not answer a phase before, it is not asked again for the same question. */
  readonly asksStore?: boolean;
  /** Each answer of its store takes long now: where a phase before it asks that too, it asks beside it. */
  readonly hurries?: boolean;
  /** In-process phases answer at once, the others when their store has. May throw. */
  find(question: Question): Finding | Promise<Finding>;
  /**
   * From now on this question finds that entry: a new answer (cosine 1), or a hit of a later phase that is promoted. A
   * promoted hit answers only where its cosine suffices, is as doubtful as it was before (`overlap` as in `Finding`), and
   * never extends the entry's life.
   */
  learn?(question: Question, entry: Entry, cosine: number, overlap?: number): void | Promise<void>;
}

export type Finding =
  | {
      readonly hit: Entry;
      readonly similarity: number;
      /** Where the match rests on one, now or when its wording was promoted: only so strict a question may be answered. */
      readonly cosine?: number;
      /** Likewise of words, where the match rests on their overlap. */
      readonly overlap?: number | undefined;
      /** An audit found that this very wording and the entry's own text mean the same. */
      readonly verified?: boolean;
    }
  | {
      readonly hit?: undefined;
      /** Similarity of the best candidate, where there was one. */
      readonly best?: number;
      /** A guard's word, or why the best candidate was not good enough. */
      readonly refused?: string | RefusalReason;
      /** Why the phase could not look at all. */
      readonly skipped?: SkipReason;
    };

export const nothing: Finding = {};
