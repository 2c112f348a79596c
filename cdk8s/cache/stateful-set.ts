import { k8s } from 'cdk8s-plus-27';
import { annotations, cacheLabel, ports } from '../../crds/names.ts';
import type { Resources } from '../../crds/semantic-cache.ts';
import type { RedisObject, RedisView } from './cache.ts';
import { mounts } from './mounts.ts';
import { startHash } from './redis-config.ts';
import { redisLabels } from './redis-labels.ts';

/** Redis with its sentinel in each pod. Why beside it and not in pods of their own: docs/decisions. */
export const statefulSet: RedisObject = (chart, view) => {
  const { cache, names, redis, pods, facts } = view;
  const labels = redisLabels(cache);
  new k8s.KubeStatefulSet(chart, 'stateful-set', {
    metadata: { name: names.redis },
    spec: {
      replicas: pods,
      serviceName: names.redisPods,
      selector: { matchLabels: labels },
      // After a power cut the first pod may be the one that does not come back; the others must not wait for it.
      podManagementPolicy: 'Parallel',
      // The operator replaces pods itself: replicas first, the primary last and after it has handed over.
      updateStrategy: { type: 'OnDelete' },
      persistentVolumeClaimRetentionPolicy: {
        whenDeleted: view.spec.deletionPolicy,
        whenScaled: 'Retain',
      },
      template: {
        metadata: {
          labels: {
            ...labels,
            'app.kubernetes.io/name': 'fourfold',
            'app.kubernetes.io/component': 'redis',
            'app.kubernetes.io/instance': cacheLabel(cache.metadata.name),
            'app.kubernetes.io/managed-by': 'fourfold',
          },
          annotations: {
            [annotations.startHash]: startHash(view),
            ...optional({ [annotations.restart]: cache.metadata.annotations?.[annotations.restart] }),
          },
        },
        spec: podSpec(view),
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data', labels },
          spec: {
            accessModes: ['ReadWriteOnce'],
            ...optional({ storageClassName: redis.storage.storageClassName }),
            resources: {
              requests: { storage: quantity(facts.claimSize ?? redis.storage.size) },
            },
          },
        },
      ],
    },
  });
};

/** Numbers of a user that no image needs to know; the group owns the volume. */
const NOBODY = 999;

function podSpec(view: RedisView): k8s.PodSpec {
  const { redis, names, cache } = view;
  const labels = redisLabels(cache);
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: NOBODY,
      runAsGroup: NOBODY,
      fsGroup: NOBODY,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    // Handing over takes up to 35 s, a new log up to 20, writing everything to disk the rest.
    terminationGracePeriodSeconds: 90,
    ...optional({
      imagePullSecrets: redis.imagePullSecrets,
      nodeSelector: redis.nodeSelector,
      tolerations: redis.tolerations,
      priorityClassName: redis.priorityClassName,
    }),
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: {
              topologyKey: 'kubernetes.io/hostname',
              labelSelector: { matchLabels: labels },
            },
          },
        ],
      },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'topology.kubernetes.io/zone',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: labels },
      },
    ],
    containers: [redisContainer(view), sentinelContainer(view)],
    volumes: [
      { name: 'config', configMap: { name: names.redis, defaultMode: 0o444 } },
      { name: 'secret', secret: { secretName: names.redis, defaultMode: 0o440 } },
      { name: 'tmp', emptyDir: { sizeLimit: quantity('16Mi') } },
    ],
  };
}

function redisContainer(view: RedisView): k8s.Container {
  return {
    ...common(view, 'redis'),
    ports: [{ name: 'redis', containerPort: ports.redis }],
    resources: bounded(view.redis.resources),
    startupProbe: probe('alive', 'redis', { periodSeconds: 2, failureThreshold: 90 }),
    readinessProbe: probe('ready', 'redis', { periodSeconds: 5, failureThreshold: 2 }),
    livenessProbe: probe('alive', 'redis', { periodSeconds: 10, failureThreshold: 6 }),
    lifecycle: { preStop: { exec: { command: ['sh', `${mounts.config}/hand-over.sh`] } } },
  };
}

function sentinelContainer(view: RedisView): k8s.Container {
  return {
    ...common(view, 'sentinel'),
    ports: [{ name: 'sentinel', containerPort: ports.sentinel }],
    resources: bounded(view.redis.sentinel.resources),
    startupProbe: probe('alive', 'sentinel', { periodSeconds: 2, failureThreshold: 60 }),
    livenessProbe: probe('alive', 'sentinel', { periodSeconds: 10, failureThreshold: 6 }),
  };
}

function common({ redis, names, namespace, facts }: RedisView, name: 'redis' | 'sentinel'): k8s.Container {
  return {
    name,
    image: redis.image ?? facts.images.redis,
    imagePullPolicy: redis.imagePullPolicy,
    command: ['sh', `${mounts.config}/${name}.sh`],
    env: [
      { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'PODS', value: `${names.redisPods}.${namespace}.svc` },
      { name: 'PRIMARY', value: names.primary },
    ],
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'data', mountPath: mounts.data },
      { name: 'config', mountPath: mounts.config, readOnly: true },
      { name: 'secret', mountPath: mounts.secret, readOnly: true },
      { name: 'tmp', mountPath: mounts.temporary },
    ],
  };
}

function probe(
  what: 'alive' | 'ready',
  of: 'redis' | 'sentinel',
  times: { periodSeconds: number; failureThreshold: number },
): k8s.Probe {
  return { exec: { command: ['sh', `${mounts.config}/probe.sh`, what, of] }, timeoutSeconds: 5, ...times };
}

const quantity = (value: string | number) => k8s.Quantity.fromString(String(value));

/** What the node keeps free is the limit, where only that is given. */
function bounded({ requests, limits }: Resources): k8s.ResourceRequirements {
  return {
    requests: { cpu: quantity(requests.cpu), memory: quantity(requests.memory ?? limits.memory) },
    limits: { cpu: quantity(limits.cpu), memory: quantity(limits.memory) },
  };
}

/** Without the fields that nobody set. */
function optional<T extends object>(fields: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: NonNullable<T[Key]>;
  };
}
