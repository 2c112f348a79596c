import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder } from '../../../sidecar/make-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fourfold-'));
});
afterEach(() => rm(folder, { recursive: true }));

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

test('a folder is made with those above it, for whom it says, and twice at once', async () => {
  const deep = join(folder, 'a', 'b', 'c');
  await Promise.all([makeFolder(deep, 0o700), makeFolder(deep, 0o700)]);
  for (const path of [deep, join(folder, 'a')]) expect(await modeOf(path)).toBe(0o700);
});

test('one that is there stays as it is, also behind a link and with a slash at its end', async () => {
  await mkdir(join(folder, 'open'), { mode: 0o755 });
  await symlink(join(folder, 'open'), join(folder, 'link'));
  for (const path of ['open', 'open/', 'link', 'link/']) await makeFolder(join(folder, path), 0o700);
  expect(await modeOf(join(folder, 'open'))).toBe(0o755);
  await makeFolder('/');
  await makeFolder('.');
});

test.each([
  ['where a file is', 'file', 'EEXIST'],
  ['below a file', 'file/a/b', 'ENOTDIR'],
  ['behind a link that leads nowhere', 'nowhere', 'EEXIST'],
])('%s none can be made', async (_, path, code) => {
  await writeFile(join(folder, 'file'), '');
  await symlink(join(folder, 'gone'), join(folder, 'nowhere'));
  await expect(makeFolder(join(folder, path))).rejects.toMatchObject({ code });
});

// Node's own way of making folders begins again for ever there.
test.skipIf(!existsSync('/proc/self')).each(['/proc/x', '/proc/x/y/z', '/proc/self/x'])(
  'nor in a file system that takes no folders: %s',
  async (path) => {
    await expect(makeFolder(path)).rejects.toMatchObject({ code: 'ENOENT' });
  },
);
