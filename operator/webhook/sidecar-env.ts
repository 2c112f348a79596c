import { ownMark } from './decide.ts';
import type { Plan } from './rule.ts';
import { configFolder, credentialsFolder } from './rules/volumes.ts';

/** What a sidecar is told besides its mounted configuration: what it must know even where that is not there yet. */
export function variablesOf({ store, spec, overrides }: Plan): Record<string, string> {
  const secret = (key: string) => `${credentialsFolder}/${key}`;
  const external = spec.external?.secretRef !== undefined;
  const authenticated = spec.redis !== undefined || external;
  return {
    FOURFOLD_CONFIG: `${configFolder}/fourfold.yaml`,
    [ownMark]: 'true',
    FOURFOLD_STORE: store,
    ...(authenticated
      ? { FOURFOLD_REDIS_USERNAME_FILE: secret('username'), FOURFOLD_REDIS_PASSWORD_FILE: secret('password') }
      : {}),
    ...(spec.redis === undefined ? {} : { FOURFOLD_ADMIN_TOKEN_FILE: secret('admin-token') }),
    ...overrides.env,
  };
}
