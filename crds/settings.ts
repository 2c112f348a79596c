import type { PartitionKey } from './partition.ts';
import type { DecodedConfiguration } from './sidecar.ts';

export type { PartitionKey };
export type Mode = DecodedConfiguration['mode'];
export type Conversation = DecodedConfiguration['conversation'];
export type LogLevel = DecodedConfiguration['logLevel'];

/** Begins what stands in the place of a base URL that cannot be used; the reason follows. */
export const unusable = 'unusable: ';

/** The configuration of a sidecar after reading, validation and defaults: every field is there, durations are seconds. */
export interface Settings {
  readonly threshold: number;
  readonly allowLowerThreshold: boolean;
  readonly ttlSeconds: number;
  /** How long after its end an answer may be served. */
  readonly stale: { readonly ifErrorSeconds: number; readonly whileRevalidateSeconds: number };
  readonly replay: DecodedConfiguration['replay'];
  /** What keeps a question out of the cache. */
  readonly exclude: {
    readonly secrets: boolean;
    readonly personalData: boolean;
    readonly timeSensitive: boolean;
    readonly words: readonly string[];
  };
  /** 0 is without a limit. */
  readonly limits: { readonly requestsPerMinute: number; readonly streams: number };
  readonly policy: {
    readonly endpoint: string | undefined;
    readonly sampleRate: number;
    readonly tokenFile: string | undefined;
  };
  /** In [0, 1]: of the hits, how many also ask the provider. */
  readonly auditSampleRate: number;
  readonly judge: { readonly endpoint: string | undefined; readonly tokenFile: string | undefined };
  /** In (0, 0.5]; undefined: only `threshold` decides. */
  readonly maxErrorRate: number | undefined;
  /** In [0.5, 1). */
  readonly errorConfidence: number;
  readonly model: string;
  readonly customModel: CustomModelSettings;
  readonly verifier: VerifierSettings;
  /** Base URL. */
  readonly modelHub: string;
  readonly mode: Mode;
  readonly maxEntries: number;
  /** Larger answers are not stored. */
  readonly maxEntryBytes: number;
  /** Larger request bodies are passed through uncached. */
  readonly maxRequestBytes: number;
  readonly cacheToolCalls: boolean;
  readonly phases: {
    readonly fingerprint: { readonly enabled: boolean; readonly maxEntries: number };
    readonly nearMiss: { readonly enabled: boolean; readonly overlap: number };
    readonly exact: { readonly enabled: boolean };
    /** `deadlineMs` bounds the embedding; `candidates` neighbours are tried against the guards. */
    readonly semantic: {
      readonly enabled: boolean;
      readonly deadlineMs: number;
      readonly candidates: number;
    };
  };
  readonly partitionBy: readonly PartitionKey[];
  readonly conversation: Conversation;
  readonly tools: ToolPolicies;
  readonly memories: MemoryPolicies;
  readonly store: string;
  readonly redis: RedisSettings;
  readonly decisionLog: DecisionLogSettings;
  /** Base URLs; or `unusable` and why, where an injected process was given one that it cannot use. */
  readonly upstreams: { readonly openai: string; readonly anthropic: string; readonly gemini: string };
  /** Deadlines of the call to the provider, seconds. */
  readonly timeouts: {
    readonly connectSeconds: number;
    readonly firstByteSeconds: number;
    readonly idleSeconds: number;
  };
  readonly drainSeconds: number;
  readonly host: string;
  readonly port: number;
  readonly adminHost: string;
  readonly adminPort: number;
  readonly adminTokenFile: string | undefined;
  readonly logLevel: LogLevel;
}

/** Where the files of a model are: in a folder, or in a repository. Neither where the settings name none. */
export interface ModelPlace {
  readonly folder: string | undefined;
  /** `owner/name@commit`. */
  readonly repository: string | undefined;
  /** Sum and path of each of the repository's files that are wanted, as `sha256sum` prints them. */
  readonly sha256: readonly string[];
  /** The ONNX file there; undefined where its name is a usual one. */
  readonly file: string | undefined;
}

/** Without a place the model of the catalogue is used. */
export interface CustomModelSettings extends ModelPlace {
  readonly pooling: 'auto' | 'mean' | 'cls' | 'last';
  /** Undefined where the files say it. */
  readonly prefix: string | undefined;
  /** 0 where the files say it. */
  readonly window: number;
  /** 0 where the files say it. */
  readonly dimension: number;
}

/** Without a place no second model is asked. */
export interface VerifierSettings extends ModelPlace {
  /** -1 where the files say it. */
  readonly label: number;
  readonly score: number;
  readonly below: number;
  readonly deadlineMs: number;
}

/** Without a folder nothing is written. */
export interface DecisionLogSettings {
  readonly folder: string | undefined;
  readonly maxBytes: number;
  readonly rotateSeconds: number;
  readonly maxFiles: number;
  readonly logPrompts: boolean;
}

