import { App, Chart } from 'cdk8s';
import { cacheLabel, labels, namesOf } from '../../crds/names.ts';
import { resolve, type SemanticCache } from '../../crds/semantic-cache.ts';
import type { CacheObject, Facts, Manifest, RedisObject, RedisView, View } from './cache.ts';
import { disruptionBudget } from './disruption-budget.ts';
import { networkPolicy } from './network-policy.ts';
import { podMonitor } from './pod-monitor.ts';
import { redisConfig } from './redis-config.ts';
import { redisPodsService } from './redis-pods-service.ts';
import { redisSecret } from './redis-secret.ts';
import { redisService } from './redis-service.ts';
import { sidecarConfig } from './sidecar-config.ts';
import { sidecarSecret } from './sidecar-secret.ts';
import { statefulSet } from './stateful-set.ts';

export type { Facts, Manifest } from './cache.ts';
export { endpoint } from './endpoint.ts';
export { newPasswords, type Passwords, readPasswords, rotated, wantedPasswords } from './passwords.ts';
export { minReplicas, quorum, replicaPriority } from './quorum.ts';
export { redisSelector } from './redis-labels.ts';

/** In the order in which they are applied: what a pod mounts stands before the pod. */
const objects: readonly CacheObject[] = [sidecarConfig, podMonitor];

const ofRedis: readonly RedisObject[] = [
  redisSecret, // passwords and access lists
  sidecarSecret, // the one user that the sidecars are
  redisConfig, // settings and start scripts
  redisPodsService, // host names of the pods
  redisService, // where clients find the sentinels
  networkPolicy,
  disruptionBudget,
  statefulSet,
];

/** Everything that a SemanticCache owns. @throws Error without passwords, where there are any to be set. */
export function desired(cache: SemanticCache, facts: Facts): Manifest[] {
  const view = viewOf(cache, facts);
  // The directory is where `synth` would write; nothing is written here.
  const chart = new Chart(new App({ outdir: '.' }), 'cache', {
    namespace: view.namespace,
    disableResourceNameHashes: true,
    labels: objectLabels(cache.metadata.name),
  });
  if (view.spec.redis !== undefined) for (const add of ofRedis) add(chart, redisView(view));
  for (const add of objects) add(chart, view);
  return chart.toJson() as Manifest[];
}

function viewOf(cache: SemanticCache, facts: Facts): View {
  const { name, namespace } = cache.metadata;
  return { cache, namespace, names: namesOf(name), spec: resolve(cache.spec), facts };
}

function redisView(view: View): RedisView {
  const { redis } = view.spec;
  const { passwords } = view.facts;
  if (redis === undefined || passwords === undefined)
    throw new Error('expected the passwords of Redis, found none');
  return { ...view, redis, passwords, pods: podsOf(view) };
}

/** A primary is not scaled away: its pod, and those before it, stay until a replica that stays has taken over. */
function podsOf({ spec, facts }: View): number {
  const ordinal = Number(/-(\d+)$/.exec(facts.primary ?? '')?.[1] ?? 0);
  return Math.max(spec.replicas, ordinal + 1);
}

function objectLabels(cacheName: string): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'fourfold',
    'app.kubernetes.io/instance': cacheLabel(cacheName),
    'app.kubernetes.io/managed-by': 'fourfold',
    [labels.cache]: cacheLabel(cacheName),
  };
}
