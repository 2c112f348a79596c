import { ports } from '../../../crds/names.ts';
import { mounts } from '../mounts.ts';

/** How long a primary may be silent before the sentinels agree to replace it, milliseconds. */
export const downAfter = 4000;

/**
 * Starts the sentinel of this pod. What it had learnt lies beside the data and is kept, so that after a restart of everything
 * the last decision still holds; without it, it asks the others.
 */
export const sentinelScript = String.raw`#!/bin/sh
set -eu
umask 077
. ${mounts.config}/common.sh
mkdir -p ${mounts.data}/sentinel || true
new=${mounts.temporary}/sentinel.conf
conf=${mounts.data}/sentinel/sentinel.conf
quorum=$(($(pods | wc -l) / 2 + 1))

learnt=
if [ -f "$conf" ]; then
  # Others that are no longer part of the set would count as votes that never come.
  learnt=$(grep -E '^sentinel (config-epoch|leader-epoch|current-epoch|known-replica|known-sentinel) ' "$conf" |
    awk -v pods="$(pods | tr '\n' ' ')" '$2 !~ /^known-/ || index(" " pods, " " $4 " ")' || true)
  primary=$(awk '$1 == "sentinel" && $2 == "monitor" { print $4 }' "$conf")
else
  primary=$(known_primary)
fi
[ -n "$primary" ] || primary="$set_name-0.$PODS"

{
  echo "port ${ports.sentinel}"
  echo "dir ${mounts.temporary}"
  [ -z "$bind" ] || echo "bind $bind"
  echo "protected-mode no"
  echo "aclfile ${mounts.secret}/sentinel-users.acl"
  # The same name in every life, so that the others do not take it for one more voter.
  echo "sentinel myid $(printf %s "$me" | sha1sum | cut -c 1-40)"
  echo "sentinel resolve-hostnames yes"
  echo "sentinel announce-hostnames yes"
  echo "sentinel announce-ip $me"
  echo "sentinel announce-port ${ports.sentinel}"
  echo "sentinel sentinel-user sentinel"
  echo "sentinel sentinel-pass $(password sentinel)"
  echo "sentinel monitor $PRIMARY $primary ${ports.redis} $quorum"
  echo "sentinel auth-user $PRIMARY sentinel"
  echo "sentinel auth-pass $PRIMARY $(password sentinel)"
  echo "sentinel down-after-milliseconds $PRIMARY ${downAfter}"
  echo "sentinel failover-timeout $PRIMARY 5000"
  echo "sentinel parallel-syncs $PRIMARY 1"
  [ -z "$learnt" ] || echo "$learnt"
} >"$new"
say "watching $primary with a quorum of $quorum"
exec redis-server "$(kept "$new" "$conf")" --sentinel
`;
