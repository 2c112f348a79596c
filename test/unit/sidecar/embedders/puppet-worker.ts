import { appendFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { WorkerAnswer, WorkerSetup } from '../../../../sidecar/embedders/task.ts';

/** A worker that does what the text says, and writes down in `modelPath` that it started and what it ran. */
const { modelPath, dimension } = workerData as WorkerSetup;
appendFileSync(modelPath, 'started\n');

export default async function puppet(text: string): Promise<WorkerAnswer> {
  appendFileSync(modelPath, `${text}\n`);
  const [order, value] = text.split(' ');
  if (order === 'exit') process.exit(1);
  if (order === 'throw') throw new Error('as told');
  if (order === 'broken') return { skipped: 'embedder-error', detail: 'as told' };
  if (order === 'sleep') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(value));
  const vector = new Float32Array(dimension);
  vector[text.length % dimension] = 1;
  return { vector, unknown: order === 'unknown' ? 1 : 0 };
}
