import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { realModel } from './real-model.ts';

const model = await realModel();
const embedders = JSON.stringify(join(import.meta.dirname, '../../../../sidecar/embedders/index.ts'));

/** A process that embeds long texts one after the other, and ends in the middle of one. */
const end = (how: string) =>
  promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    `import { createEmbedder } from ${embedders};
     const embedder = createEmbedder({
       model: 'all-MiniLM-L6-v2',
       files: ${JSON.stringify('files' in model ? model.files : undefined)},
       log: { info() {}, warn: console.error },
       deadlineMs: 10000,
     });
     const long = 'word '.repeat(250);
     const keepBusy = () => embedder.embed(long).then((answer) => 'vector' in answer && keepBusy());
     ${how}`,
  ]);

// Ended inside the native runtime, a thread aborts the process: code 134, and a core dump.
test.skipIf('missing' in model).each([
  [
    'process.exit in a run',
    'await embedder.started(); keepBusy(); keepBusy(); setTimeout(() => process.exit(0), 80);',
  ],
  ['process.exit while the model loads', 'setTimeout(() => process.exit(0), 150);'],
  [
    'closing in a run',
    'await embedder.started(); keepBusy(); keepBusy(); setTimeout(() => embedder.close(), 80);',
  ],
  ['closing while the model loads', 'setTimeout(() => embedder.close(), 150);'],
  ['nothing more to do', 'await embedder.started(); await embedder.embed(long);'],
])('%s ends in peace', async (_, how) => {
  expect(await end(how)).toMatchObject({ stderr: '' });
});
