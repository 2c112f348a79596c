import { dirname } from 'node:path';
import { fetchModel, modelNames } from '../sidecar/models/index.ts';
import { file } from './files.ts';
import type { Image } from './image.ts';
import { node, nodePath } from './node.ts';
import { bundles, installed } from './program.ts';

/** The sidecar with its model: it starts without a network. */
export async function sidecar(name: string): Promise<Image> {
  const models = await Promise.all(modelNames.map(modelFiles));
  return {
    name,
    layers: [
      await node(),
      [
        // What `build.ts` leaves outside the bundles, and what those packages need in turn.
        ...(await installed('onnxruntime-node', 'dist', `bin/napi-v6/linux/${process.arch}`)),
        ...(await installed('onnxruntime-common', 'dist/cjs')),
        ...(await installed('usearch', 'javascript/dist/esm', `prebuilds/linux-${process.arch}`)),
        ...(await installed('node-gyp-build', 'index.js', 'node-gyp-build.js')),
        ...(await installed('bindings', 'bindings.js')),
        ...(await installed('file-uri-to-path', 'index.js')),
        ...(await installed('piscina', 'dist')),
        ...models.flat(),
      ],
      await bundles('sidecar', 'embedder-worker', 'decision-log-worker'),
    ],
    // As `cli.ts` says in its first line.
    entrypoint: [
      nodePath,
      '--min-semi-space-size=4',
      '--max-semi-space-size=8',
      '--no-parallel-scavenge',
      '--no-maglev',
      '--invocation-count-for-turbofan=400',
      '--heap-growing-percent=20',
      '/app/dist/fourfold.js',
    ],
    command: ['serve'],
    environment: {
      FOURFOLD_MODEL_DIR: `/app/models/${modelNames[0]}`,
      NODE_ENV: 'production',
      MALLOC_MMAP_THRESHOLD_: '131072',
      MALLOC_ARENA_MAX: '2',
    },
    folder: '/app',
  };
}

async function modelFiles(name: string) {
  const { modelPath, tokenizerPath } = await fetchModel({ name, env: process.env, out: process.stdout });
  const inside = `/app/models/${name}`;
  const base = (path: string) => path.slice(dirname(path).length + 1);
  return Promise.all([modelPath, tokenizerPath].map((path) => file(path, `${inside}/${base(path)}`, 0o644)));
}
