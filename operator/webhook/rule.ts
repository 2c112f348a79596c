import type { Operation } from 'fast-json-patch';
import type { ResolvedSpec } from '../../crds/semantic-cache.ts';
import type { Overrides } from './overrides.ts';
import type { Pod } from './pod.ts';
import type { Routing } from './routing.ts';

/** What is injected into one pod. */
export interface Plan {
  /** Name of the SemanticCache. */
  readonly cache: string;
  /** Of the SemanticCache and of the pod. */
  readonly namespace: string;
  readonly spec: ResolvedSpec;
  /** URL of the store, never with credentials. */
  readonly store: string;
  readonly image: string;
  readonly routing: Routing;
  readonly overrides: Overrides;
  /** Whether the cluster runs sidecars as init containers (Kubernetes 1.29); else it is one container among the others. */
  readonly native: boolean;
}

/**
 * One change to a pod, as JSON Patch (RFC 6902) on the pod that the rules before it left. A rule adds what is missing and
 * changes nothing that is already so: the webhook may be called twice for one pod.
 */
export interface Rule {
  readonly name: string;
  apply(pod: Pod, plan: Plan): readonly Operation[];
}

/** A segment of a JSON pointer (RFC 6901). */
export const segment = (text: string): string => text.replaceAll('~', '~0').replaceAll('/', '~1');
