import { type FileHandle, open, readdir, rename, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

/**
 * A download in the making. Its name carries host and process, so that two processes that fetch at once never write into
 * one file; whoever is first renames the whole file into place, and the other overwrites it with the same bytes.
 */
export const partOf = (target: string) => `${target}.${hostname()}.${process.pid}.part`;

/** A part of another host says nothing about its process; a live download writes far more often than this. */
const abandonedAfterMs = 120_000;

/** Takes over what an ended process left behind, so that a repeat goes on where the last attempt stopped. */
export async function adoptAbandonedPart(target: string): Promise<void> {
  const prefix = `${basename(target)}.`;
  const names = await readdir(dirname(target));
  for (const name of names.filter((name) => name.startsWith(prefix) && name.endsWith('.part'))) {
    const part = join(dirname(target), name);
    if (part === partOf(target)) return;
    if (!(await isAbandoned(part, name.slice(prefix.length, -'.part'.length)))) continue;
    // Of two processes that reach for the same part, the rename fails for one; it starts from nothing.
    const taken = await rename(part, partOf(target)).then(
      () => true,
      () => false,
    );
    if (taken) return;
  }
}

async function isAbandoned(part: string, owner: string): Promise<boolean> {
  const dot = owner.lastIndexOf('.');
  if (owner.slice(0, dot) === hostname()) return !isAlive(Number(owner.slice(dot + 1)));
  const written = await stat(part).then(
    (found) => found.mtimeMs,
    () => Date.now(),
  );
  return Date.now() - written > abandonedAfterMs;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** On disk before it has its name: after a power cut there is either the whole file or none. */
export async function putInPlace(part: string, target: string): Promise<void> {
  const file: FileHandle = await open(part, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, target);
}
