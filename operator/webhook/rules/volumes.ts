import type { Operation } from 'fast-json-patch';
import { namesOf, sidecarPaths } from '../../../crds/names.ts';
import type { Plan, Rule } from '../rule.ts';

/**
 * Configuration and credentials of the cache. Both are optional for the node: a pod must start even where the operator
 * has not made them yet; they appear in the folders when they are there.
 */
export const volumes: Rule = {
  name: 'volumes',
  apply({ spec }, plan) {
    const present = new Set((spec.volumes ?? []).map(({ name }) => name));
    const missing = volumesOf(plan).filter(({ name }) => !present.has(name));
    if (missing.length === 0) return [];
    const list: Operation[] =
      spec.volumes === undefined ? [{ op: 'add', path: '/spec/volumes', value: [] }] : [];
    return [...list, ...missing.map((value): Operation => ({ op: 'add', path: '/spec/volumes/-', value }))];
  },
};

export function mounts(plan: Pick<Plan, 'cache' | 'spec'>) {
  return volumesOf(plan).map(({ name }) => ({ name, ...places[name] }));
}

const places: Readonly<Record<string, object>> = {
  'fourfold-config': { mountPath: sidecarPaths.config, readOnly: true },
  'fourfold-credentials': { mountPath: sidecarPaths.secret, readOnly: true },
  'fourfold-tmp': { mountPath: '/tmp' },
  'fourfold-decisions': { mountPath: sidecarPaths.decisions },
  'fourfold-models': { mountPath: sidecarPaths.models },
};

/** Whether there is a model that is not in the image: it needs a place, for the image's file system is read only. */
export const fetchesModels = ({ customModel, verifier }: Plan['spec']): boolean =>
  [customModel, verifier].some(({ repository }) => repository !== undefined);

export function volumesOf({ cache, spec }: Pick<Plan, 'cache' | 'spec'>): Volume[] {
  const { sidecar } = namesOf(cache);
  const { size } = spec.sidecar.decisionLog;
  const secretName = spec.external === undefined ? sidecar : spec.external.secretRef?.name;
  return [
    { name: 'fourfold-config', configMap: { name: sidecar, optional: true } },
    ...(secretName === undefined
      ? []
      : [{ name: 'fourfold-credentials', secret: { secretName, optional: true } }]),
    { name: 'fourfold-tmp', emptyDir: { sizeLimit: '64Mi' } },
    ...(size === undefined ? [] : [{ name: 'fourfold-decisions', emptyDir: { sizeLimit: String(size) } }]),
    ...(fetchesModels(spec) ? [{ name: 'fourfold-models', emptyDir: { sizeLimit: '8Gi' } }] : []),
  ];
}

interface Volume {
  readonly name: string;
  readonly [source: string]: unknown;
}
