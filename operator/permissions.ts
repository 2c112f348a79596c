import { group, plural } from '../crds/names.ts';

/** One rule of RBAC, as a Role and a ClusterRole have it. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/**
 * What the operator may do where SemanticCaches are: everywhere by a ClusterRole, or in each of the watched namespaces by a
 * Role. There is no wildcard; whatever is missing here, the tests of `test/cluster` miss too.
 *
 * Secrets: those of the caches are made, watched by their label, and read once by a new leader. RBAC knows no labels, so in
 * a ClusterRole this means all Secrets. Whoever does not want that names the namespaces.
 */
export const inWatchedNamespaces: readonly Rule[] = [
  { apiGroups: [group], resources: [plural], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [group], resources: [`${plural}/status`], verbs: ['patch'] },
  // A controller reference that blocks the deletion of its owner needs the right to change the owner's finalizers.
  { apiGroups: [group], resources: [`${plural}/finalizers`], verbs: ['update'] },
  {
    apiGroups: [''],
    resources: ['configmaps', 'secrets', 'services'],
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  },
  {
    apiGroups: ['apps'],
    resources: ['statefulsets'],
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  },
  {
    apiGroups: ['networking.k8s.io'],
    resources: ['networkpolicies'],
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  },
  {
    apiGroups: ['policy'],
    resources: ['poddisruptionbudgets'],
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  },
  {
    apiGroups: ['monitoring.coreos.com'],
    resources: ['podmonitors'],
    verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
  },
  { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
  // Whether a pod should have a sidecar, its namespace says too; asked where a watch is behind, or for pods without one.
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
  // Pods of Redis are replaced as a drain would do it; others only where a cache asks for it.
  { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
  // Volumes grow.
  { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['list', 'watch', 'patch'] },
  // Why a pod could not be made, its workload says in events.
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['list', 'create', 'patch'] },
];

/**
 * What `FOURFOLD_OPERATOR_INJECTOR=webhook` needs beside, by a ClusterRole: labels of namespaces, and the one registration
 * whose `caBundle` it writes.
 */
export function forInjection(configuration: string): readonly Rule[] {
  return [
    { apiGroups: [''], resources: ['namespaces'], verbs: ['list', 'watch'] },
    {
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['mutatingwebhookconfigurations'],
      resourceNames: [configuration],
      verbs: ['patch'],
    },
  ];
}

/** And in its own namespace, by a Role: the Secret of its certificate authorities. */
export function forCertificates(secret: string): readonly Rule[] {
  const secrets = { apiGroups: [''], resources: ['secrets'] };
  return [
    { ...secrets, verbs: ['create'] },
    { ...secrets, resourceNames: [secret], verbs: ['get', 'update'] },
  ];
}

/** What it may do in its own namespace, by a Role: the Lease by which replicas agree who leads. */
export function inOwnNamespace(leaseName: string): readonly Rule[] {
  const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
  return [
    // A name cannot be asked for of an object that is yet to be made.
    { ...leases, verbs: ['create'] },
    { ...leases, resourceNames: [leaseName], verbs: ['get', 'update'] },
  ];
}
