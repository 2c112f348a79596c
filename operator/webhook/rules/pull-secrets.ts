import type { Operation } from 'fast-json-patch';
import type { Rule } from '../rule.ts';

/** The credentials of the registry that the sidecar's image comes from. */
export const pullSecrets: Rule = {
  name: 'pull-secrets',
  apply({ spec }, plan) {
    const present = new Set((spec.imagePullSecrets ?? []).map(({ name }) => name));
    const missing = (plan.spec.sidecar.imagePullSecrets ?? []).filter(({ name }) => !present.has(name));
    if (missing.length === 0) return [];
    const list: Operation[] =
      spec.imagePullSecrets === undefined ? [{ op: 'add', path: '/spec/imagePullSecrets', value: [] }] : [];
    return [
      ...list,
      ...missing.map(
        ({ name }): Operation => ({ op: 'add', path: '/spec/imagePullSecrets/-', value: { name } }),
      ),
    ];
  },
};
