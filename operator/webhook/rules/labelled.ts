import type { Operation } from 'fast-json-patch';
import { cacheLabel, labels } from '../../../crds/names.ts';
import { type Rule, segment } from '../rule.ts';

/** By these the NetworkPolicy lets the pod reach Redis, and the operator counts it. */
export const labelled: Rule = {
  name: 'labelled',
  apply({ metadata }, plan) {
    const wanted = { [labels.injected]: 'true', [labels.cache]: cacheLabel(plan.cache) };
    if (metadata === undefined) return [{ op: 'add', path: '/metadata', value: { labels: wanted } }];
    const present = metadata.labels;
    if (present === undefined) return [{ op: 'add', path: '/metadata/labels', value: wanted }];
    return Object.entries(wanted)
      .filter(([name, value]) => present[name] !== value)
      .map(([name, value]): Operation => ({ op: 'add', path: `/metadata/labels/${segment(name)}`, value }));
  },
};
