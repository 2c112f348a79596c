import { readFile } from 'node:fs/promises';
import { text as wholeText } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { quoted } from '../../crds/found.ts';
import { images, isImage } from '../../crds/images.ts';
import { kind } from '../../crds/names.ts';
import { cachesIn } from './given-caches.ts';
import { readManifests } from './manifest.ts';
import { injectManifests } from './offline.ts';

/** `fourfold inject`. @returns the exit code: 0, or 2 where something that was given cannot be used. */
export async function injectCommand(
  args: readonly string[],
  out: { stdin: NodeJS.ReadableStream; write(text: string): void; complain(line: string): void },
): Promise<number> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        file: { type: 'string', short: 'f', multiple: true },
        cache: { type: 'string', multiple: true },
        namespace: { type: 'string', short: 'n' },
        image: { type: 'string' },
        'no-native': { type: 'boolean' },
      },
    });
    const files = values.file ?? [];
    if (files.length === 0) throw new TypeError('-f: expected a file with manifests, found none');
    const read = (file: string) => (file === '-' ? wholeText(out.stdin) : readFile(file, 'utf8'));
    const texts = await Promise.all(files.map(read));
    const given = await Promise.all(
      (values.cache ?? []).map(async (file) => cachesOf(await read(file), `--cache ${file}`)),
    );
    const unread = texts.flatMap((text, at) => faultsOf(text, `-f ${files[at]}`));
    const useless = [...unread, ...given.flatMap((each) => each.faults)];
    if (useless.length > 0) throw new TypeError(useless.join('\n'));
    const joined = texts.map((text) => text.replace(/\n*$/, '\n')).join('---\n');
    const { text, notes, faults } = injectManifests(joined, {
      caches: given.flatMap(({ caches }) => caches),
      namespace: namespaceOf(values.namespace),
      release: { image: imageOf(values.image), native: !values['no-native'] },
    });
    for (const line of faults.length > 0 ? faults : notes) out.complain(line);
    if (faults.length > 0) return 2;
    out.write(text);
    return 0;
  } catch (error) {
    out.complain((error as Error).message);
    return 2;
  }
}

/** Each file by itself: in all of them together a line has another number. */
function faultsOf(text: string, where: string): readonly string[] {
  return (readManifests(text).faults ?? []).map((fault) => `${where}: ${fault}`);
}

/** Other objects of the file are passed over: it may be the one in which the cache is applied. */
function cachesOf(text: string, where: string): ReturnType<typeof cachesIn> {
  const { manifests, faults: unreadable } = readManifests(text);
  const { caches, faults } =
    manifests === undefined ? { caches: [], faults: unreadable } : cachesIn(manifests);
  const all = caches.length + faults.length > 0 ? faults : [`expected a ${kind}, found none`];
  return { caches, faults: all.map((fault) => `${where}: ${fault}`) };
}

function imageOf(name: string = images.sidecar): string {
  if (isImage(name)) return name;
  throw new TypeError(`--image: expected an image, found ${quoted(name)}`);
}

function namespaceOf(name: string | undefined): string | undefined {
  if (name === undefined || /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return name;
  throw new TypeError(`-n: expected the name of a namespace, found ${quoted(name)}`);
}
