import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place } from './place.ts';

/** Starts a program in the cluster's network namespace that stays when this process ends, and notes its id. */
export async function startDaemon(
  place: Place,
  name: string,
  command: string,
  args: readonly string[],
): Promise<void> {
  await mkdir(pids(place), { recursive: true });
  const log = openSync(logOf(place, name), 'a');
  // `ip netns exec` would hide the cgroup tree from the kubelet; nsenter does not.
  const child = spawn('nsenter', [`--net=/run/netns/${place.label}`, command, ...args], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: place.folder,
  });
  closeSync(log);
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  await Promise.race([failed, new Promise((resolve) => child.once('spawn', resolve))]);
  failed.catch(() => {});
  child.unref();
  const { pid = -1 } = child;
  await writeFile(join(pids(place), name), JSON.stringify({ pid, birth: birthOf(pid) }));
}

export const logOf = (place: Place, name: string): string => join(place.folder, 'logs', `${name}.log`);

export interface Daemon {
  readonly name: string;
  readonly pid: number;
  readonly running: boolean;
}

export async function daemons(place: Place): Promise<Daemon[]> {
  const names = await readdir(pids(place)).catch(() => []);
  return Promise.all(
    names.map(async (name) => {
      const { pid, birth } = JSON.parse(await readFile(join(pids(place), name), 'utf8'));
      // An id is given again after a while: the same process has the same birth.
      return { name, pid, running: birth !== undefined && birthOf(pid) === birth };
    }),
  );
}

/** @throws with the end of the log of the first that has ended. */
export async function allRun(place: Place): Promise<void> {
  const ended = (await daemons(place)).find(({ running }) => !running);
  if (ended === undefined) return;
  const log = readFileSync(logOf(place, ended.name), 'utf8').trim().split('\n').slice(-15).join('\n');
  throw new Error(`${ended.name} has ended:\n${log}`);
}

/** SIGTERM, and after `graceMs` SIGKILL. */
export async function stopDaemons(place: Place, names: readonly string[], graceMs: number): Promise<void> {
  const wanted = async () =>
    (await daemons(place)).filter(({ name, running }) => running && names.includes(name));
  for (const { pid } of await wanted()) signal(pid, 'SIGTERM');
  for (const end = Date.now() + graceMs; Date.now() < end && (await wanted()).length > 0; ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  for (const { pid } of await wanted()) signal(pid, 'SIGKILL');
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

const pids = (place: Place) => join(place.folder, 'pids');

/** Ticks after the machine's start: field 22 of its stat, counted behind the name, which may hold anything. */
function birthOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : rest[18];
  } catch {
    return undefined;
  }
}
