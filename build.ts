import { execFile } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, type Plugin } from 'esbuild';

/** What the Parquet library rests on makes buffers in a way that node warns of, outside node_modules. */
const buffers: Plugin = {
  name: 'buffers',
  setup: ({ onLoad }) =>
    onLoad({ filter: /node_modules\/(?:node-int64|thrift)\/.*\.js$/ }, async ({ path }) => ({
      contents: `const bufferOf = (from, ...more) => typeof from === 'number' ? Buffer.alloc(from) : Buffer.from(from, ...more);
${(await readFile(path, 'utf8')).replaceAll('new Buffer(', 'bufferOf(')}`,
    })),
};

/**
 * One file for each process and for the embedding worker, as images and the package ship them: a third of the start time
 * and of the memory of the sources. What is native stays outside.
 */
await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: {
    fourfold: 'cli.ts',
    sidecar: 'sidecar/process.ts',
    operator: 'operator/process.ts',
    'embedder-worker': 'sidecar/embedders/worker.ts',
    'decision-log-worker': 'sidecar/decisions/worker.ts',
  },
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minify: true,
  legalComments: 'none',
  external: ['onnxruntime-node', 'usearch', 'piscina'],
  plugins: [buffers],
  // The Parquet library reads from S3 as well, which would be two thirds of its bundle.
  alias: { '@aws-sdk/client-s3': './sidecar/tables/no-s3.ts' },
  // The command is a file of its own, so that it can set the stage before the process's bundle is loaded.
  splitting: true,
  chunkNames: '[name]-[hash]',
  // Some of the bundled packages are CommonJS and ask for node's own modules at run time.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'info',
});

/** What applications import, on whatever runs JavaScript: without node's modules, and with its types. */
const client = 'sidecar/client/client.ts';
await build({
  entryPoints: [client],
  outdir: 'dist/client',
  bundle: true,
  platform: 'neutral',
  target: 'es2022',
  format: 'esm',
  logLevel: 'info',
});
await promisify(execFile)(fileURLToPath(new URL('node_modules/.bin/tsc', import.meta.url)), [
  ...['--ignoreConfig', '--target', 'es2024', '--lib', 'es2024', '--types', 'node', '--module', 'nodenext'],
  ...['--strict', '--allowImportingTsExtensions', '--declaration', '--emitDeclarationOnly'],
  ...['--outDir', 'dist/client', client],
]);
// TypeScript leaves the names of sources in what it declares.
for (const name of (await readdir('dist/client')).filter((each) => each.endsWith('.d.ts'))) {
  const text = await readFile(`dist/client/${name}`, 'utf8');
  await writeFile(`dist/client/${name}`, text.replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'"));
}
