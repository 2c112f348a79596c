import { cacheLabel, fieldManager, labels } from '../../crds/names.ts';
import type { SemanticCache } from '../../crds/semantic-cache.ts';
import type { Client } from '../kube/client.ts';
import type { Clock } from '../kube/clock.ts';
import { type Kind, nameOf } from '../kube/kind.ts';
import type { Change } from '../kube/known.ts';
import { type KubeObject, keyOf } from '../kube/object.ts';
import { Reflector, type ReflectorObserver } from '../kube/reflector.ts';
import {
  type Kept,
  type KeptClaim,
  type KeptPod,
  type KeptStatefulSet,
  keepClaim,
  keepOwned,
  keepPod,
  keepStatefulSet,
  keepWhole,
} from './kept.ts';
import { claims, ownedKinds, podMonitors, pods, semanticCaches, statefulSets } from './kinds.ts';

/** A SemanticCache as it is kept: a plain object of the API. */
export type KnownCache = SemanticCache & KubeObject;

export interface WorldOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observer: ReflectorObserver;
  /** All of them where none is named. */
  readonly namespaces: readonly string[];
  readonly inactivityMs?: number;
}

/**
 * What the operator knows of the cluster: SemanticCaches, and everything that carries the label of one. It is a copy, and
 * may be a moment old; whoever acts on it says what he assumed, and the API server refuses what is no longer so.
 */
export class World {
  readonly #reflectors: readonly Reflector<KubeObject>[];
  /** Kind → objects by the cache that they are labelled with. */
  readonly #byCache = new Map<string, Map<string, Map<string, KubeObject>>>();
  /** Namespace and label → key of the SemanticCache. */
  readonly #caches = new Map<string, string>();
  readonly #listeners = new Set<(key: string) => void>();
  readonly #of: Map<string, Reflector<KubeObject>[]>;

