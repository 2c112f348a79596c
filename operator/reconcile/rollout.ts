import type { KeptPod, KeptStatefulSet } from './kept.ts';

/** What to do next about pods that run an older declaration. One step at a time, decided anew each time. */
export type Step =
  | { readonly step: 'none' }
  | { readonly step: 'wait'; readonly why: string }
  | { readonly step: 'replace'; readonly pod: KeptPod }
  | { readonly step: 'fail-over' };

/**
 * Replicas are replaced first, the highest ordinal before the others; the primary is the last, and hands over before. A pod
 * is only replaced while all others are well, except one that is not well itself: it has nothing to lose.
 */
export function nextStep(
  set: Pick<KeptStatefulSet, 'replicas' | 'status' | 'metadata'>,
  pods: readonly KeptPod[],
  primary: string | undefined,
): Step {
  const { updateRevision, observedGeneration } = set.status;
  if (updateRevision === undefined || observedGeneration !== set.metadata.generation) {
    return { step: 'wait', why: 'the StatefulSet controller has not seen the last change' };
  }
  const outdated = pods.filter((pod) => revisionOf(pod) !== updateRevision);
  if (outdated.length === 0) return { step: 'none' };

  const leaving = pods.find(({ metadata }) => metadata.deletionTimestamp !== undefined);
  if (leaving !== undefined) return { step: 'wait', why: `${leaving.metadata.name} is being replaced` };
  if (pods.length < set.replicas) return { step: 'wait', why: 'a pod is being made' };
  const broken = outdated.find(({ ready }) => !ready);
  if (broken !== undefined) return { step: 'replace', pod: broken };
  const starting = pods.find(({ ready }) => !ready);
  if (starting !== undefined) return { step: 'wait', why: `${starting.metadata.name} is not ready` };

  const replica = outdated.toReversed().find(({ metadata }) => metadata.name !== primary);
  const [only] = pods;
  if (pods.length === 1 && only !== undefined) return { step: 'replace', pod: only };
  if (primary === undefined) return { step: 'wait', why: 'no primary is known' };
  return replica === undefined ? { step: 'fail-over' } : { step: 'replace', pod: replica };
}

export const revisionOf = ({ metadata }: KeptPod): string | undefined =>
  metadata.labels?.['controller-revision-hash'];
