import Type, { type Static, type TSchema } from 'typebox';
import Value from 'typebox/value';
import { amountField } from './amount.ts';
import { cacheFields } from './configuration.ts';
import { duration, group } from './fields.ts';
import { imagePattern } from './images.ts';
import type { apiVersion, kind } from './names.ts';
import { redis as storeSettings, useOfRedis } from './redis.ts';
import {
  externalRules,
  redisRules,
  replicasRules,
  resourceRules,
  specRules,
  storeUrlRules,
} from './rules.ts';

/**
 * A SemanticCache: `replicas`, `redis`, `sidecar`, and every field of the configuration. This schema is the only
 * definition: the CRD, the TypeScript types and the reference page follow from it.
 */

/** An object that is there only where somebody wrote it. */
function withoutDefault<T extends object>(schema: T): T {
  // TypeBox keeps what a schema is in properties that a spread does not copy.
  const { default: _, ...own } = Object.getOwnPropertyDescriptors(schema as T & { default?: unknown });
  return Object.create(Object.getPrototypeOf(schema), own);
}

function withoutDefaults<T extends Record<string, object>>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, withoutDefault(field)])) as T;
}

const textMap = (description: string) =>
  Type.Record(Type.String(), Type.String({ maxLength: 253 }), {
    description,
    maxProperties: 32,
    range: 'labels',
  });

const name = (description: string) =>
  Type.String({ description, minLength: 1, maxLength: 253, range: 'name' });

const image = (what: string) =>
  Type.String({
    description: `Container image of ${what}; without it the one that the installed operator comes with.`,
    minLength: 1,
    maxLength: 512,
    range: 'image',
    'x-kubernetes-validations': [
      {
        rule: `self.matches('${imagePattern}')`,
        message: 'must be an image, such as redis/redis-stack-server:7.4.0-v3',
      },
    ],
  });

const pullPolicy = Type.Enum(['Always', 'IfNotPresent', 'Never'], {
  description: 'When the node asks the registry for the image.',
  default: 'IfNotPresent',
});

const pullSecrets = Type.Array(Type.Object({ name: name('Name of the Secret.') }), {
  description: 'Secrets of this namespace with the credentials of the registry.',
  maxItems: 16,
  range: 'list of `{name}`',
});

function resources(of: { what: string; cpu: [string, string]; memory: string; leastMemory: string }) {
  const description = `What a container of ${of.what} gets; what is left out has a default, so that all is bounded.`;
  const fields = {
    requests: group('What the node keeps free for it.', {
      cpu: amountField({ description: 'CPU.', default: of.cpu[0], least: '1m', example: '100m or 1' }),
      memory: amountField({
        description: 'Memory; without it as much as its limit.',
        least: of.leastMemory,
        example: '512Mi or 2Gi',
      }),
    }),
    limits: group('What it may take at most.', {
      cpu: amountField({ description: 'CPU.', default: of.cpu[1], least: '10m', example: '500m or 2' }),
      memory: amountField({
        description: 'Memory.',
        default: of.memory,
        least: of.leastMemory,
        example: '512Mi or 2Gi',
      }),
    }),
  };
  return group(description, fields, { 'x-kubernetes-validations': resourceRules });
}

const storage = group('The volume of each Redis pod.', {
  size: amountField({
    description: 'Its size. It may grow, and never shrinks.',
    default: '8Gi',
    least: '64Mi',
    example: '8Gi',
  }),
  storageClassName: Type.String({
    description: 'Its storage class; without it the default class of the cluster. It cannot be changed.',
    maxLength: 253,
    range: 'name',
  }),
});

const labelled = Type.Object(
  {
    podLabels: textMap('Labels of the pods.'),
    namespaceLabels: Type.Optional(
      textMap('Labels of their namespace; without them the namespace of the cache.'),
    ),
  },
  { description: 'Pods that may connect to Redis.', additionalProperties: false },
);

const networkPolicy = group('Who may connect to Redis.', {
  enabled: Type.Boolean({
    description:
      'Lets only injected pods, the operator and Redis itself connect, as far as the network enforces it.',
    default: true,
  }),
  clients: Type.Array(labelled, {
    description: 'Further pods that may connect.',
    default: [],
    maxItems: 16,
    range: 'list of `{podLabels, namespaceLabels}`',
  }),
});

