import type { NativeGate } from './native-gate.ts';

/** What crosses between the process and its embedding workers. */

/** Given to a worker when it starts. */
export interface WorkerSetup {
  readonly modelPath: string;
  readonly tokenizerPath: string;
  readonly window: number;
  readonly dimension: number;
  /** Passed while the native runtime works. */
  readonly gate: NativeGate;
}

/** A task is the text alone. */
export type WorkerAnswer =
  | { readonly vector: Float32Array; readonly unknown: number; readonly runMs: number }
  | { readonly skipped: 'window' | 'embedder-error'; readonly detail?: string };
