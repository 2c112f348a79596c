import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('the sidecar is loaded without the fetch of node', { timeout: 30_000 }, async () => {
  const sidecar = new URL('../../../sidecar/process.ts', import.meta.url);
  const load = `await import('${sidecar}'); console.log(process.moduleLoadList.join('\\n'));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', load]);
  expect(stdout.split('\n')).toContain('NativeModule http');
  expect(stdout).not.toContain('internal/deps/undici');
});
