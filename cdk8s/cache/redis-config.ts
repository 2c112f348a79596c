import { createHash } from 'node:crypto';
import { k8s } from 'cdk8s-plus-27';
import type { RedisObject, RedisView } from './cache.ts';
import { redisSettings } from './redis-settings.ts';
import { commonScript } from './scripts/common.ts';
import { handOverScript } from './scripts/hand-over.ts';
import { probeScript } from './scripts/probe.ts';
import { redisScript } from './scripts/redis.ts';
import { sentinelScript } from './scripts/sentinel.ts';

/** Settings and scripts of the Redis pods, mounted where `stateful-set.ts` says. */
export const redisConfig: RedisObject = (chart, view) => {
  new k8s.KubeConfigMap(chart, 'redis-config', {
    metadata: { name: view.names.redis },
    data: {
      ...atStart(view),
      // Read by the scripts when they run; the operator tells it to sentinels that run.
      pods: `${view.pods}\n`,
    },
  });
};

/** What the containers read only when they start. */
function atStart(view: RedisView): Record<string, string> {
  return {
    'redis.conf': redisSettings(view),
    'common.sh': commonScript,
    'redis.sh': redisScript,
    'sentinel.sh': sentinelScript,
    'hand-over.sh': handOverScript,
    'probe.sh': probeScript,
  };
}

/** On the pod template: a change of it replaces the pods. */
export function startHash(view: RedisView): string {
  return createHash('sha256')
    .update(JSON.stringify(atStart(view)))
    .digest('hex')
    .slice(0, 16);
}
