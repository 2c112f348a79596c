import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import { webhookConfiguration } from '../../operator/webhook/configuration.ts';
import { type InstallObject, selector } from './install.ts';

/** Port of admissions; the default of the operator's own setting. */
export const webhookPort = 4117;

/** Where the API server asks for pods; which authority it believes there, the operator writes. */
export const webhook: InstallObject = (chart, installation) => {
  const { namespace, watchNamespaces, injection } = installation;
  if (injection === undefined) return;
  const { service, configuration, failurePolicy } = injection;
  new k8s.KubeService(chart, 'webhook-service', {
    metadata: { name: service, namespace },
    spec: {
      selector: selector(installation),
      ports: [
        { name: 'webhook', port: 443, targetPort: k8s.IntOrString.fromString('webhook'), protocol: 'TCP' },
      ],
    },
  });
  new ApiObject(
    chart,
    'webhook-configuration',
    webhookConfiguration({ namespace, service, name: configuration, watchNamespaces, failurePolicy }),
  );
};
