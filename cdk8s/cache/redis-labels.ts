import { cacheLabel, labels } from '../../crds/names.ts';
import type { SemanticCache } from '../../crds/semantic-cache.ts';

/** What selects the Redis pods of one cache; never changed, for a StatefulSet keeps its selector. */
export function redisLabels(cache: SemanticCache): Record<string, string> {
  return {
    [labels.component]: 'redis',
    [labels.cache]: cacheLabel(cache.metadata.name),
  };
}

/** For `status.selector`. */
export function redisSelector(cache: SemanticCache): string {
  return Object.entries(redisLabels(cache))
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
