import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { generated } from '../../generate.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('finds every generated page as the code says', async () => {
  const { stderr } = await promisify(execFile)(process.execPath, ['generate.ts', '--check'], {
    cwd: root,
  }).catch((error: { stderr: string }) => error);
  expect(stderr).toBe('');
});

it('writes a part between its marks and leaves all else', async () => {
  const page = 'a\n<!-- generated: x -->\nold\n<!-- /generated -->\nb\n';
  const parts = { x: () => 'new $& $1' };
  const once = await generated(page, parts);
  expect(once).toBe('a\n<!-- generated: x -->\n\nnew $& $1\n\n<!-- /generated -->\nb\n');
  expect(await generated(once, parts)).toBe(once);
});

it('names a part without a page and a page without a part', async () => {
  await expect(generated('', { x: () => '' })).rejects.toThrow('the page has no place for x');
  await expect(generated('<!-- generated: y -->\n<!-- /generated -->', {})).rejects.toThrow(
    'nobody generates "y"',
  );
});
