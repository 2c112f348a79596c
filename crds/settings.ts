import type { PartitionKey } from './partition.ts';
import type { DecodedConfiguration } from './sidecar.ts';

export type { PartitionKey };
export type Mode = DecodedConfiguration['mode'];
export type Conversation = DecodedConfiguration['conversation'];
export type LogLevel = DecodedConfiguration['logLevel'];

/** The configuration of a sidecar after reading, validation and defaults: every field is there, durations are seconds. */
export interface Settings {
  readonly threshold: number;
  readonly allowLowerThreshold: boolean;
  readonly ttlSeconds: number;
  readonly model: string;
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
  readonly store: string;
  readonly upstreams: { readonly openai: string; readonly anthropic: string };
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

/** Gives durations the names that say their unit; everything else keeps its own. */
export function settingsOf(configuration: DecodedConfiguration): Settings {
  const { ttl, drain, phases, timeouts, adminTokenFile, ...same } = configuration;
  const { deadline, ...semantic } = phases.semantic;
  return {
    ...same,
    ttlSeconds: ttl,
    drainSeconds: drain,
    phases: { ...phases, semantic: { ...semantic, deadlineMs: deadline * 1000 } },
    timeouts: {
      connectSeconds: timeouts.connect,
      firstByteSeconds: timeouts.firstByte,
      idleSeconds: timeouts.idle,
    },
    adminTokenFile,
  };
}
