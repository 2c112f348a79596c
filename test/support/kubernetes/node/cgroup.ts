import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place } from './place.ts';

const root = '/sys/fs/cgroup';

/** A cgroup of the cluster's own in every hierarchy: one of version 2, a dozen of version 1. */
export async function openCgroups(place: Place): Promise<void> {
  for (const hierarchy of await hierarchies()) {
    await mkdir(join(hierarchy, place.label), { recursive: true }).catch(() => {});
  }
  if (!isVersion2()) return;
  const all = (await readFile(join(root, 'cgroup.controllers'), 'utf8')).trim().split(' ');
  for (const group of [root, join(root, place.label)]) {
    const wanted = all.map((controller) => `+${controller}`).join(' ');
    await writeFile(join(group, 'cgroup.subtree_control'), wanted).catch(() => {});
  }
}

/** Ids of every process in the cluster's pods. */
export async function processesOf(place: Place): Promise<number[]> {
  const ids = new Set<number>();
  for (const hierarchy of await hierarchies()) {
    for (const group of await groupsUnder(join(hierarchy, place.label))) {
      const text = await readFile(join(group, 'cgroup.procs'), 'utf8').catch(() => '');
      for (const line of text.split('\n').filter(Boolean)) ids.add(Number(line));
    }
  }
  return [...ids];
}

/** Children first; a group can go once no process is in it. */
export async function closeCgroups(place: Place): Promise<void> {
  for (const hierarchy of await hierarchies()) {
    for (const group of (await groupsUnder(join(hierarchy, place.label))).reverse()) {
      await rmdir(group).catch(() => {});
    }
  }
}

const isVersion2 = () => existsSync(join(root, 'cgroup.controllers'));

async function hierarchies(): Promise<string[]> {
  if (isVersion2()) return [root];
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name));
}

/** Parents before children. */
async function groupsUnder(group: string): Promise<string[]> {
  const entries = await readdir(group, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [];
  const children = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(group, name));
  return [group, ...(await Promise.all(children.map(groupsUnder))).flat()];
}
