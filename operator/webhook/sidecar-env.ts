import { amount } from '../../crds/amount.ts';
import { keyPrefix, sidecarPaths } from '../../crds/names.ts';
import { parseRedisUrl } from '../../crds/redis-url.ts';
import { ownMark } from './decide.ts';
import type { Plan } from './rule.ts';
import { fetchesModels } from './rules/volumes.ts';

/** What a sidecar is told besides its mounted configuration: what it must know even where that is not there yet. */
export function variablesOf(plan: Plan): Record<string, string> {
  return {
    FOURFOLD_CONFIG: sidecarPaths.configFile,
    [ownMark]: 'true',
    FOURFOLD_STORE: plan.store,
    // Caches may share a Redis: not for a moment may one look into another's keys.
    FOURFOLD_REDIS_PREFIX: keyPrefix(plan.namespace, plan.cache),
    ...credentials(plan),
    ...decisionLog(plan),
    ...(fetchesModels(plan.spec) ? { FOURFOLD_CACHE_DIR: sidecarPaths.models } : {}),
    ...plan.overrides.env,
  };
}

/**
 * Where a pod has room for a log. A pod that fills a volume is evicted, so not even questions that do not compress may: a file
 * has at most eight times the size from which it is closed (see `DecisionWriter`), and one is open beside those kept.
 */
function decisionLog({ spec }: Plan): Record<string, string> {
  const { size } = spec.sidecar.decisionLog;
  if (size === undefined) return {};
  return {
    FOURFOLD_DECISION_LOG_FOLDER: sidecarPaths.decisions,
    FOURFOLD_DECISION_LOG_MAX_BYTES: String(Math.min(2 ** 30, Math.floor(amount(size) / 64))),
    FOURFOLD_DECISION_LOG_MAX_FILES: '6',
  };
}

/** Files of the mounted Secret. Which of its keys are there is not known here: a file that is missing says nothing. */
function credentials({ store, spec }: Plan): Record<string, string> {
  const file = (key: string) => `${sidecarPaths.secret}/${key}`;
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
