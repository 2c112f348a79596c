import type { Operation } from 'fast-json-patch';
import { isOwn } from '../decide.ts';
import { raised, resourcesOf } from '../resources.ts';
import { allContainers } from '../routing.ts';
import type { Rule } from '../rule.ts';

/**
 * Pod-level resources (Kubernetes 1.34) bound the containers together: they grow by what the sidecar takes, or the API
 * server would refuse the pod, and the application's own share would be less than its author wrote.
 */
export const budget: Rule = {
  name: 'budget',
  apply(pod, { spec, overrides }) {
    if (allContainers(pod).some(isOwn)) return [];
    const own = resourcesOf(spec.sidecar.resources, overrides.resources);
    return (['requests', 'limits'] as const).flatMap((kind) =>
      (['cpu', 'memory'] as const).flatMap((what): Operation[] => {
        const present = pod.spec.resources?.[kind]?.[what];
        if (present === undefined) return [];
        const value = raised[what](present, own[kind][what]);
        return [{ op: 'replace', path: `/spec/resources/${kind}/${what}`, value }];
      }),
    );
  },
};
