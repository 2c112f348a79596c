import { mounts } from '../mounts.ts';

/**
 * Starts Redis in the role that is its own at this moment. Who is primary is never chosen here: the sentinels say it; where
 * none of them knows, the pod keeps the role that it had, and only in a set that never ran the first pod begins as primary.
 */
export const redisScript = String.raw`#!/bin/sh
set -eu
umask 077
. ${mounts.config}/common.sh
conf=${mounts.data}/redis.conf

# A primary that comes back after a crash has lost what replicas still hold, and loads for long; while it loads it counts
# as alive, and nobody takes over. So a replica that was in step until now is asked to take over first.
in_step() {
  for peer in $(peers); do
    state=$(redis "$peer" info replication) || continue
    [ "$(echo "$state" | field role)" = slave ] || continue
    [ "$(echo "$state" | field master_host)" = "$me" ] || continue
    [ "$(echo "$state" | field master_link_status)" != up ] || return 0
    since=$(echo "$state" | field master_link_down_since_seconds)
    case $since in '' | *[!0-9]*) ;; *) return 0 ;; esac
  done
  return 1
}

# What Redis itself wrote down, when a sentinel made it primary or replica.
role_before() { sed -n 's/^replicaof  *\([^ ]*\) .*/\1/p' "$conf" | tail -n 1; }

primary=$(known_primary)
if [ "$primary" = "$me" ]; then
  if in_step; then
    say "was primary; a replica is in step: asking the sentinels to let it take over"
    primary=$(hand_over)
  fi
elif [ -z "$primary" ]; then
  if [ -f "$conf" ]; then
    primary=$(role_before)
    say "no sentinel knows a primary; going on as before"
  elif [ "$ordinal" -ne 0 ]; then
    primary="$set_name-0.$PODS"
    say "the set is new"
  fi
fi

search=
for folder in /opt/redis-stack/lib /usr/local/lib/redis/modules /usr/lib/redis/modules; do
  [ ! -f "$folder/redisearch.so" ] || search="$folder/redisearch.so"
done
[ -n "$search" ] || { say "expected the module redisearch.so in this image, found none"; exit 1; }

new=${mounts.temporary}/redis.conf
min_replicas=0
[ "$(pods | wc -l)" -lt 3 ] || min_replicas=1
{
  echo "include ${mounts.config}/redis.conf"
  echo "loadmodule $search"
  [ -z "$bind" ] || echo "bind $bind"
  echo "replica-announce-ip $me"
  echo "masteruser replication"
  echo "masterauth $(password replication)"
  echo "min-replicas-to-write $min_replicas"
  if [ -n "$primary" ] && [ "$primary" != "$me" ]; then echo "replicaof $primary 6379"; fi
} >"$new"

if [ -n "$primary" ] && [ "$primary" != "$me" ]; then say "starting as replica of $primary"; else say "starting as primary"; fi
exec redis-server "$(kept "$new" "$conf")"
`;
