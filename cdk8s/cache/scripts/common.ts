import { ports } from '../../../crds/names.ts';
import { mounts } from '../mounts.ts';

/** What the other scripts share. Plain sh, with what busybox has, so that any image of Redis will do. */
export const commonScript = String.raw`# Read by the other scripts. From the environment: POD (this pod), PODS (the domain of all), PRIMARY (their group).
PATH="/opt/redis-stack/bin:$PATH"
me="$POD.$PODS"
set_name=$(echo "$POD" | sed 's/-[0-9]*$//')
ordinal=$(echo "$POD" | sed 's/.*-//')

say() { echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) $*"; }

# The pods of the set, one host name in a line; the operator keeps their number up to date.
pods() {
  of=$(cat ${mounts.config}/pods)
  at=0
  while [ "$at" -lt "$of" ]; do echo "$set_name-$at.$PODS"; at=$((at + 1)); done
}
peers() { pods | grep -vxF "$me" || true; }

password() { cat "${mounts.secret}/$1"; }

# redis HOST COMMAND... and sentinel HOST COMMAND...: the answer; 124 when there was none in time.
redis() {
  host=$1; shift
  REDISCLI_AUTH=$(password operator) timeout 2 redis-cli --no-auth-warning --user operator -h "$host" -p ${ports.redis} "$@" 2>/dev/null
}
sentinel() {
  host=$1; shift
  REDISCLI_AUTH=$(password operator) timeout 2 redis-cli --no-auth-warning --user operator -h "$host" -p ${ports.sentinel} "$@" 2>/dev/null
}

# field NAME: its value in an answer that lists names and values in turn, or as name:value.
field() { tr -d '\r' | awk -v name="$1" 'previous == name { print; exit } index($0, name ":") == 1 { print substr($0, length(name) + 2); exit } { previous = $0 }'; }

# The primary by the most recent decision that any sentinel knows; nothing when none knows one. Fails while a sentinel
# that may know takes too long to say so.
primary() {
  newest=-1
  found=
  unsure=
  for host_name in $(pods); do
    answer=$(sentinel "$host_name" sentinel master "$PRIMARY") || { [ $? -ne 124 ] || unsure=yes; continue; }
    epoch=$(echo "$answer" | field config-epoch)
    case $epoch in '' | *[!0-9]*) continue ;; esac
    if [ "$epoch" -gt "$newest" ]; then
      newest=$epoch
      found=$(echo "$answer" | field ip)
    fi
  done
  [ -n "$found" ] || [ -z "$unsure" ] || return 1
  echo "$found"
}

# The same, asked again for some seconds while it is unsure.
known_primary() {
  tries=0
  until known=$(primary); do
    tries=$((tries + 1))
    [ "$tries" -lt 5 ] || break
    sleep 1
  done
  echo "$known"
}

# Asks a sentinel of another pod to choose a new primary, and waits until it has: prints the new one.
# Nothing is printed when no replica may take over, or none did within the time.
hand_over() {
  asked=
  for host_name in $(peers); do
    case $(sentinel "$host_name" sentinel failover "$PRIMARY") in
      OK* | *INPROG*) asked=yes; break ;;
    esac
  done
  [ -n "$asked" ] || return 0
  tries=0
  while [ "$tries" -lt 40 ]; do
    new=$(primary) || new=
    if [ -n "$new" ] && [ "$new" != "$me" ]; then echo "$new"; return 0; fi
    tries=$((tries + 1))
    sleep 0.5
  done
}
`;
