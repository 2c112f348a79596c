import { apiVersion, kind, plural } from '../../crds/names.ts';
import type { Kind } from '../kube/kind.ts';

export const semanticCaches: Kind = { apiVersion, kind, plural };
export const configMaps: Kind = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };
export const secrets: Kind = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets' };
export const statefulSets: Kind = { apiVersion: 'apps/v1', kind: 'StatefulSet', plural: 'statefulsets' };
export const podMonitors: Kind = {
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PodMonitor',
  plural: 'podmonitors',
};
export const pods: Kind = { apiVersion: 'v1', kind: 'Pod', plural: 'pods' };
export const namespaces: Kind = { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces' };
export const claims: Kind = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
};

/** Every kind that a SemanticCache may own. Whoever adds one to `cdk8s/cache` adds it here and to `permissions.ts`. */
export const ownedKinds: readonly Kind[] = [
  configMaps,
  secrets,
  { apiVersion: 'v1', kind: 'Service', plural: 'services' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', plural: 'networkpolicies' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', plural: 'poddisruptionbudgets' },
  podMonitors,
  statefulSets,
];
