import { ports } from '../../../crds/names.ts';
import { mounts } from '../mounts.ts';

/**
 * `probe.sh alive|ready redis|sentinel`. Whatever is answered shows life: a Redis that reads minutes of data from its disk, or
 * that wants a password, must not be killed for it. Ready is a primary that takes commands, or a replica in step with one.
 */
export const probeScript = `#!/bin/sh
set -u
. ${mounts.config}/common.sh

case "$1 $2" in
  'alive redis') answer=$(timeout 4 redis-cli -h "$here" -p ${ports.redis} ping 2>&1) ;;
  'alive sentinel' | 'ready sentinel') answer=$(timeout 4 redis-cli -h "$here" -p ${ports.sentinel} ping 2>&1) ;;
  'ready redis')
    answer=$(redis "$here" info replication)
    case $(echo "$answer" | field role):$(echo "$answer" | field master_link_status) in
      master:* | slave:up) exit 0 ;;
    esac
    echo "not ready: $(echo "$answer" | head -n 1)"
    exit 1
    ;;
esac
case $answer in
  PONG* | NOAUTH* | LOADING* | BUSY* | MASTERDOWN* | *NOPERM*) exit 0 ;;
esac
echo "not alive: $answer"
exit 1
`;
