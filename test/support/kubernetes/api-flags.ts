import { join } from 'node:path';
import { credentialFlags } from './credentials.ts';

export interface ApiServerOptions {
  /** Kept beside the etcd data; read with `audit()`. */
  readonly audit?: boolean;
  readonly featureGates?: Readonly<Record<string, boolean>>;
  /** Such as `admissionregistration.k8s.io/v1beta1=true`. */
  readonly runtimeConfig?: readonly string[];
  /** The real mutating admission policies, which 1.34 has as a beta that is off. */
  readonly mutatingAdmissionPolicies?: boolean;
  /**
   * Controllers of kube-controller-manager that run beside it, by its own names, such as `garbage-collector-controller`,
   * `namespace-controller`, `serviceaccount-controller`, `statefulset-controller`. Default: none, so that nothing but the
   * test acts.
   */
  readonly controllers?: readonly string[];
  /** Pods need their service account, as in a real cluster: default when `controllers` makes those, else off. */
  readonly serviceAccounts?: boolean;
  /** Without it a watch reads etcd itself, so that `compact()` alone gives 410 Gone to whoever resumes an old one. */
  readonly watchCache?: boolean;
  /** Further flags of kube-apiserver. */
  readonly flags?: readonly string[];
}

/** Requests, once each, without their bodies. */
export const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted, Panic]
rules: [{level: Metadata}]
`;

export function apiFlags(folder: string, etcdUrl: string, port: number, options: ApiServerOptions): string[] {
  const { controllers = [], mutatingAdmissionPolicies: mutating, watchCache = true } = options;
  const serviceAccounts = options.serviceAccounts ?? controllers.includes('serviceaccount-controller');
  const gates = Object.entries({
    ...options.featureGates,
    ...(mutating ? { MutatingAdmissionPolicy: true } : {}),
  }).map(([name, on]) => `${name}=${on}`);
  const runtime = [
    ...(options.runtimeConfig ?? []),
    ...(mutating ? ['admissionregistration.k8s.io/v1beta1=true'] : []),
  ];
  return [
    `--etcd-servers=${etcdUrl}`,
    '--etcd-compaction-interval=0',
    ...credentialFlags(folder),
    '--bind-address=127.0.0.1',
    // Written into the Service "kubernetes"; a loopback address would be refused.
    '--advertise-address=10.255.255.1',
    `--secure-port=${port}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--authorization-mode=RBAC',
    '--allow-privileged=true',
    // So that a test meets the limits of what it tests, and not the server's.
    '--max-requests-inflight=0',
    '--max-mutating-requests-inflight=0',
    '--enable-priority-and-fairness=false',
    ...(serviceAccounts ? [] : ['--disable-admission-plugins=ServiceAccount']),
    ...(watchCache ? [] : ['--watch-cache=false']),
    ...(options.audit
      ? [`--audit-policy-file=${join(folder, 'audit.yaml')}`, `--audit-log-path=${auditLog(folder)}`]
      : []),
    ...(gates.length > 0 ? [`--feature-gates=${gates.join(',')}`] : []),
    ...(runtime.length > 0 ? [`--runtime-config=${runtime.join(',')}`] : []),
    ...(options.flags ?? []),
  ];
}

export const auditLog = (folder: string): string => join(folder, 'audit.log');
