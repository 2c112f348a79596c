/** How many sentinels must agree that a primary is down: more than half, as `sentinel.sh` has it too. */
export function quorum(pods: number): number {
  return Math.floor(pods / 2) + 1;
}
