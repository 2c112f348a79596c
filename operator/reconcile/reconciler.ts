import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { desired, type Facts, type Passwords } from '../../cdk8s/cache/index.ts';
import { annotations, apiVersion, kind, namesOf } from '../../crds/names.ts';
import {
  type Condition,
  type ResolvedSpec,
  resolve,
  type SemanticCacheStatus,
} from '../../crds/semantic-cache.ts';
import type { Client, Writer } from '../kube/client.ts';
import type { Clock } from '../kube/clock.ts';
import type { Events, Occurrence } from '../kube/events.ts';
import { nameOf } from '../kube/kind.ts';
import { type KubeObject, keyOf, splitKey } from '../kube/object.ts';
import { Observations } from '../observe/observations.ts';
import {
  correctSentinels,
  correctWaiting,
  failOver,
  type Locate,
  letStayingLead,
  loadPasswords,
  type RedisState,
  type RedisTarget,
  redisState,
} from '../observe/redis-state.ts';
import { lookForRefused, type Refused, type RefusedTarget } from '../observe/refused-pods.ts';
import { type SidecarsState, type SidecarsTarget, sidecarsState } from '../observe/sidecars.ts';
import { lookForUninjected, type Uninjected, type UninjectedTarget } from '../observe/uninjected.ts';
import { spared } from '../webhook/namespaces.ts';
import { wantedOf } from '../webhook/start-hash.ts';
import { applyAll, isAsApplied, type Outcome } from './apply.ts';
import { canBeAsked, find, isRunning, saidBefore } from './findings.ts';
import type { KeptPod } from './kept.ts';
import { semanticCaches } from './kinds.ts';
import { type Memory, newMemory } from './memory.ts';
import { OtherOperators } from './other-operators.ts';
import { outdatedOf } from './outdated.ts';
import { keysOfSecret, passwordsOf, storedPasswords } from './passwords.ts';
import { prune } from './prune.ts';
import { purge } from './purge.ts';
import { lookAgainMs, replaceOutdated } from './replacing.ts';
import { nextStep } from './rollout.ts';
import { Stalled, stalledBy } from './stalled.ts';
import { type Findings, statusOf, undeclaredBy, without } from './status.ts';
import { faultsOf } from './validate.ts';
import { grow, toGrow } from './volumes.ts';
import type { KnownCache, World } from './world.ts';

export interface ReconcilerParts {
  readonly world: World;
  readonly client: Client;
  readonly writer: Writer;
  readonly events: Events;
  readonly clock: Clock;
  readonly random: () => number;
  readonly images: Facts['images'];
  readonly operatorNamespace: string;
  /** Asks for a reconcile of a key. */
  readonly again: (key: string) => void;
  /** Objects that were put back after somebody had changed them. */
  readonly onRepaired: (kind: string) => void;
  /** A command to Redis has failed; it is given again when it is still needed. The message holds no secret. */
  readonly onRedisFailed: (message: string) => void;
  readonly locate?: Locate | undefined;
  /** Between two evictions of pods of applications. */
  readonly rolloutPauseMs?: number | undefined;
}

/** When to look again, though nothing has told of a change. */
export interface Result {
  readonly againMs: number | undefined;
}

/**
 * Makes the cluster as one SemanticCache declares it, from whatever state it is in: every step reads what is, and does what
 * is missing. One of these lives as long as one term of leading.
 */
