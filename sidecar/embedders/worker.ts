import { workerData } from 'node:worker_threads';
import { insideNative } from './native-gate.ts';
import { openSession } from './session.ts';
import type { WorkerAnswer, WorkerSetup } from './task.ts';
import { unitVector } from './unit-vector.ts';
import { readWordPieces } from './word-pieces.ts';

/**
 * Runs inside a worker thread: `InferenceSession.run` blocks the thread that calls it. The first text loads the model; if
 * that fails, it fails again for every text, and whoever started this worker gives it up.
 */
export default async function embed(text: string): Promise<WorkerAnswer> {
  loading ??= load(workerData as WorkerSetup);
  const { wordPieces, run, dimension } = await loading;
  try {
    const pieces = wordPieces(text);
    if (pieces === undefined) return { skipped: 'window' };
    const start = performance.now();
    const output = await run(pieces.ids);
    const runMs = performance.now() - start;
    const vector = unitVector(output.rows, dimension);
    if (vector === undefined) return { skipped: 'embedder-error', detail: 'the model gave no finite vector' };
    return { vector, unknown: pieces.unknown, runMs };
  } catch (error) {
    return { skipped: 'embedder-error', detail: (error as Error).message };
  }
}

let loading: ReturnType<typeof load> | undefined;

async function load({ modelPath, tokenizerPath, window, dimension, gate }: WorkerSetup) {
  const wordPieces = await readWordPieces(tokenizerPath, window);
  const session = await insideNative(gate, () => openSession(modelPath));
  const run = (ids: readonly number[]) => insideNative(gate, () => session.run(ids));
  const trial = await run(wordPieces('warm-up')?.ids ?? []);
  if (trial.dimension !== dimension) {
    throw new Error(`the model gives vectors of ${trial.dimension} numbers, and ${dimension} are expected`);
  }
  return { wordPieces, run, dimension };
}
