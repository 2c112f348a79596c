import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a one-node cluster lives on this machine. Everything that it leaves anywhere carries its name. */
export interface Place {
  readonly name: string;
  /** Data, logs, process ids, kubeconfig. Gone after `down`. */
  readonly folder: string;
  /** Sockets and mounts. Gone after `down`. */
  readonly run: string;
  /** Network namespace, cgroup. */
  readonly label: string;
  readonly kubeconfig: string;
  readonly containerd: string;
}

export function placeOf(name: string): Place {
  if (!/^[a-z0-9-]{1,20}$/.test(name)) {
    throw new Error(`FOURFOLD_CLUSTER: expected at most 20 of a-z, 0-9 and -, got ${JSON.stringify(name)}`);
  }
  const folder = join('/var/lib/fourfold', name);
  const run = join('/run/fourfold', name);
  return {
    name,
    folder,
    run,
    label: `fourfold-${name}`,
    kubeconfig: join(folder, 'kubeconfig'),
    containerd: join(run, 'containerd.sock'),
  };
}

/** Of the tests of this checkout: two checkouts on one machine never meet. */
export function placeOfTests(): Place {
  const checkout = fileURLToPath(new URL('../../../..', import.meta.url));
  return placeOf(`e2e-${createHash('sha256').update(checkout).digest('hex').slice(0, 8)}`);
}

/** The node's address on its link to the machine, and the machine's. The API server listens on the first. */
export interface Link {
  readonly index: number;
  readonly node: string;
  readonly machine: string;
}

export const linkOf = (index: number): Link => ({
  index,
  node: `10.99.${index}.1`,
  machine: `10.99.${index}.2`,
});

const linkFile = (place: Place) => join(place.folder, 'link');

export const readLink = async (place: Place): Promise<Link | undefined> =>
  readFile(linkFile(place), 'utf8').then(
    (text) => linkOf(Number(text)),
    () => undefined,
  );

export { linkFile };

/** Inside the cluster; other clusters may have the same, since each has a network namespace of its own. */
export const network = {
  pods: '10.244.0.0/16',
  podsOfNode: '10.244.0.0/24',
  services: '10.96.0.0/16',
  dns: '10.96.0.10',
};

export const nodeName = 'node0';