export class Reconciler {
  readonly #parts: ReconcilerParts;
  readonly #memories = new Map<string, Memory>();
  readonly #others: OtherOperators;
  readonly #redis: Observations<RedisTarget, RedisState>;
  readonly #sidecars: Observations<SidecarsTarget, SidecarsState>;
  readonly #refused: Observations<RefusedTarget, Refused>;
  /** By namespace. */
  readonly #uninjected: Observations<UninjectedTarget, Uninjected>;

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
    const { clock, random, again } = parts;
    this.#others = new OtherOperators(parts);
    const common = { clock, random, onChange: again };
    this.#redis = new Observations({ ...common, most: 32, look: (target) => this.#lookAtRedis(target) });
    this.#sidecars = new Observations({ ...common, most: 8, look: (target) => sidecarsState(target) });
    this.#refused = new Observations({ ...common, most: 2, look: lookForRefused(parts.client) });
    this.#uninjected = new Observations({
      ...{ clock, random, most: 2 },
      look: lookForUninjected(parts.client, (namespace) =>
        parts.world.cachesIn(namespace).map(({ metadata }) => metadata.name),
      ),
      onChange: (namespace) => {
        for (const cache of parts.world.cachesIn(namespace)) again(keyOf(cache));
      },
    });
  }

  /** @throws ApiError, Fenced: to be tried again */
  async reconcile(key: string): Promise<Result> {
    const cache = this.#parts.world.cache(key);
    if (cache === undefined || cache.metadata.deletionTimestamp !== undefined) {
      // What it owned goes with it by owner references; nothing of ours stands in the way.
      this.#forget(key);
      return { againMs: undefined };
    }
    const memory = this.#memoryOf(key, cache);
    const other = await this.#others.servedFrom(cache);
    if (other !== undefined) {
      await this.#leave(key, cache, memory, other);
      return { againMs: leftAgainMs * (0.75 + this.#parts.random() / 2) };
    }
    memory.told.delete('served');
    if (cache.metadata.annotations?.[annotations.paused] === 'true') {
      const stalled = new Stalled(
        'Paused',
        `The annotation ${annotations.paused} is set; nothing is changed.`,
      );
      await this.#sayStalled(key, cache, memory, stalled);
      return { againMs: undefined };
    }
    try {
      const { findings, againMs } = await this.#make(key, cache, memory);
      await this.#say(cache, memory, findings);
      return { againMs };
    } catch (error) {
      const stalled = stalledBy(error);
      if (stalled === undefined) throw error;
      await this.#sayStalled(key, cache, memory, stalled);
      return { againMs: stalledAgainMs * (0.75 + this.#parts.random() / 2) };
    }
  }

  /** Its status is the other operator's too: an event is all that can be said without taking turns in it. */
  async #leave(key: string, cache: KnownCache, memory: Memory, other: string): Promise<void> {
    this.#redis.forget(key);
    this.#sidecars.forget(key);
    this.#refused.forget(key);
    if (memory.told.get('served') === other) return;
    memory.told.set('served', other);
    const own = this.#parts.operatorNamespace;
    const note = `The operator of namespace ${other} serves this cache; that of ${own} leaves it alone while the other is there.`;
    await this.#tell(cache, { type: 'Warning', reason: 'ServedByAnother', action: 'Reconcile', note });
  }

  /** Nothing is changed, and what is there is looked at all the same: at the pods as they are, not as they are to be. */
  async #sayStalled(key: string, cache: KnownCache, memory: Memory, stalled: Stalled): Promise<void> {
    const { world, client } = this.#parts;
    const spec = resolved(cache);
    await this.#say(cache, memory, { ...this.#find(key, cache, spec), stalled });
    this.#watchSidecars(key, cache);
    const set = world.statefulSet(cache, namesOf(cache.metadata.name).redis);
    // Of what may not be read nothing is to be learnt.
    if (spec.redis === undefined || set === undefined || stalled.reason === 'Forbidden') return;
    const passwords = await storedPasswords(client, cache, memory, this.#knownPasswords);
    if (passwords !== undefined) this.#watchRedis(key, cache, set.replicas, passwords);
  }

  close(): void {
    this.#redis.close();
    this.#sidecars.close();
    this.#refused.close();
    this.#uninjected.close();
  }

  async #make(key: string, cache: KnownCache, memory: Memory): Promise<{ findings: Findings } & Result> {
    const { world, writer } = this.#parts;
    const faults = faultsOf(cache);
    if (faults.length > 0) throw new Stalled('InvalidSpec', faults.join('\n'));
    const spec = resolve(cache.spec);
    const facts = await this.#facts(key, cache, spec, memory);
    const outcome = await this.#declare(cache, facts, memory);
    if (outcome.leaving !== undefined) {
      const message = `${outcome.leaving} of an earlier SemanticCache of this name is still being removed.`;
      const findings = this.#find(key, cache, spec);
      return { findings: { ...findings, work: { reason: 'Creating', message } }, againMs: 2_000 };
    }
    if (spec.redis === undefined) {
      this.#redis.forget(key);
      this.#refused.forget(key);
      this.#watchSidecars(key, cache);
      return this.#replaced(cache, spec, memory, this.#find(key, cache, spec), outcome.againMs);
    }

    await grow(writer, toGrow(world.claims(cache), spec.redis.storage.size), spec.redis.storage.size);
    if (facts.passwords !== undefined) this.#watchRedis(key, cache, spec.replicas, facts.passwords);
    this.#watchSidecars(key, cache);
    this.#watchRefused(key, cache);
    const work = await this.#work(key, cache, spec);
    const findings = this.#find(key, cache, spec);
    // The last, because sidecars that cannot be reached take their time.
    const purged = await this.#purged(cache, facts, memory);
    const wanted = wantedPurge(cache) ?? purged;
    // A finding that stays the same is told once; whoever has given a command looks whether it is to be given again.
    const unfinished = wanted !== purged || work !== undefined || this.#isToBeCorrected(key);
    return this.#replaced(
      ...[cache, spec, memory, { ...findings, work: work ?? findings.work, purged }],
      outcome.againMs ?? (unfinished ? unfinishedAgainMs : undefined),
    );
  }

  /** Pods of applications follow where that is asked for, and while the cache itself is well and rests. */
  async #replaced(
    cache: KnownCache,
    spec: ResolvedSpec,
    memory: Memory,
    findings: Findings,
    againMs: number | undefined,
  ): Promise<{ findings: Findings } & Result> {
    const { world, client, writer, clock, images, rolloutPauseMs = usualPauseMs } = this.#parts;
    const { namespace } = cache.metadata;
    const now = clock.wall().getTime();
    const { startHash, image } = wantedOf(cache, spec, images.sidecar);
    if (memory.wanted?.startHash !== startHash) memory.wanted = { startHash, since: now };
    const automatic = spec.sidecar.rollout === 'Automatic' && findings.outdated !== undefined;
    this.#watchUninjected(cache, automatic ? lookAgainMs : uninjectedEveryMs);
    const uninjected = this.#uninjectedOf(cache);
    const last = memory.replaced ?? cache.status?.replaced;
    // Pods that look for a Redis of somebody else where it was may be the very ones that are to be replaced.
    const isWell = spec.redis === undefined || findings.redis.status === 'True';
    const rests = findings.work === undefined && isWell;
    if (!automatic || uninjected === undefined || !rests)
      return { findings: { ...findings, replaced: last }, againMs };

    const injected = world.injectedPods(cache);
    const done = await replaceOutdated(
      {
        pods: [...injected.filter(hasNotEnded), ...uninjected],
        outdated: outdatedOf(injected.filter(isRunning), uninjected.filter(isRunning), { startHash, image }),
        wanted: startHash,
        wantedSince: memory.wanted.since,
        replaced: last,
        refused: memory.refused,
        now,
        pauseMs: rolloutPauseMs,
      },
      {
        writer,
        tell: (occurrence) => this.#tell(cache, occurrence),
        refusalOf: (uid, since) => lookForRefused(client)({ namespace, uid, since }),
        before: saidBefore(cache),
      },
    );
    memory.replaced = done.replaced;
    // What was seen before an eviction does not tell what became of it.
    if (done.replaced !== last) this.#uninjected.forget(namespace);
    const { outdated, replaced } = done;
    return {
      findings: { ...findings, outdated, replaced },
      againMs: againMs === undefined ? done.againMs : Math.min(againMs, done.againMs ?? againMs),
    };
  }

  #watchUninjected({ metadata: { namespace } }: KnownCache, everyMs: number): void {
    if (spared(this.#parts.operatorNamespace).includes(namespace)) return;
    this.#uninjected.want(namespace, { namespace }, everyMs);
  }

  #uninjectedOf({ metadata: { name, namespace } }: KnownCache): readonly KeptPod[] | undefined {
    if (spared(this.#parts.operatorNamespace).includes(namespace)) return [];
    const seen = this.#uninjected.get(namespace);
    return seen === undefined ? undefined : (seen.get(name) ?? []);
  }

  async #facts(key: string, cache: KnownCache, spec: ResolvedSpec, memory: Memory): Promise<Facts> {
    const { world, images, operatorNamespace, client } = this.#parts;
    const common = { images, operatorNamespace, podMonitors: world.podMonitorsServed };
    const { secretRef } = spec.external ?? {};
    if (secretRef !== undefined) {
      return { ...common, secretKeys: await keysOfSecret(client, cache.metadata.namespace, secretRef.name) };
    }
    if (spec.redis === undefined) return common;
    const set = world.statefulSet(cache, namesOf(cache.metadata.name).redis);
    const primary = this.#redis.get(key)?.primary ?? cache.status?.primary;
    return {
      ...common,
      passwords: await passwordsOf(client, cache, memory, this.#knownPasswords),
      ...(set?.claimSize === undefined ? {} : { claimSize: set.claimSize }),
      ...(primary === undefined ? {} : { primary }),
    };
  }

  /** Synthesis is milliseconds of work: where resource, facts and objects are as they were, there is nothing to declare. */
  async #declare(cache: KnownCache, facts: Facts, memory: Memory): Promise<Outcome> {
    const { generation, annotations } = cache.metadata;
    const from = createHash('sha1')
      .update(JSON.stringify([generation, annotations, facts]))
      .digest('base64');
    const { world, writer } = this.#parts;
    if (memory.declaredFrom === from && isAsApplied(world, cache, memory)) return nothingToDo;
    memory.declaredFrom = undefined;
    const manifests = desired(cache, facts);
    const onRepaired = (...repair: [object: KubeObject, by: string | undefined, fighting: boolean]) =>
      void this.#repaired(cache, ...repair);
    const outcome = await applyAll({ ...this.#parts, onRepaired }, cache, manifests, memory);
    if (outcome.leaving !== undefined) return outcome;
    await prune(world, writer, cache, manifests);
    const names = new Set(manifests.map((manifest) => `${nameOf(manifest)}/${manifest.metadata.name}`));
    for (const name of memory.applied.keys()) if (!names.has(name)) memory.applied.delete(name);
    if (outcome.againMs === undefined) memory.declaredFrom = from;
    return outcome;
  }

  /** Removes every answer where that is wanted and not done. @returns the purge that was carried out last. */
  async #purged(cache: KnownCache, { passwords }: Facts, memory: Memory): Promise<string | undefined> {
    const wanted = wantedPurge(cache);
    const before = cache.status?.purged;
    if (wanted === before || wanted === undefined || passwords === undefined) return before;
    const running = this.#parts.world.injectedPods(cache).filter(isRunning);
    const ips = running.flatMap(({ ip }) => (ip === undefined ? [] : [ip]));
    const { done, last } = await purge(ips, passwords.adminToken, memory.purgeAsked);
    memory.purgeAsked = last;
    if (!done) {
      const nobody = ips.length === 0 ? 'No pod with a sidecar runs' : 'No sidecar has answered on port 4115';
      const note = `${nobody}: what ${annotations.purge} asks for is tried again.`;
      await this.#tell(cache, { type: 'Warning', reason: 'PurgeWaits', action: 'Purge', note });
      return before;
    }
    const note = `Every answer was removed, as ${annotations.purge} asks.`;
    await this.#tell(cache, { type: 'Normal', reason: 'Purged', action: 'Purge', note });
    return wanted;
  }

  /** What takes more than one look: one step of it, and what to say about it. */
  async #work(key: string, cache: KnownCache, spec: ResolvedSpec): Promise<Findings['work']> {
    const { world, writer } = this.#parts;
    const set = world.statefulSet(cache, namesOf(cache.metadata.name).redis);
    const seen = this.#redis.get(key);
    const target = this.#targets.get(key);
    if (set === undefined || target === undefined) return undefined;
    const pods = world.redisPods(cache);

    if (seen?.passwordsKnown === false) {
      await this.#tried(() => loadPasswords(target, this.#parts.locate));
    }
    if (seen?.waitsRightly === false) await this.#tried(() => correctWaiting(target, this.#parts.locate));
    if (seen?.promotable === false) await this.#tried(() => letStayingLead(target, this.#parts.locate));
    const last = pods[spec.replicas - 1];
    const leaving = pods.slice(spec.replicas).map(({ metadata }) => metadata.name);
    if (last !== undefined && seen?.primary !== undefined && leaving.includes(seen.primary)) {
      await this.#tried(() => failOver(target, leaving, this.#parts.locate));
      return {
        reason: 'FailingOver',
        message: `${seen.primary} is primary and hands over before it leaves.`,
      };
    }
    if (seen?.status === 'True' && seen.sentinelsAgree === false && pods.every(({ ready }) => ready)) {
      await this.#tried(() => correctSentinels(target, this.#parts.locate));
    }

    const step = nextStep(set, pods, seen?.primary);
    if (step.step === 'none') return undefined;
    if (step.step === 'wait') return pods.length === 0 ? undefined : rolling(step.why);
    if (step.step === 'fail-over') {
      await this.#tried(() => failOver(target, [], this.#parts.locate));
      return {
        reason: 'FailingOver',
        message: `${seen?.primary} is primary and hands over before it is replaced.`,
      };
    }
    await writer.evict(step.pod);
    await this.#tell(cache, {
      type: 'Normal',
      reason: 'PodReplaced',
      action: 'RollingUpdate',
      note: `${step.pod.metadata.name} runs an older declaration and is replaced.`,
    });
    return rolling(`${step.pod.metadata.name} is being replaced`);
  }

  #isToBeCorrected(key: string): boolean {
    const seen = this.#redis.get(key);
    return seen !== undefined && !isCorrect(seen);
  }

  readonly #targets = new Map<string, RedisTarget>();
  /** Those that every pod of their Redis has known: a rotation that is over does not begin anew when a pod is away. */
  readonly #knownPasswords = new WeakSet<Passwords>();

  async #lookAtRedis(target: RedisTarget): Promise<RedisState> {
    const passwordsWereKnown = this.#knownPasswords.has(target.passwords);
    const state = await redisState({ ...target, passwordsWereKnown }, this.#parts.locate);
    if (state.passwordsKnown) this.#knownPasswords.add(target.passwords);
    return state;
  }

  #watchRedis(key: string, cache: KnownCache, size: number, passwords: Passwords): void {
    const { name } = cache.metadata;
    const pods = this.#parts.world.redisPods(cache).filter(canBeAsked);
    const target: RedisTarget = {
      pods: pods.map(({ metadata, ip = '', ready }) => ({ name: metadata.name, ip, ready })),
      size,
      group: namesOf(name).primary,
      passwords,
    };
    this.#targets.set(key, target);
    const seen = this.#redis.get(key);
    const well = seen?.reason === 'Answering' && isCorrect(seen);
    // Where there is no pod there is nothing to see; a pod that comes is told by the API server.
    if (target.pods.length === 0) this.#redis.forget(key);
    else this.#redis.want(key, target, well ? wellEveryMs : unwellEveryMs);
  }

  #watchSidecars(key: string, cache: KnownCache): void {
    const running = this.#parts.world.injectedPods(cache).filter(isRunning);
    const ips = running.flatMap(({ ip }) => (ip === undefined ? [] : [ip]));
    if (ips.length === 0) this.#sidecars.forget(key);
    else {
      const well = this.#sidecars.get(key)?.redis?.reason !== 'NotReached';
      this.#sidecars.want(key, { ips: ips.toSorted() }, well ? sidecarsEveryMs : cutOffEveryMs);
    }
  }

  /** Of the pods that are missing; where the controller has not come to it yet there is nothing to be told. */
  #watchRefused(key: string, cache: KnownCache): void {
    const set = this.#parts.world.statefulSet(cache, namesOf(cache.metadata.name).redis);
    const { replicas = 0, observedGeneration } = set?.status ?? {};
    if (set === undefined || observedGeneration !== set.metadata.generation || replicas >= set.replicas) {
      this.#refused.forget(key);
      return;
    }
    const target = { namespace: cache.metadata.namespace, uid: set.metadata.uid ?? '' };
    this.#refused.want(key, target, refusedEveryMs, refusedAfterMs);
  }

  #find(key: string, cache: KnownCache, spec: ResolvedSpec): Findings {
    return find(this.#parts.world, cache, spec, {
      redis: this.#redis.get(key),
      sidecars: this.#sidecars.get(key),
      uninjected: this.#uninjectedOf(cache),
      refused: this.#refused.get(key),
      wanted: wantedOf(cache, spec, this.#parts.images.sidecar),
    });
  }

  /** Writes the status where it says something new, and tells events about what a person should notice. */
  async #say(cache: KnownCache, memory: Memory, findings: Findings): Promise<void> {
    const status = statusOf(cache, findings, this.#parts.clock.wall());
    if (!isDeepStrictEqual(without(status, memory.undeclared), cache.status)) {
      await this.#write(cache, memory, status);
    }
    const { rejectedConfiguration: rejected } = status;
    const known = memory.told.get('rejected') ?? cache.status?.rejectedConfiguration?.hash;
    if (rejected !== undefined && rejected.hash !== known) {
      memory.told.set('rejected', rejected.hash);
      const note = `Sidecars cannot use configuration ${rejected.hash}: ${rejected.fault}`;
      await this.#tell(cache, {
        type: 'Warning',
        reason: 'ConfigurationRejected',
        action: 'Configure',
        note,
      });
    }
    for (const condition of status.conditions ?? []) {
      const before = cache.status?.conditions?.find(({ type }) => type === condition.type);
      const type = noteworthy(condition, before);
      if (type === undefined || memory.told.get(condition.type) === condition.reason) continue;
      memory.told.set(condition.type, condition.reason);
      const { reason, message } = condition;
      await this.#tell(cache, { type, reason, action: condition.type, note: message });
    }
  }

  /** Without the fields that the cluster does not know yet: what the others say is worth more than all or nothing. */
  async #write(cache: KnownCache, memory: Memory, status: SemanticCacheStatus): Promise<void> {
    const { world, writer } = this.#parts;
    const { name, namespace, resourceVersion = '' } = cache.metadata;
    // With the version that it was found at: an older finding never replaces a newer one.
    const metadata = { name, namespace, resourceVersion };
    // The custom resource may have been upgraded since the last time.
    memory.undeclared = [];
    for (;;) {
      const said = { apiVersion, kind, metadata, status: without(status, memory.undeclared) };
      try {
        world.learn(semanticCaches, await writer.apply<KubeObject>(semanticCaches, said, 'status'));
        return;
      } catch (error) {
        const field = undeclaredBy(error);
        if (field === undefined || memory.undeclared.includes(field)) throw error;
        memory.undeclared = [...memory.undeclared, field];
      }
    }
  }

  async #repaired(cache: KnownCache, object: KubeObject, by = 'somebody', fighting = false): Promise<void> {
    const { kind: of = 'Object', metadata } = object;
    this.#parts.onRepaired(of);
    const name = `${of} ${metadata.name}`;
    const occurrence: Occurrence = fighting
      ? {
          type: 'Warning',
          reason: 'FieldConflict',
          action: 'Apply',
          note: `${by} changes ${name} again and again; fourfold puts it back once a minute from now on.`,
        }
      : {
          type: 'Normal',
          reason: 'Repaired',
          action: 'Apply',
          note: `${name} had been changed by ${by} and is as declared again.`,
        };
    await this.#tell(cache, occurrence);
  }

  #tell(cache: KnownCache, occurrence: Occurrence): Promise<void> {
    const regarding = { ...cache, apiVersion, kind };
    return this.#parts.events.tell(this.#parts.writer, regarding, occurrence);
  }

  /** A command to Redis that fails is given again at the next look, which sees whether it is still needed. */
  async #tried(act: () => Promise<void>): Promise<void> {
    // The message alone: the error of the client carries the command, and passwords with it.
    await act().catch((error) => this.#parts.onRedisFailed((error as Error).message));
  }

  #memoryOf(key: string, { metadata: { uid = '' } }: KnownCache): Memory {
    let memory = this.#memories.get(key);
    if (memory?.uid !== uid) {
      this.#forget(key);
      memory = newMemory(uid);
      this.#memories.set(key, memory);
    }
    return memory;
  }

  #forget(key: string): void {
    this.#memories.delete(key);
    this.#targets.delete(key);
    this.#redis.forget(key);
    this.#sidecars.forget(key);
    this.#refused.forget(key);
    const { namespace } = splitKey(key);
    if (this.#parts.world.cachesIn(namespace).length === 0) this.#uninjected.forget(namespace);
  }
}

