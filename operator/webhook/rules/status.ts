import type { Operation } from 'fast-json-patch';
import { annotations } from '../../../crds/names.ts';
import type { Pod } from '../pod.ts';
import { type Rule, segment } from '../rule.ts';

/** What became of the pod's wish, for whoever reads the pod. */
export const status: Rule = {
  name: 'status',
  apply: (pod) => written(pod, annotations.status, 'injected'),
};

/** An annotation, where the pod has not got it already. */
export function written({ metadata }: Pod, name: string, value: string): Operation[] {
  const annotation = { [name]: value };
  if (metadata === undefined) return [{ op: 'add', path: '/metadata', value: { annotations: annotation } }];
  if (metadata.annotations === undefined)
    return [{ op: 'add', path: '/metadata/annotations', value: annotation }];
  if (metadata.annotations[name] === value) return [];
  return [{ op: 'add', path: `/metadata/annotations/${segment(name)}`, value }];
}
