import { k8s } from 'cdk8s-plus-27';
import { annotations, keyPrefix } from '../../crds/names.ts';
import { redisUsers, sentinelUsers } from './access-lists.ts';
import type { RedisObject } from './cache.ts';
import { passwordEntries } from './passwords.ts';

/** Mounted by the pods of Redis alone. The operator makes it once with new passwords, and later only repeats what it holds. */
export const redisSecret: RedisObject = (chart, { cache, namespace, names, passwords }) => {
  new k8s.KubeSecret(chart, 'redis-secret', {
    metadata: { name: names.redis, annotations: { [annotations.passwordsFor]: passwords.madeFor } },
    type: 'Opaque',
    data: encoded({
      ...passwordEntries(passwords),
      'users.acl': redisUsers(passwords, keyPrefix(namespace, cache.metadata.name)),
      'sentinel-users.acl': sentinelUsers(passwords),
    }),
  });
};

export function encoded(entries: Record<string, string>): Record<string, string> {
  const encode = (text: string) => Buffer.from(text).toString('base64');
  return Object.fromEntries(Object.entries(entries).map(([key, text]) => [key, encode(text)]));
}
