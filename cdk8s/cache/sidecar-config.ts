import { isDeepStrictEqual } from 'node:util';
import { k8s } from 'cdk8s-plus-27';
import { cacheFields } from '../../crds/configuration.ts';
import { annotations, keyPrefix, sidecarPaths } from '../../crds/names.ts';
import { resolve } from '../../crds/semantic-cache.ts';
import { toYaml } from '../yaml.ts';
import type { CacheObject, View } from './cache.ts';
import { endpoint } from './endpoint.ts';

/** The file that `FOURFOLD_CONFIG` names in injected pods; a running sidecar reads it again when it changes. */
export const sidecarConfig: CacheObject = (chart, view) => {
  new k8s.KubeConfigMap(chart, 'sidecar-config', {
    metadata: {
      name: view.names.sidecar,
      annotations: { [annotations.operator]: view.facts.operatorNamespace },
    },
    data: { 'fourfold.yaml': toYaml(configuration(view)) },
  });
};

/**
 * Without what holds anyway: a sidecar of the version before refuses a field that it does not know, and does without a new one
 * for as long as nobody has chosen it.
 */
function configuration(view: View): object {
  const { cache, namespace, spec } = view;
  const names = Object.keys(cacheFields) as (keyof typeof cacheFields)[];
  const { upstreams, logLevel, drain, decisionLog } = spec.sidecar;
  return {
    ...chosen(Object.fromEntries(names.map((name) => [name, spec[name]])), defaults),
    ...chosen({ upstreams: { ...spec.upstreams, ...upstreams } }, defaults),
    logLevel,
    drain,
    // Where it lies the pod says, which has a volume for it or has none.
    ...(decisionLog.size === undefined ? {} : { decisionLog: { logPrompts: decisionLog.logPrompts } }),
    store: endpoint(view),
    redis: {
      ...chosen(spec.useOfRedis, defaults.useOfRedis),
      prefix: keyPrefix(namespace, cache.metadata.name),
      ...credentials(view),
    },
    ...(spec.external === undefined ? { adminTokenFile: `${sidecarPaths.secret}/admin-token` } : {}),
  };
}

/** Files of the Secret that is mounted: that of `sidecar-secret.ts`, or the one that the user named. */
function credentials({ spec, facts }: View): object {
  const own = ['username', 'password'];
  const external = spec.external?.secretRef === undefined ? [] : (facts.secretKeys ?? own);
  const keys = spec.external === undefined ? own : external;
  const file = (key: string) => (keys.includes(key) ? `${sidecarPaths.secret}/${key}` : undefined);
  // Our sentinels have the same user as our Redis; those of others often have none.
  const ofSentinel = (name: string) => (spec.external === undefined ? file(name) : file(`sentinel-${name}`));
  const tls = { caFile: file('ca.crt'), certFile: file('tls.crt'), keyFile: file('tls.key') };
  return given({
    usernameFile: file('username'),
    passwordFile: file('password'),
    sentinelUsernameFile: ofSentinel('username'),
    sentinelPasswordFile: ofSentinel('password'),
    tls: Object.values(tls).some((path) => path !== undefined) ? given(tls) : undefined,
  });
}

const defaults = resolve({});

/** The fields that differ from their defaults, groups of them without the others. */
function chosen(fields: object, defaults: object): object {
  const differing = Object.entries(fields).flatMap(([name, value]): [string, unknown][] => {
    const usual = (defaults as Readonly<Record<string, unknown>>)[name];
    if (value === undefined || isDeepStrictEqual(value, usual)) return [];
    return [[name, isGroup(value) && isGroup(usual) ? chosen(value, usual) : value]];
  });
  return Object.fromEntries(differing);
}

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const given = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
