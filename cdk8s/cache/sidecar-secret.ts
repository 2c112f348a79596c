import { k8s } from 'cdk8s-plus-27';
import type { RedisObject } from './cache.ts';
import { encoded } from './redis-secret.ts';

/** Mounted by injected pods: nothing that would let an application do more than its sidecar. */
export const sidecarSecret: RedisObject = (chart, { names, passwords }) => {
  new k8s.KubeSecret(chart, 'sidecar-secret', {
    metadata: { name: names.sidecar },
    type: 'Opaque',
    data: encoded({
      username: 'sidecar',
      password: passwords.current.sidecar,
      'admin-token': passwords.adminToken,
    }),
  });
};
