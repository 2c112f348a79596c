import type { Operation } from 'fast-json-patch';
import { found } from '../../crds/found.ts';
import { annotations, apiVersion, kind as cacheKind, group } from '../../crds/names.ts';
import type { SemanticCache } from '../../crds/semantic-cache.ts';
import { decide } from './decide.ts';
import { cachesIn } from './given-caches.ts';
import { inject, skipped } from './inject.ts';
import { type Manifest, patched, readManifests } from './manifest.ts';
import { at, isObject, type KubernetesObject, objectsIn } from './objects.ts';
import { planOf, type Release } from './plan.ts';
import type { Pod } from './pod.ts';
import { skipReasons } from './reasons.ts';

/**
 * `fourfold inject`: what the webhook does to a pod at its creation, done to the pod templates of manifests, for
 * repositories that want to see everything in the diff. The same functions, and so the same result.
 */
export interface Offline {
  /** The manifests, changed; all that is not injected stays as it was written. */
  readonly text: string;
  /** One line for each workload that asked. */
  readonly notes: readonly string[];
  /** What is wrong with the manifests; then nothing was changed. */
  readonly faults: readonly string[];
}

/** What is known besides the manifests. */
export interface Given {
  /** SemanticCaches, besides those that stand among the manifests. */
  readonly caches: readonly SemanticCache[];
  /** That of workloads which name none. */
  readonly namespace?: string | undefined;
  readonly release: Release;
}

/** A cache that is only named is taken to have every default. */
export function injectManifests(text: string, given: Given): Offline {
  const { manifests, faults } = readManifests(text);
  if (manifests === undefined) return { text, notes: [], faults };
  const among = cachesIn(manifests);
  const all = { ...given, caches: [...given.caches, ...among.caches] };
  const done = manifests.map((manifest) => injectManifest(manifest, all));
  const wrong = [...among.faults, ...done.flatMap((each) => each.faults)];
  if (wrong.length > 0) return { text, notes: [], faults: wrong };
  return {
    text: done.map((each) => each.text).join(''),
    notes: done.flatMap(({ notes }) => notes),
    faults: [],
  };
}

/** Kind → where its pods are described. */
const templates: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Deployment: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

/** An object after another: what is wrong is said of the one that it is wrong with. */
function injectManifest(manifest: Manifest, given: Given): Offline {
  const notes: string[] = [];
  const faults: string[] = [];
  let current = manifest;
  for (const object of objectsIn(manifest.value)) {
    const where = `${object.kind} ${object.name}`;
    try {
      const { note, patch } = injectOne(object, given);
      if (note !== undefined) notes.push(`${where}: ${note}`);
      if (patch.length > 0) current = patched(current, placed(object, patch));
    } catch (error) {
      faults.push(`${where}: ${(error as Error).message}`);
    }
  }
  return { text: current.text, notes, faults };
}

/** A patch of a pod, as one of its document. */
function placed({ kind, path }: KubernetesObject, patch: readonly Operation[]): readonly Operation[] {
  const base = [...path, ...(templates[kind] ?? [])].map((name) => `/${name}`).join('');
  return patch.map((operation) => ({ ...operation, path: base + operation.path }));
}

interface Change {
  /** What is said of a workload that asked. */
  readonly note?: string;
  /** Of the pod, or of its template. */
  readonly patch: readonly Operation[];
}

/** @throws Error for what its author wrote wrongly. */
function injectOne(object: KubernetesObject, given: Given): Change {
  const place = templates[object.kind];
  if (place === undefined) return unknownKind(object);
  const pod = podOf(at(object.value, place), place);
  const namespace = object.namespace ?? given.namespace;
  const named = pod.metadata?.annotations?.[annotations.inject];
  const caches = given.caches.filter(
    ({ metadata }) => namespace === undefined || (metadata.namespace || namespace) === namespace,
  );
  const isAssumed =
    named !== undefined &&
    named !== 'true' &&
    isName(named) &&
    caches.every(({ metadata }) => metadata.name !== named);
  const all = isAssumed ? [...caches, assumed(named)] : caches;
  const decision = decide({
    pod,
    namespaceLabels: {},
    caches: all.map(({ metadata }) => metadata.name),
    native: given.release.native,
  });

  if (decision.kind === 'none') return { patch: [] };
  if (decision.kind === 'refuse') throw new TypeError(decision.message);
  if (decision.kind === 'skip') {
    const { reason } = decision;
    return { note: `skipped (${reason}): ${skipReasons[reason]}`, patch: skipped(pod, reason) };
  }
  const cache = inNamespace(decision.cache, all, namespace);
  const { patch } = inject(pod, planOf(decision, cache, given.release));
  if (patch.length === 0) return { note: 'has its sidecar already', patch };
  const how = isAssumed ? ' (not among the manifests: taken to have every default)' : '';
  return { note: `injected, cache ${cache.metadata.name}${how}`, patch };
}

/** Of other kinds nothing is known but that many describe pods in the same place. */
function unknownKind({ value }: KubernetesObject): Change {
  const wanted = at(value, ['spec', 'template', 'metadata', 'annotations', annotations.inject]);
  if (wanted === undefined || wanted === '' || wanted === 'false') return { patch: [] };
  return {
    note: 'left as it is: pods of this kind get a sidecar only when they are made, by the webhook or the policy',
    patch: [],
  };
}

function podOf(template: unknown, place: readonly string[]): Pod {
  const field = (...path: readonly (string | number)[]) => [...place, ...path].join('.');
  if (at(template, ['spec', 'containers']) === undefined)
    throw expected(field('spec', 'containers'), 'a list of containers', undefined);
  const pod = template as Pod & { readonly spec: Readonly<Record<string, unknown>> };
  for (const list of ['containers', 'initContainers', 'volumes', 'imagePullSecrets'])
    checkList(pod.spec[list], field('spec', list));
  for (const list of ['containers', 'initContainers'] as const)
    for (const [index, container] of (pod.spec[list] ?? []).entries())
      for (const each of ['env', 'envFrom', 'ports'])
        checkList(container[each], `${field('spec', list, index)}.${each}`);
  for (const [name, value] of Object.entries(pod.metadata?.annotations ?? {}))
    if (name.startsWith(`${group}/`) && typeof value !== 'string')
      throw expected(name, 'a text in quotes', value);
  return pod;
}

function checkList(value: unknown, field: string): void {
  if (value === undefined || (Array.isArray(value) && value.every(isObject))) return;
  throw expected(field, 'a list of objects', value);
}

const expected = (field: string, what: string, value: unknown): TypeError =>
  new TypeError(`${field}: expected ${what}, found ${value === undefined ? 'none' : found(value)}`);

/** What the API server lets a SemanticCache be named: `True` is none, and the webhook would find no such cache either. */
const isName = (text: string): boolean =>
  text.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text);

function assumed(name: string): SemanticCache {
  return { apiVersion, kind: cacheKind, metadata: { name, namespace: '' }, spec: {} };
}

/**
 * Redis and its keys are named after the namespace, which therefore must be known: that of the workload, or that of the
 * only cache of this name.
 */
function inNamespace(
  name: string,
  caches: readonly SemanticCache[],
  namespace: string | undefined,
): SemanticCache {
  const those = caches.filter(({ metadata }) => metadata.name === name);
  const [only = '', ...others] = new Set(those.map(({ metadata }) => namespace ?? metadata.namespace));
  const cache = those[0];
  if (cache === undefined || only === '' || others.length > 0)
    throw expected('metadata.namespace', 'that of the pods, or -n with it', undefined);
  return { ...cache, metadata: { ...cache.metadata, namespace: only } };
}
