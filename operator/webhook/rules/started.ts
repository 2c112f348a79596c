import { annotations } from '../../../crds/names.ts';
import { isOwn } from '../decide.ts';
import { allContainers } from '../routing.ts';
import type { Rule } from '../rule.ts';
import { startHash } from '../start-hash.ts';
import { written } from './status.ts';

/** By this the operator knows a pod that was injected with something else than it would be now. */
export const started: Rule = {
  name: 'started',
  // A sidecar that is there came from elsewhere: what it was made of is not known here.
  apply: (pod, plan) =>
    allContainers(pod).some(isOwn) ? [] : written(pod, annotations.startHash, startHash(plan)),
};