const toleration = Type.Object(
  {
    key: Type.Optional(Type.String({ description: 'Key of the taint.', maxLength: 316 })),
    operator: Type.Optional(Type.Enum(['Exists', 'Equal'], { description: 'How the value is compared.' })),
    value: Type.Optional(Type.String({ description: 'Value of the taint.', maxLength: 63 })),
    effect: Type.Optional(
      Type.Enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'], { description: 'Effect of the taint.' }),
    ),
    tolerationSeconds: Type.Optional(
      Type.Integer({ description: 'How long the pod stays under NoExecute.' }),
    ),
  },
  { description: 'A taint that the pods tolerate.', additionalProperties: false },
);

/** Of the Redis that the operator runs; each of these makes no sense beside `external`. */
const ownRedisFields = {
  image: image('Redis Stack, or of a Redis with its search module'),
  imagePullPolicy: pullPolicy,
  imagePullSecrets: pullSecrets,
  storage,
  persistence: Type.Enum(['log', 'snapshot', 'none'], {
    description:
      'What survives when every pod ends at once: `log` all but the last second, `snapshot` all but the last minutes, `none` nothing.',
    default: 'log',
  }),
  resources: resources({
    what: 'Redis',
    cpu: ['100m', '2'],
    memory: '1Gi',
    leastMemory: '128Mi',
  }),
  sentinel: group('The process beside each Redis that watches who is primary.', {
    resources: resources({
      what: 'the sentinel',
      // Little of either; and a ratio that most limits of a namespace allow.
      cpu: ['50m', '200m'],
      memory: '64Mi',
      leastMemory: '32Mi',
    }),
  }),
  nodeSelector: textMap('Labels of the nodes that may run Redis.'),
  tolerations: Type.Array(toleration, {
    description: 'Taints that the pods of Redis tolerate.',
    maxItems: 32,
    range: 'list of tolerations',
  }),
  priorityClassName: name('Priority class of the pods of Redis.'),
  networkPolicy,
};

/** What the operator works with: the same fields, with their defaults. */
export const ownRedis = group('The Redis of a cache.', ownRedisFields);

export const external = Type.Object(
  {
    url: Type.String({
      description:
        'Where it is: `redis://host:6379`, `rediss://…`, `redis+sentinel://h1:26379,h2:26379/0?master=name` or `redis+cluster://…`.',
      maxLength: 2048,
      range: 'URL without credentials',
      'x-kubernetes-validations': storeUrlRules,
    }),
    secretRef: Type.Optional(
      Type.Object(
        {
          name: name(
            'Name of a Secret of this namespace. Its keys, each optional: `username`, `password`, `sentinel-username`, `sentinel-password`, `ca.crt`, `tls.crt`, `tls.key`.',
          ),
        },
        { description: 'The credentials.', additionalProperties: false },
      ),
    ),
  },
  { description: 'A Redis that exists; then no StatefulSet is made.', additionalProperties: false },
);

/** How the sidecars use whichever Redis it is: the same names as in their own configuration. */
type UseNames = (typeof useOfRedis)[number];
const useFields = Object.fromEntries(
  useOfRedis.map((name) => [name, storeSettings.properties[name]]),
) as unknown as Pick<typeof storeSettings.properties, UseNames>;

/** Beside `external` none of the own fields may appear, so none of them has a default of its own; their whole has. */
const redis = Type.Object(
  {
    ...Type.Partial(Type.Object(withoutDefaults(ownRedisFields))).properties,
    external: Type.Optional(external),
    ...useFields,
  },
  {
    description: 'The Redis that all sidecars of the cache share: one that the operator runs, or `external`.',
    additionalProperties: false,
    default: {
      imagePullPolicy: 'IfNotPresent',
      storage: {},
      persistence: 'log',
      resources: {},
      sentinel: {},
      networkPolicy: {},
    },
    'x-kubernetes-validations': [...redisRules, ...externalRules(Object.keys(ownRedisFields))],
  },
);

const sidecar = group('The container that is injected into pods.', {
  image: image('the sidecar'),
  imagePullPolicy: pullPolicy,
  imagePullSecrets: pullSecrets,
  resources: resources({ what: 'the sidecar', cpu: ['100m', '1'], memory: '512Mi', leastMemory: '128Mi' }),
  upstreams: withoutDefault(
    group('The same as `upstreams`, which it overrides.', withoutDefaults(cacheFields.upstreams.properties)),
  ),
  rollout: Type.Enum(['Manual', 'Automatic'], {
    description:
      'What becomes of pods that run an older image or configuration of the sidecar than they would get now, or none: `Automatic` replaces them, one at a time.',
    default: 'Manual',
  }),
  logLevel: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
    description: 'The least important log line that is written.',
    default: 'info',
  }),
  drain: duration({
    description: 'How long running requests may take to end after SIGTERM.',
    default: '25s',
    from: '0s',
    to: '1h',
  }),
  decisionLog: group('What each lookup found, in Parquet files that live and end with the pod.', {
    size: amountField({
      description:
        'Room for them, in a volume of each pod; without it none are written. Pods have it from their start.',
      least: '4Mi',
      example: '64Mi',
    }),
    logPrompts: Type.Boolean({ description: 'Writes the text of each question down too.', default: false }),
  }),
  podMonitor: group(
    'Scraping of the injected pods by the Prometheus operator, where its CRDs are installed.',
    {
      enabled: Type.Boolean({ description: 'Makes a PodMonitor.', default: false }),
      interval: duration({ description: 'Between two scrapes.', default: '30s', from: '1s', to: '1h' }),
      labels: textMap('Labels of the PodMonitor, by which a Prometheus selects it.'),
    },
  ),
});

