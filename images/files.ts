import { execFile } from 'node:child_process';
import { lstat, readdir, readlink, realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { TarEntry } from './tar.ts';

const run = promisify(execFile);

/** A file of this machine, at a path in the image; a link is followed. */
export async function file(source: string, path: string, mode?: number): Promise<TarEntry> {
  const real = await realpath(source);
  const { size, mode: own } = await lstat(real);
  return {
    kind: 'file',
    path: bare(path),
    mode: mode ?? (own & 0o111 ? 0o755 : 0o644),
    source: real,
    bytes: size,
  };
}

/** A folder with all that is in it, links as they are. */
export async function folder(source: string, path: string): Promise<TarEntry[]> {
  const entries: TarEntry[] = [{ kind: 'folder', path: bare(path) }];
  const found = await readdir(source, { recursive: true, withFileTypes: true });
  for (const entry of found.toSorted((a, b) =>
    join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1,
  )) {
    const from = join(entry.parentPath, entry.name);
    const to = bare(join(path, relative(source, from)));
    if (entry.isDirectory()) entries.push({ kind: 'folder', path: to });
    else if (entry.isSymbolicLink()) entries.push({ kind: 'link', path: to, target: await readlink(from) });
    else if (entry.isFile()) entries.push(await file(from, to));
  }
  return entries;
}

/** The shared libraries that these programs and modules load, at the paths where their loader looks. */
export async function libraries(...binaries: string[]): Promise<TarEntry[]> {
  const paths = new Set<string>();
  for (const binary of binaries) {
    const { stdout } = await run('ldd', [binary]);
    for (const line of stdout.split('\n')) {
      const path = line.split('=>').at(-1)?.split('(')[0]?.trim() ?? '';
      // A library beside the binary itself comes with the folder that holds it.
      if (/^\/(usr\/)?lib/.test(path)) paths.add(path);
    }
  }
  return Promise.all([...paths].toSorted().map((path) => file(path, path, 0o755)));
}

const bare = (path: string) => path.replace(/^\/+/, '').replace(/\/+$/, '');
