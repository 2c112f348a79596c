import { readFile } from 'node:fs/promises';
import { text as wholeText } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { images } from '../../crds/images.ts';
import type { SemanticCache } from '../../crds/semantic-cache.ts';
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
        image: { type: 'string' },
        'no-native': { type: 'boolean' },
      },
    });
    const files = values.file ?? [];
    if (files.length === 0) throw new TypeError('-f: expected a file with manifests, found none');
    const read = (file: string) => (file === '-' ? wholeText(out.stdin) : readFile(file, 'utf8'));
    const texts = await Promise.all(files.map(read));
    const caches = (await Promise.all((values.cache ?? []).map(read))).flatMap(cachesIn);
    const joined = texts.map((text) => text.replace(/\n*$/, '\n')).join('---\n');
    const { text, notes, faults } = injectManifests(joined, {
      caches,
      release: { image: values.image ?? images.sidecar, native: !values['no-native'] },
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

function cachesIn(text: string): SemanticCache[] {
  const documents = parseAllDocuments(text);
  return (Array.isArray(documents) ? documents : []).map((document) => document.toJSON() as SemanticCache);
}
