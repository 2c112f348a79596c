import { k8s } from 'cdk8s-plus-27';
import type { RedisObject } from './cache.ts';
import { redisLabels } from './redis-labels.ts';

/**
 * One pod at a time may be drained: of three or more the rest stay a majority. A single pod has no budget: the cache may be
 * away for a while, a node that cannot be drained would be worse.
 */
export const disruptionBudget: RedisObject = (chart, { cache, names, pods }) => {
  if (pods < 3) return;
  new k8s.KubePodDisruptionBudget(chart, 'disruption-budget', {
    metadata: { name: names.redis },
    spec: {
      maxUnavailable: k8s.IntOrString.fromNumber(1),
      selector: { matchLabels: redisLabels(cache) },
      // A pod that is not ready protects nothing.
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  });
};
