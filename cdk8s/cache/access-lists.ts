import { type Passwords, passwordHashes } from './passwords.ts';

/** Who may do what, in the form of Redis' ACL files. Passwords stand there only as hashes. */

/** What a replica needs of its primary. */
const replication = '+psync +replconf +ping';

/** What Sentinel needs of the servers that it watches, as its documentation lists it. */
const sentinel =
  '&* +multi +exec +slaveof +ping +subscribe +config|rewrite +role +publish +info +client|setname +client|kill +script|kill';

/**
 * The sidecars read and write the keys of their cache and its indexes, which lie under one prefix, and nothing else. No listing
 * of all keys, no administration, no functions. (RediSearch 2 checks the name of an index and not what it covers, so an index
 * over foreign keys could be made; there are none, for each cache has a Redis of its own.)
 */
const sidecar = (prefix: string) =>
  [
    `~${prefix}* &${prefix}*`,
    '+@hash +@sortedset +@set +@string +@stream +@pubsub +@connection +@transaction',
    '+del +unlink +exists +type +expire +pexpire +pexpireat +persist +ttl +pttl +time',
    '+eval +evalsha +script|load +script|exists',
    '+ft.create +ft.dropindex +ft.search +ft.info',
    '-@dangerous -@admin +info +role',
  ].join(' ');

export function redisUsers(passwords: Passwords, prefix: string): string {
  return lines(
    'user default reset off',
    `user operator reset on ${passwordHashes(passwords, 'operator')} ~* &* +@all`,
    `user replication reset on ${passwordHashes(passwords, 'replication')} ${replication}`,
    `user sentinel reset on ${passwordHashes(passwords, 'sentinel')} ${sentinel}`,
    `user sidecar reset on ${passwordHashes(passwords, 'sidecar')} ${sidecar(prefix)}`,
  );
}

/** Of the sentinels themselves: a client asks who is primary, and may change nothing. */
const client = [
  '&* +ping +info +role +subscribe +unsubscribe +psubscribe +punsubscribe',
  '+client|setname +client|setinfo +client|id',
  '+sentinel|get-master-addr-by-name +sentinel|master +sentinel|masters',
  '+sentinel|replicas +sentinel|slaves +sentinel|sentinels',
].join(' ');

export function sentinelUsers(passwords: Passwords): string {
  return lines(
    'user default reset off',
    `user operator reset on ${passwordHashes(passwords, 'operator')} ~* &* +@all`,
    `user sentinel reset on ${passwordHashes(passwords, 'sentinel')} ~* &* +@all`,
    `user sidecar reset on ${passwordHashes(passwords, 'sidecar')} ${client}`,
  );
}

const lines = (...each: string[]) => `${each.join('\n')}\n`;
