import { inOwnNamespace, inWatchedNamespaces } from '../../../operator/permissions.ts';
import { secured } from './sample.ts';

const rbac = 'rbac.authorization.k8s.io';
const name = 'fourfold';

/** The operator in a pod of this namespace, under the permissions that it ships with, serving every namespace. */
export function operatorObjects(namespace: string): object[] {
  const metadata = { name, namespace };
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  const bind = (kind: 'Role' | 'ClusterRole', meta: object) => ({
    apiVersion: `${rbac}/v1`,
    kind: `${kind}Binding`,
    metadata: meta,
    roleRef: { apiGroup: rbac, kind, name },
    subjects,
  });
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules: inWatchedNamespaces },
    bind('ClusterRole', { name }),
    { apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules: inOwnNamespace('fourfold-operator') },
    bind('Role', metadata),
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name, 'fourfold.dev/operator': 'true' } },
          spec: { serviceAccountName: name, containers: [container] },
        },
      },
    },
  ];
}

const container = {
  name: 'operator',
  image: 'localhost/fourfold-operator:1',
  env: [{ name: 'FOURFOLD_OPERATOR_SIDECAR_IMAGE', value: 'localhost/fourfold-sidecar:1' }],
  readinessProbe: { httpGet: { port: 4116, path: '/readyz' }, periodSeconds: 1 },
  livenessProbe: { httpGet: { port: 4116, path: '/livez' } },
  securityContext: secured,
};
