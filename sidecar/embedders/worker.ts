import { workerData } from 'node:worker_threads';
import { compactHeap } from '../compact-heap.ts';
import { ModelChangedError } from './model-file.ts';
import { insideNative } from './native-gate.ts';
import type { Session } from './session.ts';
import type { WorkerAnswer, WorkerSetup } from './task.ts';
import { unitVector } from './unit-vector.ts';
import { readWordPieces } from './word-pieces.ts';

/**
 * Runs inside a worker thread: `InferenceSession.run` blocks the thread that calls it. The first text loads the model; if
 * that fails, it fails again for every text, and whoever started this worker gives it up.
 */
export default async function embed(text: string): Promise<WorkerAnswer> {
  loading ??= load(workerData as WorkerSetup);
  const { wordPieces, run, dimension, pooling, prefix, task } = await loading;
  try {
    const pieces = task === 'verify' ? wordPieces(...pairIn(text)) : wordPieces(prefix + text);
    if (pieces === undefined) return { skipped: 'window' };
    const vector = await run(pieces, (rows) =>
      task === 'verify' ? rows.slice() : unitVector(rows, dimension, pooling),
    );
    if (vector === undefined) return { skipped: 'embedder-error', detail: 'the model gave no finite vector' };
    return { vector, unknown: pieces.unknown };
  } catch (error) {
    // Whoever started this worker looks at the file again, and loads it, or another.
    if (error instanceof ModelChangedError) throw error;
    return { skipped: 'embedder-error', detail: (error as Error).message };
  }
}

let loading: ReturnType<typeof load> | undefined;

async function load({ modelPath, tokenizerPath, gate, ...setup }: WorkerSetup) {
  const { window, dimension, task } = setup;
  const wordPieces = await readWordPieces(tokenizerPath, window);
  // With the runtime's own code, which says what it has to a thread that may be ended meanwhile.
  const session = await insideNative(gate, async () => (await import('./session.ts')).openSession(modelPath));
  const run: Session['run'] = (pieces, read) => insideNative(gate, () => session.run(pieces, read));
  const given = await run(wordPieces('warm-up') ?? { ids: [] }, (_, each) => each);
  if (task === 'embed' && given !== dimension) {
    throw new Error(`the model gives vectors of ${given} numbers, and ${dimension} are expected`);
  }
  // Reading the vocabulary took three times what it takes.
  compactHeap();
  return { ...setup, wordPieces, run };
}

const pairIn = (text: string): [string, string] => JSON.parse(text) as [string, string];
