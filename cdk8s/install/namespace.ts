import { k8s } from 'cdk8s-plus-27';
import type { InstallObject } from './install.ts';

export const namespace: InstallObject = (chart, { namespace }) => {
  new k8s.KubeNamespace(chart, 'namespace', {
    metadata: {
      name: namespace,
      labels: {
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/enforce-version': 'latest',
      },
    },
  });
};
