import type { Source } from '../../crds/parse.ts';

/**
 * A file may also hold a whole SemanticCache resource: then its spec is the configuration, without the fields that only
 * the operator reads.
 */
export function specOf(source: Source): Source {
  const resource = source.value as Record<string, unknown>;
  if (resource.kind !== 'SemanticCache' || !isObject(resource.spec)) return source;
  const { replicas, redis, sidecar, ...fields } = resource.spec;
  const upstreams = isObject(sidecar) ? sidecar.upstreams : undefined;
  return {
    value: upstreams === undefined ? fields : { ...fields, upstreams },
    place: (path) =>
      source.place(
        upstreams !== undefined && path[0] === 'upstreams' ? ['spec', 'sidecar', ...path] : ['spec', ...path],
      ),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
