import { ports } from '../../crds/names.ts';
import type { View } from './cache.ts';

/** Where the sidecars find Redis. It stays the same whatever the number of pods, so scaling restarts no sidecar. */
export function endpoint({ names, namespace, spec }: Pick<View, 'names' | 'namespace' | 'spec'>): string {
  if (spec.external !== undefined) return spec.external.url;
  return `redis+sentinel://${names.redis}.${namespace}.svc:${ports.sentinel}/0?master=${names.primary}`;
}
