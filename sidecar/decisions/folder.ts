import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { unfinished } from '../tables/whole-file.ts';

/** `decisions-20260102T030405678Z-host-17.parquet`: by name in order of time, and nobody else's. */
export function fileName(now: number, owner = `${safe(hostname())}-${process.pid}`): string {
  return `decisions-${new Date(now).toISOString().replaceAll(/[-:.]/g, '')}-${owner}.parquet`;
}

/** The closed files of a folder, the oldest first. */
export async function closedFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => /^decisions-.*\.parquet$/.test(name)).toSorted();
}

/** Lets the oldest go until no more than `most` are left. */
export async function keepNewest(folder: string, most: number): Promise<void> {
  const names = await closedFiles(folder);
  for (const name of names.slice(0, Math.max(0, names.length - most)))
    await rm(join(folder, name), { force: true });
}

/** What processes of this machine left unfinished that are no more: nobody can read it. */
export async function removeLeftovers(folder: string): Promise<void> {
  const own = new RegExp(`^\\.decisions-\\w+-${safe(hostname())}-(\\d+)\\.parquet\\.part$`);
  for (const name of await readdir(folder)) {
    const pid = Number(own.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || (pid !== process.pid && isRunning(pid))) continue;
    await rm(join(folder, name), { force: true });
  }
}

export const unfinishedIn = (folder: string, name: string): string => unfinished(join(folder, name));

const safe = (host: string): string => host.replaceAll(/[^A-Za-z0-9]/g, '_');

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
