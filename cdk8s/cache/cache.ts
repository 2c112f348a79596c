import type { Chart } from 'cdk8s';
import type { Names } from '../../crds/names.ts';
import type { OwnRedis, ResolvedSpec, SemanticCache } from '../../crds/semantic-cache.ts';
import type { Passwords } from './passwords.ts';

/** What one SemanticCache owns, as a pure function of the resource and of what the operator has found. */

/** What cannot be derived from the resource. The same facts give the same bytes. */
export interface Facts {
  /** Images of this release, where the resource names none. */
  readonly images: { readonly redis: string; readonly sidecar: string };
  /** Those of the Secret that exists, or new ones for the Secret to be made; not needed beside `redis.external`. */
  readonly passwords?: Passwords;
  /** The keys of the Secret that `redis.external.secretRef` names. */
  readonly secretKeys?: readonly string[];
  /** Where the operator runs: its pods may reach Redis. */
  readonly operatorNamespace: string;
  /** Whether the cluster knows the kind PodMonitor. */
  readonly podMonitors: boolean;
  /** The size in the claim template of the StatefulSet that exists: Kubernetes lets nobody change it there. */
  readonly claimSize?: string;
  /** The pod that is primary, as the sentinels say: it is not removed by scaling down. */
  readonly primary?: string;
}

/** An object as it goes to the API server; owner references are the operator's to add. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** What every member of the family is given. */
export interface View {
  readonly cache: SemanticCache;
  readonly namespace: string;
  readonly names: Names;
  readonly spec: ResolvedSpec;
  readonly facts: Facts;
}

/** The same for what only a Redis of our own needs. */
export interface RedisView extends View {
  readonly redis: OwnRedis;
  readonly passwords: Passwords;
  /** Pods of Redis; more than `spec.replicas` while the primary would be among those that go. */
  readonly pods: number;
}

/** Adds its object to the chart; one that has nothing to say adds none. */
export type CacheObject = (chart: Chart, view: View) => void;
export type RedisObject = (chart: Chart, view: RedisView) => void;
