import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const pool = JSON.stringify(join(import.meta.dirname, '../../../../sidecar/embedders/worker-pool.ts'));
const greedy = JSON.stringify(pathToFileURL(join(import.meta.dirname, 'greedy-worker.ts')).href);

test('a worker has the young generation of its limits, whatever the command gives the main thread', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['--min-semi-space-size=4', '--max-semi-space-size=8', '--input-type=module', '-e'],
    `import { startWorkerPool } from ${pool};
     const pool = startWorkerPool({ worker: new URL(${greedy}), workers: 1, setup: {}, onBroken: console.error });
     console.log(await pool.run(''));
     await pool.close();`,
  ]);
  expect(Number(stdout)).toBeGreaterThan(0);
  expect(Number(stdout)).toBeLessThan(3);
});
