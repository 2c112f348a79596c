import { cacheLabel, namesOf } from '../../crds/names.ts';
import type { SemanticCache } from '../../crds/semantic-cache.ts';
import { planOf } from '../webhook/plan.ts';
import { resourcesOf } from '../webhook/resources.ts';
import { fetchesModels, volumesOf } from '../webhook/rules/volumes.ts';
import { variablesOf } from '../webhook/sidecar-env.ts';
import { startHash } from '../webhook/start-hash.ts';

/** Name of the ConfigMap in each namespace that has a SemanticCache. */
export const parametersName = 'fourfold-injection';

/** What a policy cannot work out of a SemanticCache, as it is called in the ConfigMap: `0.image` is that of the first. */
export const fieldsOfCache = {
  image: 'image',
  imagePullPolicy: 'image-pull-policy',
  /** Names, with commas between. */
  pullSecrets: 'image-pull-secrets',
  cpuRequest: 'cpu-request',
  cpuLimit: 'cpu-limit',
  memoryRequest: 'memory-request',
  memoryLimit: 'memory-limit',
  /** One `NAME=value` a line. */
  env: 'env',
  configMap: 'config-map',
  /** Empty: none is mounted. */
  secret: 'secret',
  /** Size of its volume; empty: there is none. */
  decisionLog: 'decision-log',
  /** `true`: it fetches models, and has a volume for them; empty: it has none. */
  models: 'models',
  label: 'label',
  startHash: 'start-hash',
} as const;

/**
 * What pods of a namespace are injected with, as texts: CEL has neither hashes nor JSON. `caches` are their names; its
 * place there is the number that a cache's other keys begin with. Pure.
 */
export function parametersOf(caches: readonly SemanticCache[], image: string): Record<string, string> {
  const sorted = caches.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const data: Record<string, string> = { caches: sorted.map(({ metadata }) => metadata.name).join(',') };
  for (const [at, cache] of sorted.entries()) {
    for (const [field, value] of Object.entries(parametersOfOne(cache, image)))
      data[`${at}.${fieldsOfCache[field as keyof typeof fieldsOfCache]}`] = value;
  }
  return data;
}

function parametersOfOne(cache: SemanticCache, image: string): Record<keyof typeof fieldsOfCache, string> {
  const nothing = { env: {}, resources: { requests: {}, limits: {} } };
  const routing = { upstreams: [], containers: new Map() };
  const { name } = cache.metadata;
  const decision = { kind: 'inject', cache: name, routing, overrides: nothing } as const;
  const plan = planOf(decision, cache, { image, native: true });
  const { requests, limits } = resourcesOf(plan.spec.sidecar.resources, nothing.resources);
  const secret = volumesOf(plan).find((volume) => volume.name === 'fourfold-credentials')?.secret as
    | { readonly secretName: string }
    | undefined;
  return {
    image: plan.image,
    imagePullPolicy: plan.spec.sidecar.imagePullPolicy,
    pullSecrets: (plan.spec.sidecar.imagePullSecrets ?? []).map((each) => each.name).join(','),
    cpuRequest: requests.cpu,
    cpuLimit: limits.cpu,
    memoryRequest: requests.memory,
    memoryLimit: limits.memory,
    env: Object.entries(variablesOf(plan))
      .map(([variable, value]) => `${variable}=${value}`)
      .join('\n'),
    configMap: namesOf(name).sidecar,
    secret: secret?.secretName ?? '',
    decisionLog: String(plan.spec.sidecar.decisionLog.size ?? ''),
    models: fetchesModels(plan.spec) ? 'true' : '',
    label: cacheLabel(name),
    startHash: startHash(plan),
  };
}
