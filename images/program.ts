import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { file, folder, libraries } from './files.ts';
import type { TarEntry } from './tar.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** Bundles of `dist/` with every chunk that they import, the command `fourfold`, and what says that they are modules. */
export async function bundles(...entries: string[]): Promise<TarEntry[]> {
  const wanted = new Set(entries.map((name) => `${name}.js`));
  for (const name of wanted) {
    const text = await readFile(join(dist, name), 'utf8').catch(() => {
      throw new Error(`dist/${name} is missing: run npm run build`);
    });
    for (const [, chunk = ''] of text.matchAll(/["']\.\/([\w.-]+\.js)["']/g)) wanted.add(chunk);
  }
  const names = [...wanted, 'fourfold.js'].toSorted();
  return [
    await file(join(root, 'package.json'), '/app/package.json'),
    await file(join(root, 'LICENSE'), '/app/LICENSE'),
    ...(await Promise.all([...new Set(names)].map((name) => file(join(dist, name), `/app/dist/${name}`)))),
  ];
}

/** What of a package runs: its scripts, of what is native this platform's alone, and the libraries that it loads. */
export async function installed(name: string, ...parts: string[]): Promise<TarEntry[]> {
  const from = join(root, 'node_modules', name);
  const to = `/app/node_modules/${name}`;
  const found = await Promise.all(
    ['package.json', ...(await licences(from)), ...parts].map(async (part) => {
      const whole = (await stat(join(from, part))).isDirectory();
      return whole
        ? folder(join(from, part), `${to}/${part}`)
        : [await file(join(from, part), `${to}/${part}`)];
    }),
  );
  const entries = found.flat().filter(({ path }) => !/\.(d\.[cm]?ts|map|md)$/.test(path));
  const native = entries.flatMap((entry) =>
    entry.kind === 'file' && /\.(node|so[.\d]*)$/.test(entry.path) ? [entry.source] : [],
  );
  return [...entries, ...(await libraries(...native))];
}

const licences = async (from: string): Promise<string[]> =>
  (await readdir(from)).filter((name) => /^licen[cs]e/i.test(name));
