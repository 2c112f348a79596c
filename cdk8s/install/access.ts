import { k8s } from 'cdk8s-plus-27';
import {
  forCertificates,
  forInjection,
  inOwnNamespace,
  inWatchedNamespaces,
  type Rule,
} from '../../operator/permissions.ts';
import type { InstallObject } from './install.ts';

/** Who the operator is, and what it may do; the rules stand beside the code that needs them. */
export const access: InstallObject = (chart, { name, namespace, watchNamespaces, injection }) => {
  new k8s.KubeServiceAccount(chart, 'service-account', { metadata: { name, namespace } });
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  const roleRef = (kind: string, role: string) => ({
    apiGroup: 'rbac.authorization.k8s.io',
    kind,
    name: role,
  });

  new k8s.KubeRole(chart, 'own-role', {
    metadata: { name, namespace },
    rules: rulesOf([
      ...inOwnNamespace(name),
      ...(injection === undefined ? [] : forCertificates(injection.secret)),
    ]),
  });
  new k8s.KubeRoleBinding(chart, 'own-role-binding', {
    metadata: { name, namespace },
    roleRef: roleRef('Role', name),
    subjects,
  });

  if (injection !== undefined) {
    const admissions = `${name}-injection`;
    new k8s.KubeClusterRole(chart, 'injection-role', {
      metadata: { name: admissions },
      rules: rulesOf(forInjection(injection.configuration)),
    });
    new k8s.KubeClusterRoleBinding(chart, 'injection-role-binding', {
      metadata: { name: admissions },
      roleRef: roleRef('ClusterRole', admissions),
      subjects,
    });
  }

  const rules = rulesOf(inWatchedNamespaces);
  const caches = `${name}-caches`;
  if (watchNamespaces.length === 0) {
    new k8s.KubeClusterRole(chart, 'caches-role', { metadata: { name: caches }, rules });
    new k8s.KubeClusterRoleBinding(chart, 'caches-role-binding', {
      metadata: { name: caches },
      roleRef: roleRef('ClusterRole', caches),
      subjects,
    });
  }
  for (const watched of watchNamespaces) {
    const metadata = { name: caches, namespace: watched };
    new k8s.KubeRole(chart, `caches-role-${watched}`, { metadata, rules });
    new k8s.KubeRoleBinding(chart, `caches-role-binding-${watched}`, {
      metadata,
      roleRef: roleRef('Role', caches),
      subjects,
    });
  }
};

/** Bound to the people who declare caches by the roles that Kubernetes has for them. */
export const peoplesAccess: InstallObject = (chart, { name }) => {
  const aggregated = (into: string, resources: string[], verbs: string[]) =>
    new k8s.KubeClusterRole(chart, `people-${into}`, {
      metadata: {
        name: `${name}-${into}`,
        labels: { [`rbac.authorization.k8s.io/aggregate-to-${into}`]: 'true' },
      },
      rules: [{ apiGroups: ['fourfold.dev'], resources, verbs }],
    });
  const [caches, scale, status] = ['semanticcaches', 'semanticcaches/scale', 'semanticcaches/status'];
  aggregated('view', [caches, scale, status], ['get', 'list', 'watch']);
  // The status is the operator's to write.
  aggregated('edit', [caches, scale], ['create', 'delete', 'deletecollection', 'patch', 'update']);
};

/** The constructs take arrays that they may change. */
function rulesOf(rules: readonly Rule[]): k8s.PolicyRule[] {
  return rules.map(({ apiGroups, resources, resourceNames, verbs }) => ({
    apiGroups: [...apiGroups],
    resources: [...resources],
    ...(resourceNames === undefined ? {} : { resourceNames: [...resourceNames] }),
    verbs: [...verbs],
  }));
}
