/** How many sentinels must agree that a primary is down: more than half, as `sentinel.sh` has it too. */
export function quorum(pods: number): number {
  return Math.floor(pods / 2) + 1;
}

/** Replicas in step without which the primary takes no writes, as `redis.sh` has it too; a lone one waits for nobody. */
export function minReplicas(pods: number): number {
  return pods < 3 ? 0 : 1;
}

/** The same for all: sentinels promote whichever is furthest, and never one of priority 0. */
export const replicaPriority = 100;
