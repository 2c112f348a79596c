import { k8s } from 'cdk8s-plus-27';
import { ports } from '../../crds/names.ts';
import type { RedisObject } from './cache.ts';
import { redisLabels } from './redis-labels.ts';

/**
 * Where clients begin: any sentinel, which tells them the primary. It has no port of Redis itself, for behind one address
 * for all pods most writes would reach a replica and fail.
 */
export const redisService: RedisObject = (chart, { cache, names }) => {
  new k8s.KubeService(chart, 'redis-service', {
    metadata: { name: names.redis },
    spec: {
      type: 'ClusterIP',
      selector: redisLabels(cache),
      ports: [{ name: 'sentinel', port: ports.sentinel, targetPort: k8s.IntOrString.fromString('sentinel') }],
    },
  });
};
