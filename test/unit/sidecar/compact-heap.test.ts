import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { compactHeap } from '../../../sidecar/compact-heap.ts';
import { nativeGate } from '../../../sidecar/embedders/native-gate.ts';
import { workerUrl } from '../../../sidecar/embedders/worker-url.ts';
import { realModel } from './embedders/real-model.ts';

const model = await realModel();
const mib = 2 ** 20;

test('the pages of what is no longer needed are given back', () => {
  let lists: number[][] | undefined = Array.from({ length: 400 }, () => new Array(10_000).fill(0));
  const filled = process.memoryUsage().heapTotal;
  expect(lists).toHaveLength(400);
  lists = undefined;
  compactHeap();
  expect(process.memoryUsage().heapTotal).toBeLessThan(filled - 25 * mib);
});

test.skipIf('missing' in model)(
  'a worker that has loaded its model holds little more than it uses',
  async () => {
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
     import(workerData.worker)
       .then(({ default: embed }) => embed('hello'))
       .then(() => parentPort.postMessage(require('node:v8').getHeapStatistics()));`,
      {
        eval: true,
        workerData: {
          ...('files' in model && model.files),
          ...{ worker: workerUrl.href, gate: nativeGate() },
          ...{ window: 256, dimension: 384, pooling: 'mean', prefix: '', task: 'embed' },
        },
      },
    );
    const heap = await new Promise<{ total_heap_size: number; used_heap_size: number }>((resolve, reject) => {
      worker.once('message', resolve).once('error', reject);
    });
    await worker.terminate();
    expect(heap.total_heap_size - heap.used_heap_size).toBeLessThan(8 * mib);
  },
);
