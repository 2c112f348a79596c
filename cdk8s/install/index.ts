import { App, Chart } from 'cdk8s';
import { images } from '../../crds/images.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { access, peoplesAccess } from './access.ts';
import { customResource } from './custom-resource.ts';
import type { Installation, InstallObject } from './install.ts';
import { namespace } from './namespace.ts';
import { operator } from './operator.ts';
import { policy } from './policy.ts';
import { webhook } from './webhook.ts';

export type { Installation } from './install.ts';

/** In the order in which they are applied. */
const objects: readonly InstallObject[] = [
  customResource,
  namespace,
  access,
  peoplesAccess,
  operator,
  webhook,
  policy,
];

/** What `kubectl apply` of the release's one manifest installs. */
export const usualInstallation: Installation = {
  namespace: 'fourfold-system',
  name: 'fourfold-operator',
  images,
  replicas: 2,
  watchNamespaces: [],
  injection: {
    service: 'fourfold-webhook',
    configuration: 'fourfold',
    secret: 'fourfold-webhook-authorities',
    failurePolicy: 'Ignore',
  },
};

/** Every object of an installation; the same for the same installation, byte for byte. */
export function install(installation: Installation): object[] {
  // The directory is where `synth` would write; nothing is written here.
  const chart = new Chart(new App({ outdir: '.' }), 'install', {
    disableResourceNameHashes: true,
    labels: {
      'app.kubernetes.io/part-of': 'fourfold',
      'app.kubernetes.io/version': packageJson.version,
    },
  });
  for (const add of objects) add(chart, installation);
  return chart.toJson();
}
