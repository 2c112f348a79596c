import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { TarEntry } from '../../../../images/tar.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** A program of the tree as one file, a module. */
export async function bundled(entry: string, path: string): Promise<TarEntry> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'silent',
  });
  return { kind: 'text', path: path.replace(/^\//, ''), text: outputFiles[0]?.text ?? '' };
}