/** Whether there is no command to give. */
const isCorrect = ({ passwordsKnown, sentinelsAgree, waitsRightly, promotable }: RedisState): boolean =>
  passwordsKnown && sentinelsAgree && waitsRightly && promotable;

const hasNotEnded = ({ phase }: KeptPod): boolean => phase !== 'Succeeded' && phase !== 'Failed';

/** What of a condition a person should be told, beside what everybody can read. */
function noteworthy(now: Condition, before: Condition | undefined): Occurrence['type'] | undefined {
  if (before?.status === now.status && before.reason === now.reason) return undefined;
  if (now.type === 'Stalled') return 'Warning';
  if (now.type === 'Reconciling') return 'Normal';
  if (now.type === 'PodsOutdated') return now.reason === 'ReplacedInVain' ? 'Warning' : undefined;
  if (now.type === 'Ready') return now.status === 'True' ? 'Normal' : undefined;
  return before?.status === 'True' && now.status !== 'True' ? 'Warning' : undefined;
}

const rolling = (message: string): Findings['work'] => ({ reason: 'RollingUpdate', message });

/** Of a spec that cannot be resolved nothing is known but its number of pods. */
function resolved(cache: KnownCache): ResolvedSpec {
  try {
    return resolve(cache.spec);
  } catch {
    return resolve({});
  }
}

/** As long as `status.purged` may be: a longer value would be taken for a new one each time. */
const wantedPurge = (cache: KnownCache): string | undefined =>
  cache.metadata.annotations?.[annotations.purge]?.slice(0, 1024);

const nothingToDo: Outcome = { created: 0, againMs: undefined, leaving: undefined };
const stalledAgainMs = 20_000;
const leftAgainMs = 30_000;
const unfinishedAgainMs = 10_000;
const wellEveryMs = 15_000;
const unwellEveryMs = 2_000;
const sidecarsEveryMs = 30_000;
const cutOffEveryMs = 5_000;
const refusedEveryMs = 15_000;
/** Pods that come by themselves are there by then. */
const refusedAfterMs = 5_000;
const uninjectedEveryMs = 120_000;
const usualPauseMs = 30_000;
