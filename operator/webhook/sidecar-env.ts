import { parseRedisUrl } from '../../crds/redis-url.ts';
import { ownMark } from './decide.ts';
import type { Plan } from './rule.ts';
import { configFolder, credentialsFolder } from './rules/volumes.ts';

/** What a sidecar is told besides its mounted configuration: what it must know even where that is not there yet. */
export function variablesOf(plan: Plan): Record<string, string> {
  return {
    FOURFOLD_CONFIG: `${configFolder}/fourfold.yaml`,
    [ownMark]: 'true',
    FOURFOLD_STORE: plan.store,
    ...credentials(plan),
    ...plan.overrides.env,
  };
}

/** Files of the mounted Secret. Which of its keys are there is not known here: a file that is missing says nothing. */
function credentials({ store, spec }: Plan): Record<string, string> {
  const file = (key: string) => `${credentialsFolder}/${key}`;
  const user = {
    FOURFOLD_REDIS_USERNAME_FILE: file('username'),
    FOURFOLD_REDIS_PASSWORD_FILE: file('password'),
  };
  if (spec.external === undefined) {
    // Our own sentinels know the sidecar by the same name and password.
    return {
      ...user,
      FOURFOLD_REDIS_SENTINEL_USERNAME_FILE: file('username'),
      FOURFOLD_REDIS_SENTINEL_PASSWORD_FILE: file('password'),
      FOURFOLD_ADMIN_TOKEN_FILE: file('admin-token'),
    };
  }
  if (spec.external.secretRef === undefined) return {};
  const url = parseRedisUrl(store);
  if ('expected' in url) return user;
  return {
    ...user,
    ...(url.form === 'sentinel'
      ? {
          FOURFOLD_REDIS_SENTINEL_USERNAME_FILE: file('sentinel-username'),
          FOURFOLD_REDIS_SENTINEL_PASSWORD_FILE: file('sentinel-password'),
        }
      : {}),
    ...(url.tls
      ? {
          FOURFOLD_REDIS_CA_FILE: file('ca.crt'),
          FOURFOLD_REDIS_CERT_FILE: file('tls.crt'),
          FOURFOLD_REDIS_KEY_FILE: file('tls.key'),
        }
      : {}),
  };
}
