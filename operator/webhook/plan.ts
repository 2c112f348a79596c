import { endpoint } from '../../cdk8s/cache/index.ts';
import { namesOf } from '../../crds/names.ts';
import { resolve, type SemanticCache } from '../../crds/semantic-cache.ts';
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
  cache: SemanticCache,
  { image, native }: Release,
): Plan {
  const { name, namespace } = cache.metadata;
  const spec = resolve(cache.spec);
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
