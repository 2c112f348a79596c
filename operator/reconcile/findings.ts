import { endpoint, redisSelector } from '../../cdk8s/cache/index.ts';
import type { ConditionType, Reason } from '../../crds/conditions.ts';
import { annotations, namesOf } from '../../crds/names.ts';
import type { Condition, ResolvedSpec } from '../../crds/semantic-cache.ts';
import type { RedisState } from '../observe/redis-state.ts';
import type { Refused } from '../observe/refused-pods.ts';
import type { SidecarsState } from '../observe/sidecars.ts';
import type { KeptPod } from './kept.ts';
import { inWords, type Outdated, outdatedOf, type Wanted } from './outdated.ts';
import type { Findings } from './status.ts';
import { isGrowing } from './volumes.ts';
import type { KnownCache, World } from './world.ts';

export interface Seen {
  readonly redis: RedisState | undefined;
  readonly sidecars: SidecarsState | undefined;
  /** Pods that ask for its sidecar and have none; undefined where nobody has looked. */
  readonly uninjected: readonly KeptPod[] | undefined;
  /** Why a missing pod of Redis could not be made, where its StatefulSet has said so. */
  readonly refused: Refused;
  readonly wanted: Wanted;
}

/** What the copies of the cluster and the last observations say about one cache. */
export function find(world: World, cache: KnownCache, spec: ResolvedSpec, seen: Seen): Findings {
  const injected = world.injectedPods(cache).filter(isRunning);
  const uninjected = seen.uninjected?.filter(isRunning);
  const outdated = outdatedOf(injected, uninjected ?? [], seen.wanted);
  const unknown = uninjected === undefined && (cache.status?.uninjectedPods ?? 0) > 0;
  const names = namesOf(cache.metadata.name);
  const mayBeAsked = injected.some(canBeAsked);
  const { redis: asTold, ...sidecars } = seen.sidecars ?? (mayBeAsked ? sidecarsBefore(cache) : {});
  const common = {
    endpoint: endpoint({ names, namespace: cache.metadata.namespace, spec }),
    purged: cache.status?.purged,
    injectedPods: injected.length,
    outdatedPods: outdated.filter(({ because }) => because !== 'uninjected').length,
    uninjectedPods: uninjected?.length ?? cache.status?.uninjectedPods,
    outdated: unknown ? saidBefore(cache) : saidOf(outdated, spec),
    replaced: cache.status?.replaced,
    sidecars,
  };
  if (spec.redis === undefined)
    return { ...common, redis: externalOf(cache, asTold), replicas: 0, readyReplicas: 0 };
  const { replicas = 0, readyReplicas = 0 } = world.statefulSet(cache, names.redis)?.status ?? {};
  return {
    ...common,
    redis: redisOf(world, cache, seen),
    work: workOf(world, cache, spec, seen),
    replicas,
    readyReplicas,
    selector: redisSelector(cache),
    // Kept while a look finds none: the pod that was primary last is the one that must not be scaled away.
    primary: seen.redis?.primary ?? cache.status?.primary,
  };
}

function saidOf(outdated: readonly Outdated[], spec: ResolvedSpec): Findings['outdated'] {
  if (outdated.length === 0) return undefined;
  const reason = spec.sidecar.rollout === 'Manual' ? 'RolloutManual' : 'Replacing';
  return { reason, message: inWords(outdated) };
}

/** What its status says of outdated pods. */
export function saidBefore({ status }: KnownCache): Findings['outdated'] {
  const found = status?.conditions?.find(({ type }) => type === 'PodsOutdated');
  return found && { reason: found.reason as Reason<'PodsOutdated'>, message: found.message };
}

/** Only who asks it can tell how it is: the sidecars. Without a search module it does what it can, which may be meant so. */
function externalOf({ metadata, status }: KnownCache, asTold: SidecarsState['redis']): Findings['redis'] {
  const { reason = 'External', message = 'The sidecars use a Redis that exists.' } = asTold ?? {};
  const wanted = metadata.annotations?.[annotations.purge];
  const unpurged = wanted !== undefined && wanted !== status?.purged ? ` ${cannotPurge}` : '';
  return { reason, status: reason === 'NotReached' ? 'False' : 'True', message: message + unpurged };
}

