import { type Passwords, passwordHashes } from './passwords.ts';

/** Who may do what, in the form of Redis' ACL files. Passwords stand there only as hashes. */

/** What a replica needs of its primary. */
const replication = '+psync +replconf +ping';

/** What Sentinel needs of the servers that it watches, as its documentation lists it. */
const sentinel =
  '&* +multi +exec +slaveof +ping +subscribe +config|rewrite +role +publish +info +client|setname +client|kill +script|kill';

/** No key outside the cache, no administration, nothing that blocks or lists all keys. */
const sidecar =
  '~* &* +@read +@write +@pubsub +@connection +@transaction +@scripting -@admin -@dangerous +info +@search -ft.config';

export function redisUsers(passwords: Passwords): string {
  return lines(
    'user default reset off',
    `user operator reset on ${passwordHashes(passwords, 'operator')} ~* &* +@all`,
    `user replication reset on ${passwordHashes(passwords, 'replication')} ${replication}`,
    `user sentinel reset on ${passwordHashes(passwords, 'sentinel')} ${sentinel}`,
    `user sidecar reset on ${passwordHashes(passwords, 'sidecar')} ${sidecar}`,
  );
}

/** Of the sentinels themselves: clients only ask who is primary. */
export function sentinelUsers(passwords: Passwords): string {
  const asked =
    '&* +ping +info +role +subscribe +unsubscribe +psubscribe +punsubscribe +client|setname +client|setinfo +client|id +sentinel|get-master-addr-by-name +sentinel|sentinels +sentinel|replicas +sentinel|slaves +sentinel|master +sentinel|masters';
  return lines(
    'user default reset off',
    `user operator reset on ${passwordHashes(passwords, 'operator')} ~* &* +@all`,
    `user sentinel reset on ${passwordHashes(passwords, 'sentinel')} ~* &* +@all`,
    `user sidecar reset on ${passwordHashes(passwords, 'sidecar')} ${asked}`,
  );
}

const lines = (...each: string[]) => `${each.join('\n')}\n`;