export const semanticCacheSpec = group(
  'What the cache should be.',
  {
    replicas: Type.Integer({
      description: 'Redis pods: 1, or 3 and more with automatic failover.',
      default: 1,
      minimum: 1,
      maximum: 15,
      'x-kubernetes-validations': replicasRules,
    }),
    deletionPolicy: Type.Enum(['Delete', 'Retain'], {
      description: 'What becomes of the volumes when the SemanticCache is deleted.',
      default: 'Delete',
    }),
    redis,
    sidecar,
    ...cacheFields,
  },
  { 'x-kubernetes-validations': specRules },
);

const condition = Type.Object(
  {
    type: Type.String({ description: 'What it speaks of.', minLength: 1, maxLength: 316 }),
    status: Type.Enum(['True', 'False', 'Unknown'], { description: 'Whether it is so.' }),
    reason: Type.String({
      description: 'One word for why, from the documented list.',
      minLength: 1,
      maxLength: 1024,
    }),
    message: Type.String({ description: 'The same for a person.', maxLength: 32768 }),
    lastTransitionTime: Type.String({ description: 'When `status` last changed.', format: 'date-time' }),
    observedGeneration: Type.Optional(
      Type.Integer({ description: 'The generation of the resource that it speaks of.', minimum: 0 }),
    ),
  },
  { description: 'One aspect of the state.', additionalProperties: false },
);

const count = (description: string) => Type.Optional(Type.Integer({ description, minimum: 0 }));

const audited = Type.Object(
  {
    phase: Type.String({ description: 'The phase that answered, or `all`.', maxLength: 32 }),
    compared: count('Hits that were compared with the answer of the provider.'),
    wrong: count('Those of them that said something else.'),
    share: Type.Number({ description: 'Wrong ones among the compared.', minimum: 0, maximum: 1 }),
    low: Type.Number({ description: 'Lower end of its 95 % interval (Wilson).', minimum: 0, maximum: 1 }),
    high: Type.Number({ description: 'Upper end of its 95 % interval (Wilson).', minimum: 0, maximum: 1 }),
  },
  { additionalProperties: false },
);

const rejectedConfiguration = Type.Object(
  {
    hash: Type.String({ description: 'The beginning of the SHA-256 of its file.', maxLength: 12 }),
    pods: count('Asked pods that go on with an older one.'),
    fault: Type.String({ description: 'The first thing that is wrong with it.', maxLength: 512 }),
  },
  {
    description:
      'A configuration that sidecars cannot use; they go on with the last good one, or only forward.',
    additionalProperties: false,
  },
);

const text = (description: string) => Type.String({ description, maxLength: 253 });

const replaced = Type.Object(
  {
    pod: text('Its name.'),
    owner: text('Uid of the workload that makes it again.'),
    after: text('When the newest pod of that workload had been made: a newer one is in its place.'),
    at: text('When it was evicted.'),
    for: text('What pods were injected with then, as a hash.'),
  },
  { description: 'The pod that was evicted last for `sidecar.rollout`.', additionalProperties: false },
);

