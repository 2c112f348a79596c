import { build } from 'esbuild';
import { expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };

it('the client runs on whatever has fetch: nothing of Node, no package, and little of it', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [packageJson.exports['./client']['fourfold-source']],
    bundle: true,
    platform: 'neutral',
    format: 'esm',
    minify: true,
    write: false,
    metafile: true,
  });
  expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([]);
  expect(Object.keys(metafile.inputs).every((path) => path.startsWith('sidecar/client/'))).toBe(true);
  expect(outputFiles[0]?.contents.length).toBeLessThan(8_000);
});
