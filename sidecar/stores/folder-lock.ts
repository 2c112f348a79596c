import { link, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

export interface FolderLock {
  /** False once somebody else has taken the folder, which happens when this process was stopped for long. */
  held(): Promise<boolean>;
  release(): Promise<void>;
}

/**
 * One process per folder. The lock is a file that names its holder and is touched while the holder lives: it is stale
 * when its holder's process is gone, or, for a holder on another host or in another container, when it was not touched for
 * a while. So a crash never needs a person to clean up.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, 'lock');
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), token: crypto.randomUUID() });
  await acquire(path, mine);
  held.add(path);
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, HEARTBEAT_MILLISECONDS).unref();
  const isMine = async () => (await content(path)) === mine;
  return {
    held: isMine,
    async release() {
      clearInterval(heartbeat);
      held.delete(path);
      if (await isMine()) await rm(path, { force: true });
    },
  };
}

async function acquire(path: string, mine: string): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(mine).finally(() => file.close());
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const theirs = await content(path);
    if (theirs === undefined) continue;
    const holder = await livingHolder(path, theirs);
    if (holder !== undefined)
      throw new Error(
        `${path}: the folder is in use by ${holder}; give every process a folder of its own, or wait for it to end`,
      );
    await clearAway(path, theirs);
  }
  throw new Error(`${path}: another process is taking the folder at this moment`);
}

/** Two may find the same stale lock: whoever moves away a lock that is not the stale one puts it back. */
async function clearAway(path: string, stale: string): Promise<void> {
  const aside = `${path}.${crypto.randomUUID()}`;
  await rename(path, aside).catch(() => {});
  if (((await content(aside)) ?? stale) !== stale) await link(aside, path).catch(() => {});
  await rm(aside, { force: true });
}

async function livingHolder(path: string, theirs: string): Promise<string | undefined> {
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
  if (Date.now() - mtimeMs > STALE_MILLISECONDS && !held.has(path)) return undefined;
  const holder = parsed(theirs);
  // Between the creation of the file and its first byte.
  if (holder === undefined) return 'a process that is starting';
  const name = `process ${holder.pid} on ${holder.host}`;
  if (holder.host !== hostname()) return name;
  if (holder.pid === process.pid) return held.has(path) ? 'this process' : undefined;
  return isAlive(holder.pid) ? name : undefined;
}

function parsed(text: string): { pid: number; host: string } | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function content(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

/** Folders locked by this process: in a container a new process often has the number of the one before it. */
const held = new Set<string>();
const HEARTBEAT_MILLISECONDS = 5_000;
const STALE_MILLISECONDS = 20_000;
