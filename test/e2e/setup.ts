import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { type Local, pack } from '../support/kubernetes/images/index.ts';
import { whyNoNode } from '../support/kubernetes/node/available.ts';
import { down } from '../support/kubernetes/node/down.ts';
import { placeOfTests } from '../support/kubernetes/node/place.ts';
import { up } from '../support/kubernetes/node/up.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Why there is no cluster, or nothing. */
    readonly noCluster: string | undefined;
    /** Why there is no application in Python, or nothing. */
    readonly noPython: string | undefined;
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const images: readonly Local[] = ['redis', 'sidecar', 'operator', 'provider', 'sample'];

/** One cluster for all files of a run, with what ships as it is in the tree now. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const reason = whyNoNode();
  project.provide('noCluster', reason);
  project.provide('noPython', reason);
  if (reason !== undefined) return;
  const place = placeOfTests();
  await promisify(execFile)(process.execPath, ['build.ts'], { cwd: root, timeout: 120_000 });
  const archive = (name: string) => join(root, `.cache/images/${name}.tar`);
  await pack(['pause'], archive('pause'));
  await pack(images, archive('all'));
  const noPython = await pack(['python'], archive('python')).then(
    () => undefined,
    (error: Error) => error.message,
  );
  project.provide('noPython', noPython);
  const cluster = await up(place, archive('pause'));
  const loaded = noPython === undefined ? ['all', 'python'] : ['all'];
  for (const name of loaded) {
    await cluster.load(archive(name)).catch(async (error) => {
      await down(place);
      throw error;
    });
  }
  for (const name of ['pause', ...loaded]) await rm(archive(name));
  return () => down(place);
}
