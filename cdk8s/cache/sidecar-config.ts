import { k8s } from 'cdk8s-plus-27';
import { cacheFields } from '../../crds/configuration.ts';
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
  const { spec } = view;
  const names = Object.keys(cacheFields) as (keyof typeof cacheFields)[];
  const { upstreams, logLevel, drain } = spec.sidecar;
  return {
    ...Object.fromEntries(names.map((name) => [name, spec[name]])),
    upstreams: { ...spec.upstreams, ...upstreams },
    logLevel,
    drain,
    store: endpoint(view),
  };
}
