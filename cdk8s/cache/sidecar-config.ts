import { k8s } from 'cdk8s-plus-27';
import { cacheFields } from '../../crds/configuration.ts';
import { keyPrefix, sidecarPaths } from '../../crds/names.ts';
import { toYaml } from '../yaml.ts';
import type { CacheObject, View } from './cache.ts';
import { endpoint } from './endpoint.ts';

/** The file that `FOURFOLD_CONFIG` names in injected pods; a running sidecar reads it again when it changes. */
export const sidecarConfig: CacheObject = (chart, view) => {
  new k8s.KubeConfigMap(chart, 'sidecar-config', {
    metadata: { name: view.names.sidecar },
    data: { 'fourfold.yaml': toYaml(configuration(view)) },
  });
};

/** Every field is written out, so that the file says what holds even where a sidecar is older and has other defaults. */
function configuration(view: View): object {
  const { cache, namespace, spec } = view;
  const names = Object.keys(cacheFields) as (keyof typeof cacheFields)[];
  const { upstreams, logLevel, drain } = spec.sidecar;
  return {
    // A field that is absent is left out: an empty one is a fault to the sidecar.
    ...given(Object.fromEntries(names.map((name) => [name, spec[name]]))),
    upstreams: { ...spec.upstreams, ...upstreams },
    logLevel,
    drain,
    store: endpoint(view),
    redis: {
      ...spec.useOfRedis,
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

const given = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
