import type { Source } from '../../crds/parse.ts';
import { useOfRedis } from '../../crds/redis.ts';

/**
 * A file may also hold a whole SemanticCache resource, also as the API server gives it back: then its spec is the
 * configuration, without the fields that only the operator reads.
 */
export function specOf(source: Source): Source {
  const resource = source.value as Record<string, unknown>;
  if (resource.kind !== 'SemanticCache' || !isObject(resource.spec)) return source;
  const { replicas, deletionPolicy, redis, sidecar, ...fields } = resource.spec;
  const given = isObject(sidecar) ? pick(sidecar, ofSidecar) : {};
  const use = isObject(redis) ? pick(redis, useOfRedis) : {};
  const isOfSidecar = ([first = '', second]: readonly string[]) =>
    Object.hasOwn(given, first) &&
    (first !== 'upstreams' ||
      second === undefined ||
      !isObject(given[first]) ||
      Object.hasOwn(given[first], second));
  return {
    value: {
      ...fields,
      ...given,
      ...(isObject(given.upstreams) && isObject(fields.upstreams)
        ? { upstreams: { ...fields.upstreams, ...given.upstreams } }
        : {}),
      ...(Object.keys(use).length > 0 ? { redis: use } : {}),
    },
    place: (path) => source.place(isOfSidecar(path) ? ['spec', 'sidecar', ...path] : ['spec', ...path]),
  };
}

/** What a resource says of the sidecar, and a sidecar of itself. */
const ofSidecar = ['upstreams', 'logLevel', 'drain'];

const pick = (fields: Record<string, unknown>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.filter((name) => Object.hasOwn(fields, name)).map((name) => [name, fields[name]]));

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
