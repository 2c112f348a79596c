import jsonPatch, { type Operation } from 'fast-json-patch';
import { annotations } from '../../crds/names.ts';
import type { Pod } from './pod.ts';
import type { SkipReason } from './reasons.ts';
import type { Plan } from './rule.ts';
import { rules } from './rules/index.ts';
import { written } from './rules/status.ts';

export interface Injected {
  /** From the pod as it came to the pod as it is now; empty where nothing had to change. */
  readonly patch: readonly Operation[];
  readonly pod: Pod;
}

/** Pure: the same pod and plan give the same patch, and the injected pod gives an empty one. */
export function inject(pod: Pod, plan: Plan): Injected {
  const patch: Operation[] = [];
  let current = pod;
  for (const rule of rules) {
    const operations = rule.apply(current, plan);
    if (operations.length === 0) continue;
    patch.push(...operations);
    current = jsonPatch.applyPatch(current, structuredClone(operations), false, false).newDocument;
  }
  return { patch, pod: current };
}

/** Says on the pod why it has no sidecar; all else of it stays. */
export function skipped(pod: Pod, reason: SkipReason): readonly Operation[] {
  return written(pod, annotations.status, `skipped: ${reason}`);
}
