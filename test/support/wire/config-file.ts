import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A configuration in a file, as a mounted ConfigMap is, for `FOURFOLD_CONFIG`. It goes when the test process goes. */
export function configFile(spec: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'fourfold-test-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify(spec));
  return file;
}
