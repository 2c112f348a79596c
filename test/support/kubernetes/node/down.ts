import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { closeCgroups, processesOf } from './cgroup.ts';
import { daemons, signal, stopDaemons } from './daemon.ts';
import { closeNetwork } from './link.ts';
import type { Place } from './place.ts';
import { tolerant } from './shell.ts';

/**
 * Ends everything of the cluster and removes all that it left, also after a crash: processes that it started, by the ids that
 * it noted; pods, by its cgroup; their shims, by its socket; mounts, by its folders.
 */
export async function down(place: Place): Promise<void> {
  const names = (await daemons(place)).map(({ name }) => name);
  // Those that would start pods again go first; containerd has to see its shims end.
  const last = ['containerd', 'etcd'];
  await stopDaemons(
    place,
    names.filter((name) => !last.includes(name)),
    2000,
  );
  for (const pid of await shims(place)) signal(pid, 'SIGKILL');
  for (const pid of await processesOf(place)) signal(pid, 'SIGKILL');
  await stopDaemons(place, last, 2000);
  await removeSockets(place);
  await unmount(place);
  await closeNetwork(place);
  await settle(place);
  await closeCgroups(place);
  for (const folder of [place.folder, place.run]) await rm(folder, { recursive: true, force: true });
}

/** Processes of containerd that hold one pod each. They outlive it on purpose, and name its socket as an argument. */
async function shims(place: Place): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const args = (await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (/containerd-shim/.test(args[0] ?? '') && args.includes(place.containerd)) found.push(Number(entry));
  }
  return found;
}

/** A shim's socket lies in a folder that all clusters of the machine share; its address is noted in ours. */
async function removeSockets(place: Place): Promise<void> {
  const tasks = join(place.run, 'containerd/io.containerd.runtime.v2.task/k8s.io');
  for (const id of await readdir(tasks).catch(() => [])) {
    const address = await readFile(join(tasks, id, 'address'), 'utf8').catch(() => '');
    const socket = address.trim().replace(/^unix:\/\//, '');
    if (socket.startsWith('/run/containerd/s/')) await rm(socket, { force: true });
  }
}

/** The innermost first; detached, so that what still uses one does not hold it. */
async function unmount(place: Place): Promise<void> {
  const mounts = await readFile('/proc/mounts', 'utf8');
  const ours = mounts
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${place.folder}/`) || path.startsWith(`${place.run}/`));
  for (const path of ours.toSorted().reverse()) await tolerant('umount', '-l', path);
}

/** A killed process leaves its cgroup a moment later. */
async function settle(place: Place): Promise<void> {
  for (const end = Date.now() + 5000; Date.now() < end; ) {
    if ((await processesOf(place)).length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
