import { endpoint } from '../../cdk8s/cache/index.ts';
import { namesOf } from '../../crds/names.ts';
import { type ResolvedSpec, resolve, type SemanticCache } from '../../crds/semantic-cache.ts';
import type { Decision } from './decide.ts';
import type { Plan } from './rule.ts';

/** What holds for every pod of a cluster. */
export interface Release {
  /** Image of the sidecar, where the cache names none. */
  readonly image: string;
  /** Whether the cluster runs sidecars as init containers (Kubernetes 1.29). */
  readonly native: boolean;
}

export function planOf(
  decision: Extract<Decision, { kind: 'inject' }>,
  { metadata, spec }: SemanticCache,
  release: Release,
): Plan {
  return planOfResolved(decision, metadata, resolve(spec), release);
}

export function planOfResolved(
  decision: Pick<Plan, 'routing' | 'overrides'>,
  { name, namespace }: SemanticCache['metadata'],
  spec: ResolvedSpec,
  { image, native }: Release,
): Plan {
  return {
    cache: name,
    namespace,
    spec,
    store: endpoint({ names: namesOf(name), namespace, spec }),
    image: spec.sidecar.image ?? image,
    routing: decision.routing,
    overrides: decision.overrides,
    native,
  };
}