export const semanticCacheStatus = Type.Object(
  {
    conditions: Type.Optional(
      Type.Array(condition, {
        description:
          '`Ready`, `RedisReady`, and while they are true `Reconciling` or `Stalled`, and `PodsOutdated`.',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['type'],
      }),
    ),
    observedGeneration: count('The generation of the resource that the operator has seen last.'),
    replicas: count('Redis pods that exist.'),
    readyReplicas: count('Redis pods that are ready.'),
    selector: Type.Optional(
      Type.String({
        description: 'Selects the Redis pods, for `kubectl scale` and autoscalers.',
        maxLength: 1024,
      }),
    ),
    endpoint: Type.Optional(
      Type.String({ description: 'Where the sidecars find Redis; never with credentials.', maxLength: 2048 }),
    ),
    primary: Type.Optional(
      Type.String({ description: 'The pod that is primary, as the sentinels said last.', maxLength: 253 }),
    ),
    purged: Type.Optional(
      Type.String({
        description: 'The value of the annotation `fourfold.dev/purge` that was carried out last.',
        maxLength: 1024,
      }),
    ),
    injectedPods: count('Running pods with the sidecar of this cache.'),
    outdatedPods: count('Injected pods that run an older image or configuration than declared.'),
    uninjectedPods: count('Running pods that ask for the sidecar of this cache and have none.'),
    replaced: Type.Optional(replaced),
    entries: count('Answers in the cache, as the sidecars say.'),
    hitRatio: Type.Optional(
      Type.Number({
        description: 'Hits among hits and misses of all injected pods, between 0 and 1.',
        minimum: 0,
        maximum: 1,
      }),
    ),
    rejectedConfiguration: Type.Optional(rejectedConfiguration),
    audits: Type.Optional(
      Type.Array(audited, {
        description:
          'The share of wrong hits by phase, as audits of the injected pods measure it; `all` is the sum. Absent before the first audit.',
        maxItems: 8,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['phase'],
      }),
    ),
  },
  { description: 'What the operator has found; written by it alone.', additionalProperties: false },
);

export type SemanticCacheSpec = Static<typeof semanticCacheSpec>;
export type SemanticCacheStatus = Static<typeof semanticCacheStatus>;
export type Condition = Static<typeof condition>;

/** A resource as the API server gives it. */
export interface SemanticCache {
  readonly apiVersion: typeof apiVersion;
  readonly kind: typeof kind;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly resourceVersion?: string;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: SemanticCacheSpec;
  readonly status?: SemanticCacheStatus;
}

type Complete<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? string extends keyof T
      ? T
      : { [Key in keyof T]-?: Complete<T[Key]> }
    : T;

type Completed<T, Open extends keyof T> = Complete<Omit<T, Open>> & Pick<T, Open>;

type OwnRedisWritten = Static<typeof ownRedis>;
export type Resources = {
  readonly requests: { readonly cpu: string | number; readonly memory?: string | number };
  readonly limits: { readonly cpu: string | number; readonly memory: string | number };
};
export type OwnRedis = Completed<
  Omit<OwnRedisWritten, 'storage' | 'resources' | 'sentinel'>,
  'image' | 'imagePullSecrets' | 'nodeSelector' | 'tolerations' | 'priorityClassName'
> & {
  readonly storage: { readonly size: string | number; readonly storageClassName?: string };
  readonly resources: Resources;
  readonly sentinel: { readonly resources: Resources };
};
export type ExternalRedis = Static<typeof external>;

type SidecarWritten = NonNullable<SemanticCacheSpec['sidecar']>;
export type SidecarSpec = Completed<
  Omit<SidecarWritten, 'resources' | 'podMonitor' | 'decisionLog'>,
  'image' | 'imagePullSecrets' | 'upstreams'
> & {
  readonly resources: Resources;
  readonly decisionLog: { readonly size?: string | number; readonly logPrompts: boolean };
  readonly podMonitor: {
    readonly enabled: boolean;
    readonly interval: string | number;
    readonly labels?: Readonly<Record<string, string>>;
  };
};

export type UseOfRedis = Complete<Pick<NonNullable<SemanticCacheSpec['redis']>, UseNames>>;

/** A spec with every default; exactly one of `redis` and `external` is there. */
export type ResolvedSpec = Complete<Omit<SemanticCacheSpec, 'redis' | 'sidecar'>> & {
  readonly redis?: OwnRedis;
  readonly external?: ExternalRedis;
  readonly useOfRedis: UseOfRedis;
  readonly sidecar: SidecarSpec;
};

/** The API server fills most defaults; the rest, and those of a resource from before a field existed, are filled here. */
export function resolve(spec: SemanticCacheSpec): ResolvedSpec {
  const { redis: written, ...rest } = Value.Default(semanticCacheSpec as TSchema, structuredClone(spec)) as {
    redis: Record<string, unknown>;
  };
  const { external: existing, ...own } = written;
  const use = Object.fromEntries(useOfRedis.map((name) => [name, own[name]]));
  for (const name of useOfRedis) delete own[name];
  const which = existing === undefined ? { redis: Value.Default(ownRedis, own) } : { external: existing };
  return { ...rest, ...which, useOfRedis: use } as unknown as ResolvedSpec;
}
