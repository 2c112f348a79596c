import type { Pooling } from '../models/index.ts';
import type { NativeGate } from './native-gate.ts';

/** What crosses between the process and its embedding workers. */

/** Given to a worker when it starts. */
export interface WorkerSetup {
  readonly modelPath: string;
  readonly tokenizerPath: string;
  readonly window: number;
  /** Of the vectors; a verifier's answer has whatever the model gives. */
  readonly dimension: number;
  readonly pooling: Pooling;
  /** Before each text. */
  readonly prefix: string;
  /** `verify`: the task is two texts, as a JSON list, and the answer what the model says of them. */
  readonly task: 'embed' | 'verify';
  /** Passed while the native runtime works. */
  readonly gate: NativeGate;
}

/** A task is a text. */
export type WorkerAnswer =
  | { readonly vector: Float32Array; readonly unknown: number }
  | { readonly skipped: 'window' | 'embedder-error'; readonly detail?: string };
