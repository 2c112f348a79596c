import { amount } from '../../crds/amount.ts';
import { found } from '../../crds/found.ts';
import { isImage } from '../../crds/images.ts';
import { apiVersion, kind } from '../../crds/names.ts';
import { parseRedisUrl } from '../../crds/redis-url.ts';
import type { SemanticCache } from '../../crds/semantic-cache.ts';
import { faultsOf } from '../reconcile/validate.ts';
import type { Manifest } from './manifest.ts';
import { type KubernetesObject, objectsIn } from './objects.ts';
import { amounts } from './overrides.ts';

/** SemanticCaches that no API server has judged; those without faults, and one line for each fault of the others. */
export function cachesIn(manifests: readonly Manifest[]): {
  readonly caches: readonly SemanticCache[];
  readonly faults: readonly string[];
} {
  const judged = manifests
    .flatMap(({ value }) => objectsIn(value))
    .filter((object) => object.apiVersion === apiVersion && object.kind === kind)
    .map((object) => {
      const cache = cacheOf(object);
      return { cache, faults: faultsIn(cache).map((fault) => `${kind} ${object.name}: ${fault}`) };
    });
  return {
    caches: judged.filter(({ faults }) => faults.length === 0).map(({ cache }) => cache),
    faults: judged.flatMap(({ faults }) => faults),
  };
}

function cacheOf({ value, name, namespace = '' }: KubernetesObject): SemanticCache {
  return { apiVersion, kind, metadata: { name, namespace }, spec: value.spec ?? {} };
}

/** Those of the schema, and of what the API server judges by rules in CEL that which ends in a pod. */
function faultsIn(cache: SemanticCache): readonly string[] {
  const faults = faultsOf(cache);
  return faults.length > 0 ? faults : [...urlFaults(cache), ...imageFaults(cache), ...amountFaults(cache)];
}

function urlFaults({ spec }: SemanticCache): string[] {
  const url = spec.redis?.external?.url;
  if (url === undefined) return [];
  const parsed = parseRedisUrl(url);
  const expected = (what: string) => [`spec.redis.external.url: expected ${what}, found ${found(url)}`];
  if ('expected' in parsed) return expected(parsed.expected);
  if (parsed.username === undefined && parsed.password === undefined) return [];
  return expected('no credentials, which belong into the Secret that secretRef names');
}

function imageFaults({ spec }: SemanticCache): string[] {
  const image = spec.sidecar?.image;
  if (image === undefined || isImage(image)) return [];
  return [`spec.sidecar.image: expected an image, found ${found(image)}`];
}

function amountFaults({ spec }: SemanticCache): string[] {
  return Object.values(amounts).flatMap(([kind, what, least]) => {
    const value = spec.sidecar?.resources?.[kind]?.[what];
    if (value === undefined || amount(value) >= amount(least)) return [];
    const field = `spec.sidecar.resources.${kind}.${what}`;
    return [`${field}: expected an amount of at least ${least}, found ${found(value)}`];
  });
}
