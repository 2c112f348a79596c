import type { Passwords } from '../../cdk8s/cache/index.ts';
import type { SemanticCacheStatus } from '../../crds/semantic-cache.ts';

/**
 * What a leader remembers of one SemanticCache while it leads. All of it can be lost: it spares requests, and nothing else
 * depends on it – but for the passwords, which then are read again from their Secret.
 */
export interface Memory {
  readonly uid: string;
  passwords: Passwords | undefined;
  /** From what the last complete declaration followed; the manifests themselves are made again when they are needed. */
  declaredFrom: string | undefined;
  /** By kind and name: what was applied, and how the object looked afterwards. */
  readonly applied: Map<string, Applied>;
  /** The findings that events have told. */
  readonly told: Map<string, string>;
  /** Fields of the status that the custom resource of this cluster does not declare. */
  undeclared: readonly string[];
  /** What pods are injected with, as a hash, and when that was first seen; milliseconds of the wall clock. */
  wanted: { readonly startHash: string; readonly since: number } | undefined;
  /** The pod that was evicted last, also where the status could not be written. */
  replaced: SemanticCacheStatus['replaced'];
  /** Workloads whose pods were not let go, and when; milliseconds of the wall clock. */
  readonly refused: Map<string, number>;
  /** Address of the sidecar that was asked last to purge, in vain. */
  purgeAsked: string | undefined;
}

export interface Applied {
  /** Of the manifest. */
  readonly hash: string;
  /** Of the object as the API server had it then. */
  readonly fingerprint: string;
  /** When; monotonic milliseconds. */
  readonly at: number;
  /** When somebody's edits of the declared fields were undone; monotonic milliseconds. */
  readonly repairs: readonly number[];
}

export const newMemory = (uid: string): Memory => ({
  uid,
  passwords: undefined,
  declaredFrom: undefined,
  applied: new Map(),
  told: new Map(),
  undeclared: [],
  wanted: undefined,
  replaced: undefined,
  refused: new Map(),
  purgeAsked: undefined,
});