  constructor(options: WorldOptions) {
    const places = options.namespaces.length === 0 ? [undefined] : options.namespaces;
    this.#of = new Map();
    for (const kind of [semanticCaches, pods, claims, ...ownedKinds]) {
      // Without our own kind there is nothing to do but to wait for it.
      const selected =
        kind === semanticCaches ? { notServedPauseMs: 2_000 } : { labelSelector: labels.cache };
      this.#of.set(
        nameOf(kind),
        places.map(
          (namespace) =>
            new Reflector({
              ...options,
              kind,
              namespace,
              ...selected,
              keep: keepAs(kind),
              onChange: (change) => this.#changed(kind, change),
            }),
        ),
      );
    }
    this.#reflectors = [...this.#of.values()].flat();
  }

  /** Runs until the signal is given. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#reflectors.map((reflector) => reflector.run(signal)));
  }

  /** When everything has been listed once: before that, what is missing may be there. */
  async synced(): Promise<void> {
    await Promise.all(this.#reflectors.map(({ synced }) => synced));
  }

  /** Told the key of a SemanticCache whenever it, or anything of it, has changed. */
  onChange(told: (key: string) => void): () => void {
    this.#listeners.add(told);
    return () => this.#listeners.delete(told);
  }

  /** Begins all watches anew. */
  restart(): void {
    for (const reflector of this.#reflectors) reflector.restart();
  }

  /** Of the kinds that are watched, the one that has been silent for longest, and since when; monotonic milliseconds. */
  quietest(): { kind: string; heardAt: number } | undefined {
    const watched = this.#reflectors.filter(({ served }) => served);
    return watched.toSorted((a, b) => a.heardAt - b.heardAt)[0];
  }

  keys(): string[] {
    return [...this.#caches.values()];
  }

  cache(key: string): KnownCache | undefined {
    return this.#find(semanticCaches, key) as KnownCache | undefined;
  }

  /** Those of one namespace. */
  cachesIn(namespace: string): KnownCache[] {
    const all = this.#of.get(nameOf(semanticCaches))?.flatMap((reflector) => [...reflector.values()]) ?? [];
    return all.filter(({ metadata }) => metadata.namespace === namespace) as KnownCache[];
  }

  owned(kind: Kind, cache: KnownCache): Kept[] {
    return this.#labelled(kind, cache) as Kept[];
  }

  /** An object by its name, whatever its label says. */
  object(kind: Kind, key: string): Kept | undefined {
    return this.#find(kind, key) as Kept | undefined;
  }

  statefulSet(cache: KnownCache, name: string): KeptStatefulSet | undefined {
    return this.#find(statefulSets, `${cache.metadata.namespace}/${name}`) as KeptStatefulSet | undefined;
  }

  redisPods(cache: KnownCache): KeptPod[] {
    const all = this.#labelled(pods, cache) as KeptPod[];
    return all
      .filter(({ metadata }) => metadata.labels?.[labels.component] === 'redis')
      .toSorted((a, b) => ordinal(a) - ordinal(b));
  }

  injectedPods(cache: KnownCache): KeptPod[] {
    const all = this.#labelled(pods, cache) as KeptPod[];
    return all.filter(({ metadata }) => metadata.labels?.[labels.injected] === 'true');
  }

  claims(cache: KnownCache): KeptClaim[] {
    return this.#labelled(claims, cache) as KeptClaim[];
  }

  get podMonitorsServed(): boolean {
    return this.#of.get(nameOf(podMonitors))?.some(({ served }) => served) ?? false;
  }

  /** An answer of the API server, in the form in which the copy would have it. */
  keptOf(kind: Kind, object: KubeObject): Kept {
    return keepAs(kind)(object) as Kept;
  }

  /** What one of our own writes has answered. */
  learn(kind: Kind, object: KubeObject): void {
    const before = this.#find(kind, keyOf(object));
    for (const reflector of this.#of.get(nameOf(kind)) ?? []) reflector.learn(object);
    if (kind !== semanticCaches) this.#index(kind, before, this.#find(kind, keyOf(object)));
  }

  #find(kind: Kind, key: string): KubeObject | undefined {
    for (const reflector of this.#of.get(nameOf(kind)) ?? []) {
      const found = reflector.get(key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #labelled(kind: Kind, { metadata }: KnownCache): KubeObject[] {
    const of = `${metadata.namespace}/${cacheLabel(metadata.name)}`;
    return [...(this.#byCache.get(nameOf(kind))?.get(of)?.values() ?? [])];
  }

  #changed(kind: Kind, change: Change<KubeObject>): void {
    const { type, object } = change;
    if (kind === semanticCaches) {
      const { namespace, name } = object.metadata;
      const label = `${namespace}/${cacheLabel(name)}`;
      if (type === 'deleted') this.#caches.delete(label);
      else this.#caches.set(label, keyOf(object));
      this.#tell(keyOf(object));
      return;
    }
    const before = type === 'updated' ? change.before : type === 'deleted' ? object : undefined;
    this.#index(kind, before, type === 'deleted' ? undefined : object);
    // An object whose label somebody has changed concerns both caches.
    for (const label of new Set([before ?? object, object].map(labelOf))) {
      const key = this.#caches.get(label);
      if (key !== undefined) this.#tell(key);
    }
  }

  #index(kind: Kind, before: KubeObject | undefined, now: KubeObject | undefined): void {
    const ofKind = this.#byCache.get(nameOf(kind)) ?? new Map<string, Map<string, KubeObject>>();
    this.#byCache.set(nameOf(kind), ofKind);
    if (before !== undefined) {
      const objects = ofKind.get(labelOf(before));
      objects?.delete(keyOf(before));
      if (objects?.size === 0) ofKind.delete(labelOf(before));
    }
    if (now !== undefined) {
      const objects = ofKind.get(labelOf(now)) ?? new Map<string, KubeObject>();
      ofKind.set(labelOf(now), objects.set(keyOf(now), now));
    }
  }

  #tell(key: string): void {
    for (const told of this.#listeners) told(key);
  }
}

function keepAs(kind: Kind): (object: KubeObject) => KubeObject {
  if (kind === semanticCaches) return keepWhole;
  if (kind === pods) return keepPod;
  if (kind === claims) return keepClaim;
  if (kind === statefulSets) return (object) => keepStatefulSet(object, fieldManager);
  return (object) => keepOwned(object, fieldManager);
}

const labelOf = ({ metadata }: KubeObject): string =>
  `${metadata.namespace}/${metadata.labels?.[labels.cache]}`;

const ordinal = ({ metadata }: KubeObject): number => Number(/-(\d+)$/.exec(metadata.name)?.[1] ?? 0);
