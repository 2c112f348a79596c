import { mounts } from '../mounts.ts';

/**
 * Before the container of Redis ends: a primary lets a replica take over, so that a drained node costs no waiting; and a replica
 * that has just had a copy of everything finishes its new log, without which it would need another copy.
 */
export const handOverScript = `#!/bin/sh
set -u
. ${mounts.config}/common.sh

finish_log() {
  tries=0
  while [ "$(redis "$here" info persistence | field aof_rewrite_in_progress)" = 1 ] && [ "$tries" -lt 40 ]; do
    tries=$((tries + 1))
    sleep 0.5
  done
  exit 0
}
[ "$(redis "$here" role | head -n 1)" = master ] || finish_log
case $(redis "$here" info replication | field connected_slaves) in '' | 0) finish_log ;; esac

# No write is acknowledged from here on that the replicas do not have.
redis "$here" client pause 5000 write >/dev/null
tries=0
while [ "$tries" -lt 10 ]; do
  state=$(redis "$here" info replication)
  offset=$(echo "$state" | field master_repl_offset)
  ! echo "$state" | grep -q "state=online,offset=$offset," || break
  tries=$((tries + 1))
  sleep 0.1
done

new=$(hand_over)
[ -n "$new" ] || redis "$here" client unpause >/dev/null
finish_log
`;
