import { createHash } from 'node:crypto';

/** Every name that the operator, the webhook and the objects of a cache agree on. */

export const group = 'fourfold.dev';
export const version = 'v1alpha1';
export const apiVersion = `${group}/${version}`;
export const kind = 'SemanticCache';
export const plural = 'semanticcaches';

/** The manager of every field that the operator declares by server-side apply. */
export const fieldManager = 'fourfold';

export const labels = {
  /** On everything that belongs to a cache, injected pods included; the value is `cacheLabel(name)`. */
  cache: `${group}/cache`,
  /** What a pod of a cache is: `redis`. */
  component: `${group}/component`,
  /** On pods that the webhook injected: those may reach the cache's Redis. */
  injected: `${group}/injected`,
  /** On a namespace: its pods get a sidecar as if each had the annotation `inject` of this value. */
  inject: `${group}/inject`,
  /** On the ConfigMap of a namespace that admission policies read. */
  parameters: `${group}/parameters`,
  /** On pods of the operator. */
  operator: `${group}/operator`,
} as const;

export const annotations = {
  /** On a pod: the name of a SemanticCache, `"true"` for the only one of the namespace, or `"false"`. */
  inject: `${group}/inject`,
  /** On a pod: the containers that are routed through the sidecar, with commas between; without it all. */
  containers: `${group}/containers`,
  /** On a pod: what its sidecar has otherwise than the cache. */
  threshold: `${group}/threshold`,
  ttl: `${group}/ttl`,
  mode: `${group}/mode`,
  logLevel: `${group}/log-level`,
  cpuRequest: `${group}/cpu-request`,
  cpuLimit: `${group}/cpu-limit`,
  memoryRequest: `${group}/memory-request`,
  memoryLimit: `${group}/memory-limit`,
  /** Written on a pod that asked: `injected`, or `skipped: <reason>`. */
  status: `${group}/status`,
  /** On a SemanticCache: `true` makes the operator leave everything as it is. */
  paused: `${group}/paused`,
  /** On a SemanticCache: any new value makes new passwords; the old ones stay good until the next such change. */
  rotatePasswords: `${group}/rotate-passwords`,
  /** On a SemanticCache: any new value removes every answer; `status.purged` says which was carried out last. */
  purge: `${group}/purge`,
  /** On a SemanticCache: any new value replaces the pods of Redis, one at a time. */
  restart: `${group}/restart`,
  /** On the Secret: the value of `rotatePasswords` that its passwords were made for. */
  passwordsFor: `${group}/passwords-for`,
  /** On the ConfigMap of the sidecars: the namespace of the operator that serves the cache. */
  operator: `${group}/operator`,
  /** On a pod, or its template: what its containers read only at their start, as a hash. */
  startHash: `${group}/start-hash`,
} as const;

/** Ports of Redis, of its sentinels, and of the sidecar's side for the cluster. */
export const ports = { redis: 6379, sentinel: 26379, sidecarAdmin: 4115 } as const;

/** The `name=value` of the label that tells one cache's objects from another's in the same namespace. */
export function cacheLabel(cacheName: string): string {
  return shortened(cacheName, 63);
}

/** Names of what one cache owns, in its namespace. */
export function namesOf(cacheName: string) {
  // A StatefulSet's name and the hash of its revision are one label of its pods: 52 characters are left for the name.
  const base = shortened(cacheName, 46, /[^a-z0-9-]/g);
  const redis = `${base}-redis`;
  return {
    /** StatefulSet, Service of the clients, ConfigMap, Secret, PodDisruptionBudget and NetworkPolicy of Redis. */
    redis,
    /** Headless Service: the host names of the pods. */
    redisPods: `${redis}-pods`,
    /** ConfigMap, Secret and PodMonitor of the sidecars. */
    sidecar: `${base}-sidecar`,
    /** What the sentinels call the primary. */
    primary: base,
  };
}

/**
 * Beginning of every key of a cache: also where several caches share an external Redis, no two have the same. At most 64
 * characters of those that the sidecar's setting takes.
 */
export function keyPrefix(namespace: string, cacheName: string): string {
  return `${shortened(`${namespace}:${cacheName}`, 63, /[^A-Za-z0-9:._-]/g)}:`;
}

/** Where injected containers find what the operator makes for them. */
export const sidecarPaths = {
  /** The ConfigMap `sidecar`; its key is the file. */
  config: '/etc/fourfold/config',
  configFile: '/etc/fourfold/config/fourfold.yaml',
  /** The Secret `sidecar`, or that of `redis.external.secretRef`. */
  secret: '/etc/fourfold/credentials',
  /** The decision log, where the resource asks for one. */
  decisions: '/var/lib/fourfold/decisions',
  /** Models that are fetched, where the resource names a repository. */
  models: '/var/lib/fourfold/models',
} as const;

export type Names = ReturnType<typeof namesOf>;

/** A name that is too long, or has letters that the place does not allow, ends in a hash of the whole one. */
function shortened(name: string, most: number, forbidden = /[^A-Za-z0-9._-]/g): string {
  const plain = name.replace(forbidden, '-');
  if (plain === name && name.length <= most) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${plain.slice(0, most - 9).replace(/[^a-z0-9]+$/, '')}-${hash}`;
}
