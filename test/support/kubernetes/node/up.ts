import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { certificateOf, writeCredentials, writeKubeconfig } from '../credentials.ts';
import { type Answer, type Asked, request } from '../http.ts';
import { type KubectlOptions, kubectl } from '../kubectl.ts';
import { until } from '../until.ts';
import { whyNoNode } from './available.ts';
import { openCgroups } from './cgroup.ts';
import { type Component, components } from './components.ts';
import { allRun, startDaemon } from './daemon.ts';
import { down } from './down.ts';
import { writeNodeFiles } from './files.ts';
import { openNetwork } from './link.ts';
import { type Link, network, nodeName, type Place } from './place.ts';
import { shell } from './shell.ts';
import { storageClass } from './volumes.ts';

export interface Cluster {
  readonly place: Place;
  readonly link: Link;
  readonly server: string;
  readonly token: string;
  readonly kubeconfig: string;
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<string>;
  request(path: string, asked?: Asked): Promise<Answer>;
  /** Makes the image of an archive known to the node, under the name that the archive gives it. */
  load(archive: string): Promise<void>;
}

/**
 * A real Kubernetes of one node, in a network namespace of its own: etcd, API server, controller manager, scheduler,
 * containerd, kubelet, kube-proxy, DNS, volumes. What an earlier one of the name left is cleared away first.
 * @throws with the end of the log of the part that did not come up; then nothing is left running.
 */
export async function up(place: Place, pause: string): Promise<Cluster> {
  const reason = whyNoNode();
  if (reason !== undefined) throw new Error(reason);
  await down(place);
  try {
    return await bringUp(place, pause);
  } catch (error) {
    await down(place);
    throw error;
  }
}

/** `pause` is the archive of the image that holds a pod's namespaces. */
async function bringUp(place: Place, pause: string): Promise<Cluster> {
  await mkdir(join(place.folder, 'logs'), { recursive: true });
  await mkdir(place.run, { recursive: true });
  const link = await openNetwork(place);
  const token = await writeCredentials(place.folder);
  const server = `https://${link.node}:6443`;
  const certificate = certificateOf(place.folder);
  await writeNodeFiles(place, link);
  await openCgroups(place);
  const begin = ({ name, command, args }: Component) => startDaemon(place, name, command, args);

  await begin(components.containerd(place));
  await begin(components.etcd(place));
  await begin(components.apiServer(place, link));
  await writeKubeconfig(place.kubeconfig, { server, token, certificate, name: place.name });
  const load = async (archive: string) => {
    await shell('ctr', '--address', place.containerd, '--namespace', 'k8s.io', 'images', 'import', archive);
  };
  await ready(place, 'containerd', async () => {
    await shell('ctr', '--address', place.containerd, 'version');
    return true;
  });
  await load(pause);

  const access = { server, token, ca: '' };
  await ready(place, 'the API server', async () => {
    access.ca = await readFile(certificate, 'utf8');
    return (await request(access, '/readyz')).status === 200;
  });
  const cluster: Cluster = {
    place,
    link,
    server,
    token,
    kubeconfig: place.kubeconfig,
    kubectl: (args, options) => kubectl(options?.kubeconfig ?? place.kubeconfig, args, options),
    request: (path, asked) => request(access, path, asked),
    load,
  };
  await begin(components.controllerManager(place));
  await begin(components.scheduler(place));
  await begin(components.kubelet(place, link));
  await begin(components.proxy(place));
  await begin(components.dns(place));
  await apply(cluster, [...dns(link), storageClass]);
  await begin(components.volumes(place));
  await ready(place, 'the node', async () => {
    const { body } = await cluster.request(`/api/v1/nodes/${nodeName}`);
    const conditions: { type: string; status: string }[] = body.status?.conditions ?? [];
    return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  });
  await ready(place, 'DNS', async () => (await fetch(`http://${link.node}:8181/ready`)).ok);
  // Pods are refused in a namespace until it has its account.
  await ready(place, 'the default service account', async () => {
    const { status } = await cluster.request('/api/v1/namespaces/default/serviceaccounts/default');
    return status === 200;
  });
  return cluster;
}

const ready = (place: Place, what: string, holds: () => Promise<boolean>): Promise<void> =>
  until(what, holds, {
    giveUp: () => allRun(place),
    withinMs: 90_000,
    everyMs: 100,
    explain: () => `; its log is in ${join(place.folder, 'logs')}`,
  });

const apply = (cluster: Cluster, items: readonly object[]): Promise<string> =>
  cluster.kubectl(['apply', '-f', '-'], { stdin: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) });

const dns = (link: Link) => [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system' },
    spec: {
      clusterIP: network.dns,
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, protocol: 'TCP' },
      ],
    },
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'kube-dns',
      namespace: 'kube-system',
      labels: { 'kubernetes.io/service-name': 'kube-dns' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [link.node] }],
    ports: [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, protocol: 'TCP' },
    ],
  },
];
