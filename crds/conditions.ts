/**
 * What `status.conditions` says, and every reason that it gives. A condition's reason is one of its own; tools wait for
 * `Ready`, kstatus reads `Reconciling` and `Stalled`; these and `PodsOutdated` are there only while they are true.
 */
export const conditions = {
  Ready: {
    description: 'The cache answers, as the resource declares it.',
    reasons: {
      Available: 'Redis answers with search, and everything is as declared.',
      Progressing: 'What the resource declares is being made; see the condition Reconciling.',
      RedisNotReady:
        'Redis does not answer; see the condition RedisReady. Applications go on without the cache.',
      Stalled: 'Nothing goes on until somebody acts; see the condition Stalled.',
    },
  },
  RedisReady: {
    description: 'Redis has a primary that takes writes and can search.',
    reasons: {
      Answering: 'The primary answers and can search; where no sidecar reaches it, the message says so.',
      External: 'The cache uses a Redis of its own owner, and no sidecar has said that it cannot reach it.',
      NotReached:
        'No sidecar that answers reaches the Redis of its own owner; the message says why. Applications go on without the cache.',
      Starting: 'No pod of Redis is ready yet; where none can be made, the message says why.',
      Loading: 'Redis reads its data from the volume.',
      NoPrimary: 'The sentinels know no primary that answers; they choose one within seconds.',
      NoMajority: 'Fewer than half of the sentinels answer, so no replica may take over.',
      Degraded: 'The primary answers; a replica is missing or behind.',
      Unreachable: 'The operator cannot reach Redis.',
      SearchMissing: 'Redis answers, but has no search module, or one that sees a part of a cluster.',
      NoReplica: 'No replica is in step with the primary, which takes no writes until one is.',
      VolumeFailing: 'Redis cannot write to its volume: it is full, or has turned read-only.',
      OutOfMemory: 'Redis has reached its memory limit and refuses writes.',
    },
  },
  Reconciling: {
    description: 'Work goes on until the cluster is as declared.',
    reasons: {
      Creating: 'Objects are made for the first time.',
      Applying: 'A change of the resource is carried out.',
      Scaling: 'Pods of Redis are added or removed; where one cannot be made, the message says why.',
      RollingUpdate: 'Pods of Redis are replaced, replicas first.',
      FailingOver: 'A replica takes over before its primary leaves.',
      Resizing: 'Volumes grow.',
      RotatingPasswords: 'New passwords reach Redis and the sidecars; the old ones are still good.',
    },
  },
  PodsOutdated: {
    description:
      'Pods of applications run an older sidecar than they would get now, or ask for one and have none.',
    reasons: {
      RolloutManual: 'They stay until somebody replaces them: `sidecar.rollout` is `Manual`.',
      Replacing: 'They are replaced one at a time; the message says what is waited for.',
      EvictionRefused: 'A disruption budget, or somebody else, does not let a pod go; it is tried again.',
      ReplacedInVain:
        'A pod that was made in place of another is outdated too, or none could be made; nothing more is replaced.',
      NotReplaceable:
        'Those that are left are made again by nobody, are to end, or are the only pod of their workload.',
    },
  },
  Stalled: {
    description: 'Nothing goes on until somebody acts.',
    reasons: {
      InvalidSpec: 'The resource says what cannot be; the message says where.',
      Paused: 'The annotation `fourfold.dev/paused` is set.',
      ForeignObject: 'An object of a needed name belongs to somebody else; fourfold does not take it over.',
      SecretMissing:
        'The Secret of `redis.external.secretRef` is not there, or lacks a key; the message names it.',
      Refused: 'The API server refuses an object; the message holds its words.',
      Forbidden: 'The operator lacks a permission; the message names it.',
      QuotaExceeded: 'A quota of the namespace leaves no room for an object; the message names it.',
      VolumeCannotGrow: 'The storage class does not let volumes grow.',
    },
  },
} as const;

export type ConditionType = keyof typeof conditions;
export type Reason<Type extends ConditionType> = keyof (typeof conditions)[Type]['reasons'] & string;
