import { k8s } from 'cdk8s-plus-27';
import { labels } from '../../crds/names.ts';
import { operatorVariables } from '../../operator/settings.ts';
import { type Installation, type InstallObject, selector } from './install.ts';
import { webhookPort } from './webhook.ts';

/** Port of probes and metrics; the default of the operator's own setting. */
const port = 4116;

export const operator: InstallObject = (chart, installation) => {
  const { name, namespace, replicas } = installation;
  const matchLabels = selector(installation);
  new k8s.KubeDeployment(chart, 'operator', {
    metadata: { name, namespace, labels: matchLabels },
    spec: {
      replicas,
      selector: { matchLabels },
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: {
          maxUnavailable: k8s.IntOrString.fromNumber(0),
          maxSurge: k8s.IntOrString.fromNumber(1),
        },
      },
      template: {
        metadata: {
          labels: { ...matchLabels, [labels.operator]: 'true' },
          annotations: {
            'prometheus.io/scrape': 'true',
            'prometheus.io/port': String(port),
            'prometheus.io/path': '/metrics',
          },
        },
        spec: podSpec(installation),
      },
    },
  });
  if (replicas < 2) return;
  new k8s.KubePodDisruptionBudget(chart, 'operator-budget', {
    metadata: { name, namespace, labels: matchLabels },
    spec: {
      maxUnavailable: k8s.IntOrString.fromNumber(1),
      selector: { matchLabels },
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  });
};

function podSpec(installation: Installation): k8s.PodSpec {
  const { name, images } = installation;
  return {
    serviceAccountName: name,
    // The lease is given back within seconds.
    terminationGracePeriodSeconds: 30,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: selector(installation) },
      },
    ],
    containers: [
      {
        name: 'operator',
        image: images.operator,
        imagePullPolicy: 'IfNotPresent',
        args: ['operator'],
        env: variables(installation),
        ports: [
          { name: 'metrics', containerPort: port, protocol: 'TCP' },
          ...(installation.injection === undefined
            ? []
            : [{ name: 'webhook', containerPort: webhookPort, protocol: 'TCP' }]),
        ],
        startupProbe: { ...probe('/livez'), periodSeconds: 1, failureThreshold: 60 },
        livenessProbe: { ...probe('/livez'), periodSeconds: 20, failureThreshold: 3 },
        readinessProbe: { ...probe('/readyz'), periodSeconds: 5 },
        resources: {
          requests: { cpu: k8s.Quantity.fromString('50m'), memory: k8s.Quantity.fromString('128Mi') },
          limits: { cpu: k8s.Quantity.fromString('1'), memory: k8s.Quantity.fromString('384Mi') },
        },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      },
    ],
  };
}

const probe = (path: string): k8s.Probe => ({
  httpGet: { path, port: k8s.IntOrString.fromString('metrics') },
  timeoutSeconds: 5,
});

function variables({ name, images, watchNamespaces, injection, policy }: Installation): k8s.EnvVar[] {
  return [
    {
      name: operatorVariables.namespace,
      valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } },
    },
    { name: operatorVariables.leaseName, value: name },
    { name: operatorVariables.sidecarImage, value: images.sidecar },
    { name: operatorVariables.redisImage, value: images.redis },
    ...(injection === undefined
      ? []
      : [
          { name: operatorVariables.injector, value: 'webhook' },
          { name: operatorVariables.webhookService, value: injection.service },
          { name: operatorVariables.webhookConfiguration, value: injection.configuration },
          { name: operatorVariables.webhookSecret, value: injection.secret },
        ]),
    ...(policy === undefined ? [] : [{ name: operatorVariables.injector, value: 'policy' }]),
    ...(watchNamespaces.length === 0
      ? []
      : [{ name: operatorVariables.watchNamespaces, value: watchNamespaces.join(',') }]),
  ];
}
