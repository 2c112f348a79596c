import { annotations, labels } from '../../crds/names.ts';
import { outsideOperator, within } from './namespaces.ts';
import { mutatePath } from './server.ts';

/** For pods that ask themselves, and for those whose namespace asks. */
export const webhookNames = ['pod.inject.fourfold.dev', 'namespace.inject.fourfold.dev'] as const;

export interface ConfigurationOptions {
  /** Of the webhook's Service; the operator's own pods are there. */
  readonly namespace: string;
  readonly service: string;
  /** Pods are looked at in these alone; none named: in all. */
  readonly watchNamespaces?: readonly string[];
  readonly failurePolicy: 'Ignore' | 'Fail';
  readonly name: string;
  /** CA certificates, PEM; the operator fills them in where it makes its own. */
  readonly caBundle?: string;
}

/**
 * The API server calls for pods that asked and for no others: what an annotation says is judged there (CEL). Two entries,
 * because a pod may ask by its own annotation or by the label of its namespace.
 */
export function webhookConfiguration(options: ConfigurationOptions) {
  const { namespace, service, watchNamespaces = [], failurePolicy, name, caBundle } = options;
  const common = {
    admissionReviewVersions: ['v1'],
    clientConfig: {
      service: { name: service, namespace, path: mutatePath, port: 443 },
      ...(caBundle === undefined ? {} : { caBundle: Buffer.from(caBundle).toString('base64') }),
    },
    failurePolicy,
    // Another webhook may add a container after us.
    reinvocationPolicy: 'IfNeeded',
    rules: [
      {
        apiGroups: [''],
        apiVersions: ['v1'],
        operations: ['CREATE'],
        resources: ['pods'],
        scope: 'Namespaced',
      },
    ],
    sideEffects: 'NoneOnDryRun',
    timeoutSeconds: 5,
  };
  const places = [outsideOperator(namespace), ...within(watchNamespaces)];
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name },
    webhooks: [
      {
        name: webhookNames[0],
        ...common,
        namespaceSelector: { matchExpressions: places },
        matchConditions: [
          { name: 'asks', expression: `${annotated} && ${wordOf} != '' && ${wordOf} != 'false'` },
        ],
      },
      {
        name: webhookNames[1],
        ...common,
        namespaceSelector: {
          matchExpressions: [...places, { key: labels.inject, operator: 'Exists' }],
        },
        matchConditions: [{ name: 'says-nothing-itself', expression: `!(${annotated})` }],
      },
    ],
  };
}

const annotated = `has(object.metadata.annotations) && '${annotations.inject}' in object.metadata.annotations`;
const wordOf = `object.metadata.annotations['${annotations.inject}']`;
