import { amount } from '../../crds/amount.ts';
import { ports } from '../../crds/names.ts';
import type { OwnRedis } from '../../crds/semantic-cache.ts';
import type { RedisView } from './cache.ts';
import { mounts } from './mounts.ts';
import { replicaPriority } from './quorum.ts';

/**
 * Of the memory limit, the rest being for what Redis does not count or needs at times: the copy of changed pages while it
 * writes to disk, buffers of replicas, fragmentation, and the sentinel's neighbours in the page cache.
 */
const SHARE_FOR_DATA = 0.65;

/**
 * Seconds after which a replica that says nothing is out of step: about when the sentinels have chosen another primary. How
 * many there must be depends on the number of pods, which changes while Redis runs: `redis.sh` and the operator see to it.
 */
const MOST_LAG = 5;

export function maxMemory({ resources }: OwnRedis): number {
  return Math.floor(amount(resources.limits.memory) * SHARE_FOR_DATA);
}

/** `save` takes pairs of seconds and changes. */
const persistence: Record<OwnRedis['persistence'], readonly string[]> = {
  log: ['appendonly yes', 'appendfsync everysec', 'save ""'],
  snapshot: ['appendonly no', 'save 900 1 300 100 60 10000'],
  none: ['appendonly no', 'save ""'],
};

/** redis.conf, but for what differs from pod to pod: role, address, password, which `redis.sh` adds. */
export function redisSettings({ redis }: RedisView): string {
  return `${[
    `port ${ports.redis}`,
    'dir /data',
    `aclfile ${mounts.secret}/users.acl`,
    'protected-mode no',
    'tcp-keepalive 60',
    '',
    '# A full cache drops what was used least recently, index and answers together. With volatile-lru a write fails as',
    '# soon as something without an end of life fills the memory.',
    `maxmemory ${maxMemory(redis)}`,
    'maxmemory-policy allkeys-lru',
    'lazyfree-lazy-eviction yes',
    'lazyfree-lazy-expire yes',
    'lazyfree-lazy-server-del yes',
    'replica-lazy-flush yes',
    '',
    ...persistence[redis.persistence],
    '# A cache goes on when its disk is full: the primary answers what it holds, a replica does not end itself.',
    'stop-writes-on-bgsave-error no',
    'replica-ignore-disk-write-errors yes',
    '# Nor does it stay when it is told to end: it would be told once, and killed when its time is over.',
    'shutdown-on-sigterm force',
    '',
    '# A replica that was away for minutes catches up without a copy of everything.',
    'repl-backlog-size 64mb',
    'repl-backlog-ttl 3600',
    'repl-diskless-sync yes',
    'repl-diskless-sync-delay 0',
    `replica-priority ${replicaPriority}`,
    `min-replicas-max-lag ${MOST_LAG}`,
  ].join('\n')}\n`;
}
