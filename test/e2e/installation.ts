import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { placeOfTests } from '../support/kubernetes/node/place.ts';
import { operatorName } from '../support/kubernetes/operator.ts';
import { program } from '../support/kubernetes/programs.ts';
import { openBench } from './cluster.ts';

export { operatorName };

export const system = 'fourfold-system';

const chart = fileURLToPath(new URL('../../charts/fourfold', import.meta.url));

export interface Installation {
  /** Runs what disturbs the operator, while no other file needs it. */
  alone(scene: () => Promise<void>): Promise<void>;
  close(): void;
}

/**
 * The operator as it is installed, in pods of its own: once for all files of a run, since two would fight over the same
 * caches. The cluster ends with the run.
 */
export async function openInstallation(file: string): Promise<Installation> {
  const close = await take(file);
  try {
    await oneByOne(install);
  } catch (error) {
    close();
    throw error;
  }
  return {
    async alone(scene) {
      const release = mark(disturber);
      try {
        await until(() => others(file).length === 0);
        await scene();
      } finally {
        await oneByOne(install).finally(release);
      }
    },
    close,
  };
}

/** By the chart, as people do; again after a scene that has taken something of it away. */
async function install(): Promise<void> {
  const bench = await openBench(system);
  const image = (name: string, values: string) =>
    ['registry=localhost', `repository=${name}`, 'tag=1'].flatMap((value) => [
      '--set-string',
      `${values}.${value}`,
    ]);
  const { kubeconfig, folder: home } = bench.place;
  await promisify(execFile)(
    program('helm'),
    [
      ...['upgrade', '--install', 'fourfold', chart, '--namespace', system, '--kubeconfig', kubeconfig],
      ...image('fourfold-operator', 'image'),
      ...image('fourfold-sidecar', 'sidecar.image'),
    ],
    { env: { PATH: process.env.PATH, HOME: home }, timeout: 120_000 },
  );
  await bench.wait(`deployment/${operatorName}`, 'condition=Available');
  // The node learns a moment later where the webhook is; a pod of that moment would start without a sidecar.
  await bench.until('the webhook answers', async () => {
    const { body } = await bench.request('/api/v1/namespaces/default/pods?dryRun=All', {
      method: 'POST',
      body: asking,
    });
    return body.metadata?.annotations?.['fourfold.dev/status'] === 'skipped: no-cache';
  });
}

const asking = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'asks', annotations: { 'fourfold.dev/inject': 'nobody' } },
  spec: { containers: [{ name: 'app', image: 'localhost/sample:1' }] },
};

/** Files run in processes of their own: who needs the operator says so in a folder of the run. */
const folder = join(placeOfTests().folder, 'needs-operator');
const disturber = 'alone';

async function take(file: string): Promise<() => void> {
  for (;;) {
    await until(() => !marks().includes(disturber));
    const release = mark(file);
    // Whoever disturbs marks first and looks then; so one of the two sees the other.
    if (!marks().includes(disturber)) return release;
    release();
  }
}

function mark(name: string): () => void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), '');
  return () => rmSync(join(folder, name), { force: true });
}

function marks(): string[] {
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder);
}

/** Files that begin together would create the same objects at the same moment, and one of them would fail. */
async function oneByOne(act: () => Promise<void>): Promise<void> {
  const lock = join(folder, '..', 'installs');
  await until(() => {
    try {
      writeFileSync(lock, '', { flag: 'wx' });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  });
  await act().finally(() => rmSync(lock, { force: true }));
}

const others = (file: string) => marks().filter((name) => name !== file && name !== disturber);

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 400_000; !holds(); await sleep(500))
    if (Date.now() > end) throw new Error(`the operator is needed elsewhere: ${marks().join(', ')}`);
}
