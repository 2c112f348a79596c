import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { realModel } from './real-model.ts';

const root = join(import.meta.dirname, '../../../..');
const model = await realModel();

/** As in an image: two bundles, and beside them only the packages that cannot be bundled. */
test.skipIf('missing' in model)('a bundle finds its worker beside it', async () => {
  const files = 'files' in model ? model.files : undefined;
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache', 'bundle-'));
  try {
    const entry = join(folder, 'entry.ts');
    writeFileSync(
      entry,
      `import { createEmbedder } from ${JSON.stringify(join(root, 'sidecar/embedders/index.ts'))};
       const log = { info() {}, warn: console.error };
       const embedder = createEmbedder({ model: 'all-MiniLM-L6-v2', files: ${JSON.stringify(files)}, log, deadlineMs: 10000 });
       await embedder.started();
       const embedding = await embedder.embed('hello');
       console.log(embedder.state().detail, embedding.vector.length);
       await embedder.close();`,
    );
    await build({
      entryPoints: { sidecar: entry, 'embedder-worker': join(root, 'sidecar/embedders/worker.ts') },
      outdir: join(folder, 'dist'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      // piscina starts a file of its own folder, and onnxruntime-node is native.
      external: ['piscina', 'onnxruntime-node'],
    });
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'dist/sidecar.js')]);
    expect(stdout.trim()).toBe('The embedding model all-MiniLM-L6-v2 is ready. 384');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