/** Their admin token is a secret of the operator, of which they have none. */
const cannotPurge = `What ${annotations.purge} asks for is not done: the sidecars of such a cache take no orders from the operator; empty that Redis.`;

function redisOf(world: World, cache: KnownCache, { redis, sidecars, refused }: Seen): Findings['redis'] {
  const pods = world.redisPods(cache);
  if (redis !== undefined && pods.length > 0) {
    const { reason, status, message } = redis;
    // A network policy lets the operator pass and not them. That it was looked at within a failover is no reason for an alarm.
    const cutOff = status === 'True' && sidecars?.redis?.reason === 'NotReached';
    return { reason, status, message: cutOff ? `${message} ${sidecars.redis?.message}` : message };
  }
  const before = pods.some(canBeAsked) ? conditionBefore(cache, 'RedisReady') : undefined;
  if (before === undefined || before.reason === 'External') {
    return { reason: 'Starting', status: 'False', message: `No pod of Redis runs yet${because(refused)}` };
  }
  const { reason, status, message } = before;
  return { reason: reason as Reason<'RedisReady'>, status, message };
}

/*
 * A new leader has looked at nothing yet. Until it has, what the one before has said of pods that still are there holds: it
 * is seconds old, and "nothing runs" would be an alarm about every healthy cache at each rollout of the operator.
 */

export const canBeAsked = ({ ip, metadata }: KeptPod): boolean =>
  ip !== undefined && metadata.deletionTimestamp === undefined;

function conditionBefore({ status }: KnownCache, type: ConditionType): Condition | undefined {
  return status?.conditions?.find((each) => each.type === type);
}

function sidecarsBefore({ status = {} }: KnownCache): SidecarsState {
  const { entries, hitRatio, audits, rejectedConfiguration } = status;
  const { reason, message = '' } = status.conditions?.find(({ type }) => type === 'RedisReady') ?? {};
  return {
    ...(reason === 'NotReached' || reason === 'SearchMissing' ? { redis: { reason, message } } : {}),
    ...(entries === undefined ? {} : { entries }),
    ...(hitRatio === undefined ? {} : { hitRatio }),
    ...(audits === undefined ? {} : { audits }),
    ...(rejectedConfiguration === undefined ? {} : { rejectedConfiguration }),
  };
}

/** What is under way because the declared and the actual differ; a failover or a rollout says so itself. */
function workOf(
  world: World,
  cache: KnownCache,
  spec: ResolvedSpec,
  { redis, refused }: Seen,
): Findings['work'] {
  const set = world.statefulSet(cache, namesOf(cache.metadata.name).redis);
  const ever = cache.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
  if (set === undefined || (!ever && set.status.observedGeneration === undefined)) {
    return { reason: 'Creating', message: 'The objects of the cache are being made.' };
  }
  const { replicas = 0, readyReplicas = 0, observedGeneration } = set.status;
  if (observedGeneration !== set.metadata.generation) {
    return { reason: 'Applying', message: 'The StatefulSet controller has not seen the last change yet.' };
  }
  if (replicas !== set.replicas || set.replicas !== spec.replicas) {
    const message = `Redis has ${replicas} pods and is to have ${spec.replicas}${because(refused)}`;
    return { reason: 'Scaling', message };
  }
  const growing = world.claims(cache).filter(isGrowing);
  if (growing.length > 0) {
    return {
      reason: 'Resizing',
      message: `${growing.map(({ metadata }) => metadata.name).join(', ')} grows.`,
    };
  }
  const rotatedBefore = conditionBefore(cache, 'Reconciling')?.reason === 'RotatingPasswords';
  if (redis === undefined ? rotatedBefore : !redis.passwordsKnown) {
    return { reason: 'RotatingPasswords', message: 'The pods of Redis do not know the new passwords yet.' };
  }
  if (readyReplicas < replicas && !ever) {
    return { reason: 'Creating', message: `${readyReplicas} of ${replicas} Redis pods are ready.` };
  }
  return undefined;
}

const because = (refused: Refused): string => (refused === undefined ? '.' : `: ${refused}`);

export const isRunning = ({ phase, metadata }: KeptPod): boolean =>
  phase === 'Running' && metadata.deletionTimestamp === undefined;
