import type { Operation } from 'fast-json-patch';
import { annotations } from '../../../crds/names.ts';
import type { Pod } from '../pod.ts';
import { type Rule, segment } from '../rule.ts';

/** What became of the pod's wish, for whoever reads the pod. */
export const status: Rule = {
  name: 'status',
  apply: (pod) => written(pod, 'injected'),
};

export function written({ metadata }: Pod, value: string): Operation[] {
  const annotation = { [annotations.status]: value };
  if (metadata === undefined) return [{ op: 'add', path: '/metadata', value: { annotations: annotation } }];
  if (metadata.annotations === undefined)
    return [{ op: 'add', path: '/metadata/annotations', value: annotation }];
  if (metadata.annotations[annotations.status] === value) return [];
  return [{ op: 'add', path: `/metadata/annotations/${segment(annotations.status)}`, value }];
}
