import { createHash } from 'node:crypto';
import { restartFields } from '../../crds/node.ts';
import type { ResolvedSpec, SemanticCache } from '../../crds/semantic-cache.ts';
import { planOfResolved } from './plan.ts';
import type { Plan } from './rule.ts';
import { sidecar } from './rules/container.ts';
import { volumesOf } from './rules/volumes.ts';

/**
 * Of what a pod has from its cache, and a running sidecar does not take up: where it is equal, a new pod would be no
 * other. What the pod itself says is not in it, and neither is the version of the cluster.
 */
export function startHash(plan: Plan): string {
  const bare: Plan = { ...plan, native: true, overrides, routing };
  const { spec } = plan;
  const settings = { ...spec, redis: spec.useOfRedis };
  const read = restartFields.map((path) => valueAt(settings, path.split('.')));
  const all = [sidecar(bare), volumesOf(bare), spec.sidecar.imagePullSecrets ?? [], read];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16);
}

/** What pods of a cache are injected with now; `image` where it names none. */
export function wantedOf(
  { metadata }: SemanticCache,
  spec: ResolvedSpec,
  image: string,
): { image: string; startHash: string } {
  const plan = planOfResolved({ routing, overrides }, metadata, spec, { image, native: true });
  return { image: plan.image, startHash: startHash(plan) };
}

const overrides: Plan['overrides'] = { env: {}, resources: { requests: {}, limits: {} } };
const routing: Plan['routing'] = { upstreams: [], containers: new Map() };

const valueAt = (from: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], from);
