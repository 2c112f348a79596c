import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { images } from './index.ts';
import type { TarEntry } from './tar.ts';

/** `node images/lay-out.ts sidecar /image`: the files of an image in a folder, for `Dockerfile`. */
const [name = '', target] = process.argv.slice(2);
if (!isImage(name) || target === undefined) {
  process.stderr.write(`lay-out: expected one of ${Object.keys(images).join(', ')}, and a folder\n`);
  process.exit(2);
}
for (const entry of (await images[name](name)).layers.flat()) await place(entry, join(target, entry.path));

function isImage(word: string): word is keyof typeof images {
  return Object.hasOwn(images, word);
}

async function place(entry: TarEntry, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if (entry.kind === 'folder') await mkdir(path, { recursive: true });
  else if (entry.kind === 'link') await symlink(entry.target, path);
  else if (entry.kind === 'file') await copyFile(entry.source, path);
  else await writeFile(path, entry.text);
  // A mode given to mkdir or writeFile would pass through the umask.
  if (entry.kind !== 'link') await chmod(path, entry.mode ?? (entry.kind === 'folder' ? 0o755 : 0o644));
}
