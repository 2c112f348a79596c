import type { SkipReason } from '../reasons.ts';

/** Turns a text into a unit vector, off the event loop, within a bound. Never throws for a text: a "no" has its reason. */
export interface Embedder {
  /** Name of the model as configured, for example `all-MiniLM-L6-v2`. */
  readonly model: string;
  readonly dimension: number;
  /**
   * One text, one run of the model. Texts longer than the model's window are refused (`window`), never truncated:
   * two prompts that differ only past the window would score 1.0.
   */
  embed(text: string): Promise<Embedding>;
  state(): EmbedderState;
  close(): Promise<void>;
}

export type Embedding =
  | {
      readonly vector: Float32Array;
      /**
       * Words (an emoji, many Chinese characters) that the model does not know. It sees one and the same mark for each of
       * them, so two texts that differ only there score 1.0, as truncated ones would. Absent when there is none.
       */
      readonly unknown?: number;
    }
  | { readonly skipped: SkipReason };

export interface EmbedderState {
  readonly ready: boolean;
  /** One sentence for readiness detail and log: why phase 4 is off, and what would switch it on. */
  readonly detail: string;
  /** Texts waiting for a worker. */
  readonly queued: number;
}