export interface RedisSettings {
  readonly prefix: string;
  readonly usernameFile: string | undefined;
  readonly passwordFile: string | undefined;
  readonly sentinelUsernameFile: string | undefined;
  readonly sentinelPasswordFile: string | undefined;
  readonly tls: {
    readonly caFile: string | undefined;
    readonly certFile: string | undefined;
    readonly keyFile: string | undefined;
    readonly serverName: string | undefined;
  };
  /** How long a lookup waits, and how long each step of storing and removing. */
  readonly deadlineMs: number;
  readonly writeDeadlineMs: number;
  readonly eviction: 'lru' | 'lfu';
  /** Share of its life, in [0, 0.5], by which an entry may end sooner. */
  readonly ttlJitter: number;
  readonly stalenessSeconds: number;
  readonly warmEntries: number;
  readonly index: {
    readonly type: 'auto' | 'flat' | 'hnsw';
    readonly m: number;
    readonly efConstruction: number;
    readonly efRuntime: number;
  };
}

/** How results of tools are kept: for all tools, and what single ones have otherwise. */
export interface ToolPolicies {
  readonly ttlSeconds: number;
  readonly semantic: boolean;
  readonly storeFailures: boolean;
  readonly policies: ReadonlyMap<string, ToolPolicy>;
}

export interface ToolPolicy {
  /** False where the tool changes something: then nothing of it is kept. */
  readonly readOnly?: boolean;
  readonly ttlSeconds?: number | undefined;
  readonly threshold?: number;
  readonly semantic?: boolean;
  /** The field of the input that is compared by meaning. */
  readonly text?: string;
  readonly storeFailures?: boolean;
}

export interface MemoryPolicies {
  readonly ttlSeconds: number;
  /** Seconds, by type. */
  readonly types: ReadonlyMap<string, number>;
}

/** Gives durations the names that say their unit; everything else keeps its own. */
export function settingsOf(configuration: DecodedConfiguration): Settings {
  const { ttl, stale, policy, drain, phases, timeouts, tools, memories, redis, ...rest } = configuration;
  const { adminTokenFile, judge, maxErrorRate, decisionLog, customModel, verifier, ...same } = rest;
  const { folder, rotate, ...log } = decisionLog;
  const { deadline, ...semantic } = phases.semantic;
  return {
    ...same,
    ttlSeconds: ttl,
    redis: redisSettings(redis),
    judge: { endpoint: judge.endpoint, tokenFile: judge.tokenFile },
    maxErrorRate,
    customModel: {
      ...customModel,
      ...placeOf(customModel),
      prefix: customModel.prefix,
    },
    verifier: verifierSettings(verifier),
    decisionLog: { ...log, folder, rotateSeconds: rotate },
    policy: { endpoint: policy.endpoint, sampleRate: policy.sampleRate, tokenFile: policy.tokenFile },
    stale: { ifErrorSeconds: stale.ifError, whileRevalidateSeconds: stale.whileRevalidate },
    drainSeconds: drain,
    tools: {
      ttlSeconds: tools.ttl,
      semantic: tools.semantic,
      storeFailures: tools.storeFailures,
      policies: new Map(
        tools.policies.map(({ tool, ttl, ...policy }) => [tool, { ...policy, ttlSeconds: ttl }]),
      ),
    },
    memories: {
      ttlSeconds: memories.ttl,
      types: new Map(memories.types.map(({ type, ttl }) => [type, ttl])),
    },
    phases: { ...phases, semantic: { ...semantic, deadlineMs: deadline * 1000 } },
    timeouts: {
      connectSeconds: timeouts.connect,
      firstByteSeconds: timeouts.firstByte,
      idleSeconds: timeouts.idle,
    },
    adminTokenFile,
  };
}

function verifierSettings({ deadline, ...verifier }: DecodedConfiguration['verifier']): VerifierSettings {
  return { ...verifier, ...placeOf(verifier), deadlineMs: deadline * 1000 };
}

function placeOf({ folder, repository, sha256, file }: ModelPlace): ModelPlace {
  return { folder, repository, sha256, file };
}

function redisSettings(redis: DecodedConfiguration['redis']): RedisSettings {
  const { deadline, writeDeadline, staleness, tls, ...same } = redis;
  return {
    ...same,
    usernameFile: redis.usernameFile,
    passwordFile: redis.passwordFile,
    sentinelUsernameFile: redis.sentinelUsernameFile,
    sentinelPasswordFile: redis.sentinelPasswordFile,
    tls: {
      caFile: tls.caFile,
      certFile: tls.certFile,
      keyFile: tls.keyFile,
      serverName: tls.serverName,
    },
    deadlineMs: deadline * 1000,
    writeDeadlineMs: writeDeadline * 1000,
    stalenessSeconds: staleness,
  };
}
