import { mounts } from '../mounts.ts';

/** Before the container of Redis ends: a primary lets a replica take over, so that a drained node costs no waiting. */
export const handOverScript = `#!/bin/sh
set -u
. ${mounts.config}/common.sh
[ "$(redis "$here" role | head -n 1)" = master ] || exit 0
case $(redis "$here" info replication | field connected_slaves) in '' | 0) exit 0 ;; esac

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
exit 0
`;
