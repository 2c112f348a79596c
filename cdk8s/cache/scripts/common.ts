import { ports } from '../../../crds/names.ts';
import { mounts } from '../mounts.ts';

/** What the other scripts share. Plain sh, with what busybox has, so that any image of Redis will do. */
export const commonScript = String.raw`# Read by the other scripts. From the environment: POD (this pod), PODS (the domain of all), PRIMARY (their group),
# BIND (an address to listen on, instead of all).
PATH="/opt/redis-stack/bin:$PATH"
me="$POD.$PODS"
bind=$(printenv BIND || true)
here=127.0.0.1
[ -z "$bind" ] || here=$bind
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

# kept NEW OLD: puts a configuration in the place of the one on the volume, and prints where it is. A full volume keeps nobody
# from starting: then it stays where it was made, for this life.
kept() {
  if cp "$1" "$2.new" && mv "$2.new" "$2"; then rm "$1"; echo "$2"; return; fi
  rm -f "$2.new" || true
  say "the volume takes no configuration; going on without" >&2
  echo "$1"
}

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

# Asks the sentinels of the other pods, until one does it, to let them choose a new primary: for up to 15 s, because they
# hear of new replicas only every 10 s. Then waits until they have: prints the new one, nothing when there is none.
hand_over() {
  give_up=$(($(date +%s) + 15))
  until ask_for_failover; do
    [ "$(date +%s)" -lt "$give_up" ] || return 0
    sleep 0.5
  done
  give_up=$(($(date +%s) + 20))
  while [ "$(date +%s)" -lt "$give_up" ]; do
    new=$(primary) || new=
    if [ -n "$new" ] && [ "$new" != "$me" ]; then echo "$new"; return 0; fi
    sleep 0.3
  done
}
ask_for_failover() {
  for host_name in $(peers); do
    case $(sentinel "$host_name" sentinel failover "$PRIMARY") in OK* | *INPROG*) return 0 ;; esac
  done
  return 1
}
`;
