import { k8s } from 'cdk8s-plus-27';
import { ports } from '../../crds/names.ts';
import type { RedisObject } from './cache.ts';
import { redisLabels } from './redis-labels.ts';

/** Gives each pod its host name, also before it is ready: a replica must find a primary that still loads. */
export const redisPodsService: RedisObject = (chart, { cache, names }) => {
  new k8s.KubeService(chart, 'redis-pods-service', {
    metadata: { name: names.redisPods },
    spec: {
      clusterIp: 'None',
      publishNotReadyAddresses: true,
      selector: redisLabels(cache),
      ports: [
        { name: 'redis', port: ports.redis, targetPort: k8s.IntOrString.fromString('redis') },
        { name: 'sentinel', port: ports.sentinel, targetPort: k8s.IntOrString.fromString('sentinel') },
      ],
    },
  });
};
