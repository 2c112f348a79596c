/** What a person tries fourfold with: an application that asks for its cache, and a stand-in for the provider. */
const namespace = 'sample';

/** What the restricted Pod Security level demands of a container. */
export const secured = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

export const namespaceOf = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
});

const deployment = (name: string, port: number, container: object, annotations: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name }, annotations },
      spec: {
        containers: [
          {
            name,
            image: `localhost/${name}:1`,
            ports: [{ containerPort: port }],
            securityContext: secured,
            ...container,
          },
        ],
      },
    },
  },
});

const service = (name: string, targetPort: number) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace },
  spec: { selector: { app: name }, ports: [{ port: 80, targetPort }] },
});

export const sampleObjects: readonly object[] = [
  namespaceOf(namespace),
  deployment('provider', 7401, {}),
  service('provider', 7401),
  deployment(
    'sample',
    8080,
    { env: [{ name: 'OPENAI_BASE_URL', value: 'http://provider/v1' }] },
    { 'fourfold.dev/inject': 'true' },
  ),
  service('sample', 8080),
];
