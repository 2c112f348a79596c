import { fileURLToPath } from 'node:url';
import { certificateOf, credentialFlags } from '../credentials.ts';
import { etcdFlags } from '../etcd.ts';
import { program } from '../programs.ts';
import { type Link, network, nodeName, type Place } from './place.ts';

export interface Component {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** What a node is made of, in the order in which it starts. */
export const components = {
  etcd: (place: Place): Component => ({
    name: 'etcd',
    command: program('etcd'),
    args: etcdFlags(place.folder),
  }),

  apiServer: (place: Place, link: Link): Component => ({
    name: 'apiserver',
    command: program('kube-apiserver'),
    args: [
      `--etcd-servers=unix://${place.folder}/etcd.sock`,
      ...credentialFlags(place.folder),
      '--secure-port=6443',
      `--bind-address=${link.node}`,
      `--advertise-address=${link.node}`,
      `--service-cluster-ip-range=${network.services}`,
      '--allow-privileged=true',
      '--authorization-mode=Node,RBAC',
      '--kubelet-preferred-address-types=InternalIP',
      '--feature-gates=MutatingAdmissionPolicy=true',
      '--runtime-config=admissionregistration.k8s.io/v1beta1=true',
    ],
  }),

  controllerManager: (place: Place): Component => ({
    name: 'controller-manager',
    command: program('kube-controller-manager'),
    args: [
      `--kubeconfig=${place.kubeconfig}`,
      `--service-account-private-key-file=${place.folder}/certs/sa.key`,
      `--root-ca-file=${certificateOf(place.folder)}`,
      '--allocate-node-cidrs=true',
      `--cluster-cidr=${network.pods}`,
      '--leader-elect=false',
    ],
  }),

  scheduler: (place: Place): Component => ({
    name: 'scheduler',
    command: program('kube-scheduler'),
    args: [`--kubeconfig=${place.kubeconfig}`, '--leader-elect=false'],
  }),

  containerd: (place: Place): Component => ({
    name: 'containerd',
    command: 'containerd',
    args: ['--config', `${place.folder}/containerd.toml`],
  }),

  kubelet: (place: Place, link: Link): Component => ({
    name: 'kubelet',
    command: program('kubelet'),
    args: [
      `--kubeconfig=${place.kubeconfig}`,
      `--config=${place.folder}/kubelet.yaml`,
      `--root-dir=${place.folder}/kubelet`,
      `--cert-dir=${place.folder}/certs/kubelet`,
      `--hostname-override=${nodeName}`,
      `--node-ip=${link.node}`,
    ],
  }),

  proxy: (place: Place): Component => ({
    name: 'proxy',
    command: program('kube-proxy'),
    args: ['--config', `${place.folder}/proxy.yaml`],
  }),

  dns: (place: Place): Component => ({
    name: 'dns',
    command: program('coredns'),
    args: ['-conf', `${place.folder}/Corefile`],
  }),

  volumes: (place: Place): Component => ({
    name: 'volumes',
    command: process.execPath,
    args: [fileURLToPath(new URL('volumes.ts', import.meta.url)), place.name],
  }),
};
