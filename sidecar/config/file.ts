import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { oneLine } from '../../crds/found.ts';
import type { Source } from '../../crds/parse.ts';
import { readDocument } from './document.ts';
import { specOf } from './resource.ts';

/** A ConfigMap holds at most this much; a larger file is another file. */
const largest = 2 ** 20;

/** The fields that a file sets, or why it cannot be read. */
export async function readFileSource(
  file: string,
): Promise<{ source: Source; faults?: never } | { faults: readonly string[] }> {
  const bytes = await readBytes(file);
  if (typeof bytes === 'string')
    return { faults: [`${oneLine(file)}: expected a readable file, found ${bytes}`] };
  const document = readDocument(oneLine(file), bytes);
  return document.faults === undefined ? { source: specOf(document.source) } : document;
}

/** The beginning of the SHA-256 of a file, by which an operator finds the configuration that is meant. */
export async function hashOf(file: string): Promise<string | undefined> {
  const bytes = await readBytes(file);
  if (typeof bytes === 'string') return undefined;
  return createHash('sha256').update(bytes).digest('hex').slice(0, 12);
}

/** The bytes, or what was found instead. */
async function readBytes(file: string): Promise<Uint8Array | string> {
  const obstacle = await unreadable(file);
  if (obstacle !== undefined) return obstacle;
  try {
    return (await stat(file)).size > largest ? 'more than 1Mi' : await readFile(file);
  } catch (error) {
    return systemError(error);
  }
}

/** Why a file cannot be read, or undefined when it can. A pipe is never opened, for that would wait for its writer. */
export async function unreadable(file: string): Promise<string | undefined> {
  try {
    if (!(await stat(file)).isFile()) return 'something else than a file';
    await access(file, constants.R_OK);
    return undefined;
  } catch (error) {
    return systemError(error);
  }
}

function systemError(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? 'an error';
  return words[code] ?? code;
}

/** What is found where there is nothing. */
export const missing = 'no such file';

const words: Record<string, string> = {
  ENOENT: missing,
  ENOTDIR: missing,
  EACCES: 'one without permission to read',
  EPERM: 'one without permission to read',
  ELOOP: 'a symbolic link that leads nowhere',
  ERR_INVALID_ARG_VALUE: 'a path that is none',
  ENAMETOOLONG: 'a path that is too long',
};
