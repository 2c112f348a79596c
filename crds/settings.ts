/** The configuration of a sidecar after reading, validation and defaults: every field is there, durations are seconds. */
export interface Settings {
  readonly threshold: number;
  readonly allowLowerThreshold: boolean;
  readonly ttlSeconds: number;
  readonly model: string;
  readonly mode: 'serve' | 'shadow' | 'off';
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
    readonly semantic: { readonly enabled: boolean; readonly deadlineMs: number; readonly candidates: number };
  };
  readonly partitionBy: readonly PartitionKey[];
  readonly conversation: 'strict' | 'lastTurn';
  readonly store: string;
  readonly upstreams: { readonly openai: string; readonly anthropic: string };
  /** Deadlines of the call to the provider, seconds. */
  readonly timeouts: { readonly connectSeconds: number; readonly firstByteSeconds: number; readonly idleSeconds: number };
  readonly drainSeconds: number;
  readonly host: string;
  readonly port: number;
  readonly adminHost: string;
  readonly adminPort: number;
  readonly adminTokenFile: string | undefined;
  readonly logLevel: LogLevel;
}

export type PartitionKey = 'credential' | 'user' | 'none' | `header:${string}`;
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
