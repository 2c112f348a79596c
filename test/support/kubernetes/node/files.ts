import { existsSync } from 'node:fs';
import { mkdir, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Link, network, nodeName, type Place } from './place.ts';

export const cniFolder = (): string | undefined =>
  ['/usr/lib/cni', '/opt/cni/bin'].find((folder) => existsSync(join(folder, 'bridge')));

/** The configuration files of the node's programs. JSON is YAML, and says itself where a value ends. */
export async function writeNodeFiles(place: Place, link: Link): Promise<void> {
  const write = async (name: string, content: string | object) => {
    const file = join(place.folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  };
  await write('kubelet.yaml', kubelet(place, link));
  await write('proxy.yaml', proxy(place));
  await write('Corefile', corefile(place, link));
  await write('cni/10-bridge.conflist', bridge(place));
  await write('containerd.toml', await containerd(place));
}

/** Anybody who reaches the node's address may speak to it: that is this machine, and the cluster's own pods. */
const kubelet = (place: Place, link: Link) => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  address: link.node,
  authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
  authorization: { mode: 'AlwaysAllow' },
  cgroupDriver: 'cgroupfs',
  // Two nodes on one machine would clear away each other's pods.
  cgroupRoot: `/${place.label}`,
  failCgroupV1: false,
  failSwapOn: false,
  clusterDNS: [network.dns],
  clusterDomain: 'cluster.local',
  resolvConf: '',
  containerRuntimeEndpoint: `unix://${place.containerd}`,
  podLogsDir: join(place.folder, 'pod-logs'),
  imageGCHighThresholdPercent: 100,
  evictionHard: { 'imagefs.available': '1%', 'nodefs.available': '1%', 'memory.available': '100Mi' },
  // A changed ConfigMap reaches its pods within so long; the usual minute makes tests slow.
  syncFrequency: '10s',
  shutdownGracePeriod: '0s',
});

const proxy = (place: Place) => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  clientConnection: { kubeconfig: place.kubeconfig },
  mode: 'nftables',
  hostnameOverride: nodeName,
  clusterCIDR: network.pods,
  conntrack: { maxPerCore: 0, min: 0 },
});

/** On the node itself, behind the Service address that the kubelet gives to pods. */
const corefile = (place: Place, link: Link) => `.:53 {
  errors
  ready ${link.node}:8181
  cache 5
  kubernetes cluster.local in-addr.arpa {
    kubeconfig ${place.kubeconfig}
    ttl 5
  }
}
`;

const bridge = (place: Place) => ({
  cniVersion: '0.4.0',
  name: place.label,
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      ipMasq: true,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        dataDir: join(place.run, 'addresses'),
        ranges: [[{ subnet: network.podsOfNode }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
});

/** All that it mounts and keeps lies in our two folders, so that `down` finds it. */
const containerd = async (place: Place) => `version = 2
root = "${join(place.folder, 'containerd')}"
state = "${join(place.run, 'containerd')}"
[grpc]
  address = "${place.containerd}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  # Without CAP_SYS_RESOURCE a lower oom_score_adj is refused, and every sandbox fails to start.
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${cniFolder()}"
    conf_dir = "${join(place.folder, 'cni')}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "${await snapshotter(place)}"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        Root = "${join(place.run, 'runc')}"
`;

const overlayfs = 0x794c7630;

/** An overlay cannot lie on an overlay, as inside a container. */
export const snapshotter = async (place: Place): Promise<string> =>
  (await statfs(place.folder)).type === overlayfs ? 'native' : 'overlayfs';
