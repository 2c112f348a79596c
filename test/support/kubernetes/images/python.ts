import { execFile } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { file, folder, libraries } from '../../../../images/files.ts';
import type { Image } from '../../../../images/image.ts';
import type { TarEntry } from '../../../../images/tar.ts';
import { installPython, interpreter } from '../../../sdk/python.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** As this machine's Python says it: itself, and the files of the package with all that it needs. */
interface Installed {
  readonly version: string;
  readonly executable: string;
  /** Folders of the standard library: of its modules, and of those in C. */
  readonly standard: readonly string[];
  readonly packages: string;
  /** Its library, where it is not all in the executable. */
  readonly shared: string | null;
  /** Below `packages`. */
  readonly files: readonly string[];
}

const tell = `
import json, os, re, sys, sysconfig
from importlib.metadata import distribution
needed, files = ['openai'], {}
for name in needed:
    for need in distribution(name).requires or []:
        other = re.match(r'[A-Za-z0-9._-]+', need).group()
        if 'extra ==' not in need and other not in needed:
            try: distribution(other)
            except Exception: continue
            needed.append(other)
    for each in distribution(name).files:
        if not str(each).startswith('..') and '__pycache__' not in str(each): files[str(each)] = 1
paths = sysconfig.get_paths()
print(json.dumps({
    'version': 'python%d.%d' % sys.version_info[:2],
    'executable': os.path.realpath(sys.executable),
    'standard': [paths['stdlib'], sysconfig.get_config_var('DESTSHARED')],
    'packages': paths['purelib'],
    'shared': os.path.join(*sysconfig.get_config_vars('LIBDIR', 'INSTSONAME'))
        if sysconfig.get_config_var('Py_ENABLE_SHARED') else None,
    'files': list(files),
}))`;

const notNeeded =
  /\/(__pycache__|site-packages|dist-packages|test|tests|idlelib|tkinter|ensurepip|config-[^/]*)(\/|$)/;

/** Another team's application: Python, the official `openai` SDK as pip installs it, and a page of code that knows of no cache. */
export async function python(name = 'localhost/sample-python:1'): Promise<Image> {
  await installPython();
  const { stdout } = await promisify(execFile)(interpreter, ['-c', tell], { maxBuffer: 16_777_216 });
  const { version, executable, standard, shared, packages, files } = JSON.parse(stdout) as Installed;
  const home = `/opt/python/lib/${version}`;
  const [modules = '', inC = ''] = standard;
  const library = [
    ...(await folder(modules, home)),
    ...(inC.startsWith(modules) ? [] : await folder(inC, join(home, 'lib-dynload'))),
  ].filter(({ path }) => !notNeeded.test(`/${path}`));
  const sdk = await Promise.all(files.map((path) => file(join(packages, path), join('/app/packages', path))));
  const binaries = [...library, ...sdk].flatMap((each) => (isBinary(each) ? [each.source] : []));
  return {
    name,
    layers: [
      [
        await file(executable, '/opt/python/bin/python3', 0o755),
        ...(shared === null ? [] : [await file(shared, `/opt/python/lib/${basename(shared)}`, 0o755)]),
        ...(await libraries(executable, ...binaries)),
        ...library,
      ],
      [...folders(sdk), ...sdk],
      [await file(here('sample/app.py'), '/app/app.py')],
    ],
    entrypoint: ['/opt/python/bin/python3', '/app/app.py'],
    command: ['serve'],
    environment: {
      LD_LIBRARY_PATH: '/opt/python/lib',
      PYTHONPATH: '/app/packages',
      PYTHONUNBUFFERED: '1',
      PYTHONDONTWRITEBYTECODE: '1',
    },
    folder: '/app',
  };
}

const isBinary = (entry: TarEntry): entry is Extract<TarEntry, { kind: 'file' }> =>
  entry.kind === 'file' && entry.path.endsWith('.so');

/** Of these files, each before what is in it. */
function folders(entries: readonly TarEntry[]): TarEntry[] {
  const found = new Set<string>();
  for (const { path } of entries) {
    for (let above = dirname(path); above !== '.' && !found.has(above); above = dirname(above))
      found.add(above);
  }
  return [...found].toSorted().map((path) => ({ kind: 'folder', path }));
}
