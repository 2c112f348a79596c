import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { certificateOf } from '../credentials.ts';
import { type Answer, type Asked, request } from '../http.ts';
import { type KubectlOptions, kubectl } from '../kubectl.ts';
import { daemons } from './daemon.ts';
import { type Place, readLink } from './place.ts';
import { shell } from './shell.ts';

/** A one-node cluster that runs on this machine, as administrator. Any process may hold one. */
export interface Cluster {
  readonly place: Place;
  /** The node's address: node ports are reached there from this machine. */
  readonly node: string;
  /** This machine's address, as pods and the API server see it. */
  readonly machine: string;
  readonly server: string;
  readonly token: string;
  readonly kubeconfig: string;
  /** Standard output. @throws with what kubectl said. */
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<string>;
  /** Creates or changes objects of YAML or JSON, or of values. */
  apply(objects: string | readonly object[], namespace?: string): Promise<string>;
  request(path: string, asked?: Asked): Promise<Answer>;
  /** Makes the image of an archive known to the node, under the name that the archive gives it. */
  load(archive: string): Promise<void>;
}

/** @throws where none of the name was started. */
export async function openCluster(place: Place): Promise<Cluster> {
  const link = await readLink(place);
  if (link === undefined) throw new Error(`no cluster ${place.name} on this machine: run npm run cluster`);
  const server = `https://${link.node}:6443`;
  const [token = ''] = (await readFile(join(place.folder, 'certs/tokens.csv'), 'utf8')).split(',');
  let ca: string | undefined;
  const ask = async (path: string, asked?: Asked) => {
    // The API server writes it when it starts.
    ca ??= await readFile(certificateOf(place.folder), 'utf8');
    return request({ server, token, ca }, path, asked);
  };
  const run = (args: readonly string[], options?: KubectlOptions) =>
    kubectl(options?.kubeconfig ?? place.kubeconfig, args, options);
  return {
    place,
    ...{ node: link.node, machine: link.machine, server, token, kubeconfig: place.kubeconfig },
    kubectl: run,
    request: ask,
    apply: (objects, namespace) =>
      run(['apply', ...(namespace ? ['--namespace', namespace] : []), '-f', '-'], { stdin: listOf(objects) }),
    async load(archive) {
      await containerd(place, 'images', 'import', archive);
    },
  };
}

export const containerd = (place: Place, ...args: string[]): Promise<string> =>
  shell('ctr', '--address', place.containerd, '--namespace', 'k8s.io', ...args);

/** Whether all of its parts run. */
export async function isRunning(place: Place): Promise<boolean> {
  const parts = await daemons(place);
  return parts.length > 0 && parts.every(({ running }) => running);
}

const listOf = (objects: string | readonly object[]): string =>
  typeof objects === 'string' ? objects : JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
