import type { Reason } from '../../crds/conditions.ts';
import type { SemanticCacheStatus } from '../../crds/semantic-cache.ts';
import type { Refused } from '../observe/refused-pods.ts';
import type { KeptPod } from './kept.ts';
import type { Outdated } from './outdated.ts';

/** The pod that was evicted last, as the status keeps it: it outlives the leader. */
export type Replaced = NonNullable<SemanticCacheStatus['replaced']>;

/** What to do next about pods of others that run an older sidecar, or none. One step at a time, decided anew each time. */
export type Replacement =
  | { readonly step: 'replace'; readonly pod: KeptPod; readonly owner: string; readonly after: string }
  | { readonly step: 'pause'; readonly againMs: number }
  | { readonly step: 'wait'; readonly why: string }
  | { readonly step: 'stop'; readonly reason: Reason<'PodsOutdated'>; readonly why: string };

export interface Fleet {
  /** All that have the sidecar of the cache or ask for it, and have not ended. */
  readonly pods: readonly KeptPod[];
  /** At least one. */
  readonly outdated: readonly Outdated[];
  /** Of what pods get now; see `startHash`. */
  readonly wanted: string;
  /** Since when that is so, as far as this leader knows. */
  readonly wantedSince: number;
  readonly replaced: Replaced | undefined;
  /** Why none could be made in its place, where its workload has said so. */
  readonly refusal?: Refused;
  /** Owners whose pods were not let go, and when that was. */
  readonly refused: ReadonlyMap<string, number>;
  readonly now: number;
  readonly pauseMs: number;
}

/**
 * One pod after the other, with a pause; only of workloads that make it again and of which another pod is ready meanwhile;
 * the next one only when the new one is ready. A new pod that is outdated too ends it: whatever is wrong, more of it
 * would not help. Times are milliseconds of the wall clock; which pod is the newer one, the API server's times say.
 */
export function nextReplacement(fleet: Fleet): Replacement {
  const { pods, outdated, refused, now, pauseMs } = fleet;
  const hindrance = lastOne(fleet) ?? pause(fleet);
  if (hindrance !== undefined) return hindrance;

  const ofOwner = Map.groupBy(pods, ownerOf);
  const remade = outdated.flatMap(({ pod }) => {
    const owner = ownerOf(pod);
    return owner === undefined || isLeaving(pod) ? [] : [{ pod, owner, all: ofOwner.get(owner) ?? [] }];
  });
  const accompanied = remade.filter(({ pod, all }) => !pod.ready || all.length > 1);
  if (accompanied.length === 0)
    return { step: 'stop', reason: 'NotReplaceable', why: 'Nothing makes them again, or they are alone.' };
  const settled = ({ ready, createdAt }: KeptPod) => ready && left(Date.parse(createdAt), pauseMs, now) === 0;
  const [next] = accompanied
    .filter(({ pod, all }) => !all.some(isLeaving) && (!pod.ready || all.every(settled)))
    .toSorted(
      (a, b) =>
        (refused.get(a.owner) ?? 0) - (refused.get(b.owner) ?? 0) ||
        a.pod.createdAt.localeCompare(b.pod.createdAt) ||
        a.pod.metadata.name.localeCompare(b.pod.metadata.name),
    );
  if (next === undefined) return { step: 'wait', why: 'Another pod of their workload is new, or not ready.' };
  const after =
    next.all
      .map(({ createdAt }) => createdAt)
      .toSorted()
      .at(-1) ?? '';
  return { step: 'replace', pod: next.pod, owner: next.owner, after };
}

/** What became of the pod that was evicted last; undefined where nothing waits for it. */
function lastOne({
  pods,
  outdated,
  wanted,
  replaced,
  refusal,
  now,
  pauseMs,
}: Fleet): Replacement | undefined {
  if (replaced === undefined) return undefined;
  const { pod, owner, after, at } = replaced;
  const ofOwner = pods.filter((each) => ownerOf(each) === owner);
  const made = ofOwner.filter(({ createdAt }) => createdAt > after);
  const vain = outdated.find((each) => made.includes(each.pod));
  if (vain !== undefined && replaced.for === wanted) {
    const why = `${vain.pod.metadata.name} was made in place of ${pod} and is no better; nothing more is replaced.`;
    return { step: 'stop', reason: 'ReplacedInVain', why };
  }
  if (ofOwner.some(isLeaving)) return { step: 'wait', why: `${pod} is leaving.` };
  const starting = made.find(({ ready }) => !ready);
  if (starting !== undefined) return { step: 'wait', why: `${starting.metadata.name} is not ready.` };
  // Times of pods are whole seconds: two that follow each other must not have the same.
  const againMs = Math.max(0, ...made.map(({ createdAt }) => left(Date.parse(createdAt), pauseMs, now)));
  if (againMs > 0) return { step: 'pause', againMs };
  if (made.length > 0 || ofOwner.length === 0) return undefined;
  if (refusal !== undefined) {
    const why = `None could be made in place of ${pod}: ${refusal}.`;
    return replaced.for === wanted ? { step: 'stop', reason: 'ReplacedInVain', why } : { step: 'wait', why };
  }
  // Its workload may have become smaller meanwhile; then none is made.
  const leftMs = left(Date.parse(at), successorMs, now);
  return leftMs === 0 ? undefined : { step: 'wait', why: `None was made in place of ${pod} yet.` };
}

/** The last eviction, while its workload still is to make another pod, as far as its pods tell. */
export function awaited({ pods, replaced }: Pick<Fleet, 'pods' | 'replaced'>): Replaced | undefined {
  const ofOwner = pods.filter((each) => replaced !== undefined && ownerOf(each) === replaced.owner);
  const settled = ofOwner.some((each) => isLeaving(each) || each.createdAt > (replaced?.after ?? ''));
  return ofOwner.length === 0 || settled ? undefined : replaced;
}

/**
 * After each eviction and each refusal; and when something else is wanted, until every replica of the operator and every
 * API server injects it.
 */
function pause({ wantedSince, replaced, refused, now, pauseMs }: Fleet): Replacement | undefined {
  const last = replaced === undefined ? 0 : Date.parse(replaced.at);
  const againMs = Math.max(...[wantedSince, last, ...refused.values()].map((at) => left(at, pauseMs, now)));
  return againMs === 0 ? undefined : { step: 'pause', againMs };
}

/** Nothing is left of what is yet to begin: another clock has told that time. */
const left = (from: number, lasts: number, now: number): number =>
  from > now ? 0 : Math.max(0, from + lasts - now);

/** Of those that make a pod again whenever one is missing: not Jobs, and no kind of which nothing is known. */
function ownerOf({ metadata }: KeptPod): string | undefined {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  const kind = `${owner?.apiVersion.replace(/\/.*/, '')}/${owner?.kind}`;
  return remaking.has(kind) ? owner?.uid : undefined;
}

const remaking: ReadonlySet<string> = new Set([
  'apps/ReplicaSet',
  'apps/StatefulSet',
  'apps/DaemonSet',
  'v1/ReplicationController',
]);

const isLeaving = ({ metadata }: KeptPod): boolean => metadata.deletionTimestamp !== undefined;

const successorMs = 300_000;
