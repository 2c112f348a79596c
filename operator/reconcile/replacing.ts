import { ApiError } from '../kube/api-error.ts';
import type { Writer } from '../kube/client.ts';
import type { Occurrence } from '../kube/events.ts';
import type { Refused } from '../observe/refused-pods.ts';
import { inWords } from './outdated.ts';
import { awaited, type Fleet, nextReplacement, type Replaced } from './replacement.ts';
import type { Findings } from './status.ts';

export interface Replacing {
  readonly outdated: Findings['outdated'];
  /** The pod that was evicted last, now or before. */
  readonly replaced: Replaced | undefined;
  readonly againMs: number | undefined;
}

export interface ReplacingParts {
  readonly writer: Pick<Writer, 'evict'>;
  readonly tell: (occurrence: Occurrence) => Promise<void>;
  /** What a workload has said since then, when it could not make a pod. */
  readonly refusalOf: (owner: string, since: string) => Promise<Refused>;
  /** What the status says of it so far. */
  readonly before: Findings['outdated'];
}

/** One step of replacing outdated pods. `refused` is what it remembers. @throws Fenced */
export async function replaceOutdated(
  fleet: Fleet & { readonly refused: Map<string, number> },
  { writer, tell, refusalOf, before }: ReplacingParts,
): Promise<Replacing> {
  const { replaced, refused, now, pauseMs } = fleet;
  const missing = awaited(fleet);
  const refusal = missing === undefined ? undefined : await refusalOf(missing.owner, missing.after);
  const step = nextReplacement({ ...fleet, refusal });
  const say = (
    reason: NonNullable<Findings['outdated']>['reason'],
    why: string,
    againMs?: number,
  ): Replacing => ({ outdated: { reason, message: `${why} ${inWords(fleet.outdated)}` }, replaced, againMs });

  if (step.step === 'stop') return say(step.reason, step.why);
  if (step.step === 'wait') return say('Replacing', step.why, lookAgainMs);
  if (step.step === 'pause') {
    if (before?.reason === 'EvictionRefused') return { outdated: before, replaced, againMs: step.againMs };
    return say('Replacing', 'The next one is replaced after a pause.', step.againMs);
  }
  const { pod, owner, after } = step;
  const { name } = pod.metadata;
  try {
    await writer.evict(pod);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (['not-found', 'conflict'].includes(error.failure))
      return say('Replacing', `${name} has gone by itself.`, lookAgainMs);
    for (const each of refused.keys()) if (now - (refused.get(each) ?? 0) > forgetMs) refused.delete(each);
    refused.set(owner, now);
    const againMs = Math.max(pauseMs, error.retryAfterMs ?? 0);
    return say('EvictionRefused', `${name} may not leave: ${error.message}`, againMs);
  }
  await tell({
    type: 'Normal',
    reason: 'PodReplaced',
    action: 'Rollout',
    note: `${name} is replaced. ${inWords(fleet.outdated.filter((each) => each.pod === pod))}`,
  });
  const at = new Date(now).toISOString();
  return {
    ...say('Replacing', `${name} is being replaced.`, lookAgainMs),
    replaced: { pod: name, owner, after, at, for: fleet.wanted },
  };
}

/** Pods without a sidecar are not watched. */
export const lookAgainMs = 10_000;
const forgetMs = 3_600_000;
