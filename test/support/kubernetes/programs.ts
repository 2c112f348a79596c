import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { modelFolders } from '../../../sidecar/models/folders.ts';

/** What a cluster is made of, each pinned. The version is part of the file's name: a new pin is a new file. */
export const versions = {
  etcd: '3.6.5',
  'kube-apiserver': '1.34.4',
  'kube-controller-manager': '1.34.4',
  'kube-scheduler': '1.34.4',
  'kube-proxy': '1.34.4',
  kubelet: '1.34.4',
  kubectl: '1.34.4',
  coredns: '1.14.7',
  helm: '3.22.0',
} as const;

export type Program = keyof typeof versions;

export const programNames = Object.keys(versions) as Program[];

/** These serve tests that need no running pods. */
export const controlPlane: readonly Program[] = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kubectl',
];

/** And these a node with pods. */
export const nodePrograms: readonly Program[] = programNames.filter((name) => name !== 'helm');

export const programsFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  join(modelFolders(env).cacheDir, 'kubernetes');

/** Where the program is kept once it was built, whether or not it is there. */
export const kept = (name: Program, env: NodeJS.ProcessEnv = process.env): string =>
  join(programsFolder(env), `${name}-${versions[name]}`);

/** The program: the one that was built; kubectl also from the machine, whatever its version. */
export function find(name: Program, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const built = kept(name, env);
  if (existsSync(built)) return built;
  return name === 'kubectl' ? onPath(name, env) : undefined;
}

/** @throws with the command that brings the program. */
export function program(name: Program): string {
  const path = find(name);
  if (path === undefined) throw new Error(`${kept(name)} is missing: run npm run fetch -- kubernetes`);
  return path;
}

export const missing = (names: readonly Program[], env: NodeJS.ProcessEnv = process.env): Program[] =>
  names.filter((name) => find(name, env) === undefined);

export function onPath(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  return (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
