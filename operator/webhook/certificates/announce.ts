import type { Writer } from '../../kube/client.ts';
import type { Kind } from '../../kube/kind.ts';
import { webhookNames } from '../configuration.ts';

const configurations: Kind = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
};

/** The one field of the registration that the operator owns; all others are the installation's. */
export async function announceBundle(writer: Writer, name: string, bundle: string): Promise<void> {
  const caBundle = Buffer.from(bundle).toString('base64');
  await writer.apply(configurations, {
    apiVersion: configurations.apiVersion,
    kind: configurations.kind,
    metadata: { name },
    webhooks: webhookNames.map((each) => ({ name: each, clientConfig: { caBundle } })),
  });
}
