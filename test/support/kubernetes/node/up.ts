import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { certificateOf, writeCredentials, writeKubeconfig } from '../credentials.ts';
import { until } from '../until.ts';
import { whyNoNode } from './available.ts';
import { openCgroups } from './cgroup.ts';
import { type Cluster, containerd, openCluster } from './cluster.ts';
import { type Component, components } from './components.ts';
import { allRun, startDaemon } from './daemon.ts';
import { down } from './down.ts';
import { writeNodeFiles } from './files.ts';
import { openNetwork } from './link.ts';
import { type Link, network, nodeName, type Place } from './place.ts';
import { storageClass } from './volumes.ts';

/**
 * A real Kubernetes of one node, in a network namespace of its own: etcd, API server, controller manager, scheduler,
 * containerd, kubelet, kube-proxy, DNS, volumes. It stays when this process ends, until `down`. What an earlier one of the
 * name left is cleared away first. `pause` is the archive of the image that holds a pod's namespaces.
 * @throws with the end of the log of the part that did not come up; then nothing is left.
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

async function bringUp(place: Place, pause: string): Promise<Cluster> {
  await mkdir(join(place.folder, 'logs'), { recursive: true });
  await mkdir(place.run, { recursive: true });
  const link = await openNetwork(place);
  const token = await writeCredentials(place.folder);
  const server = `https://${link.node}:6443`;
  const certificate = certificateOf(place.folder);
  await writeKubeconfig(place.kubeconfig, { server, token, certificate, name: place.name });
  await writeNodeFiles(place, link);
  await openCgroups(place);
  const begin = ({ name, command, args }: Component) => startDaemon(place, name, command, args);
  const cluster = await openCluster(place);

  await begin(components.containerd(place));
  await begin(components.etcd(place));
  await begin(components.apiServer(place, link));
  await ready(place, 'containerd', () => containerd(place, 'version').then(() => true));
  await cluster.load(pause);
  await ready(place, 'the API server', async () => (await cluster.request('/readyz')).status === 200);
  for (const name of ['controllerManager', 'scheduler', 'kubelet', 'proxy', 'dns'] as const) {
    await begin(components[name](place, link));
  }
  await cluster.apply([...dns(link), storageClass]);
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
