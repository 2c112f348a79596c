import type { Operation } from 'fast-json-patch';
import { type Document, isMap, isSeq, parseAllDocuments, type YAMLMap } from 'yaml';
import { annotations, apiVersion, kind as cacheKind } from '../../crds/names.ts';
import type { SemanticCache } from '../../crds/semantic-cache.ts';
import { decide } from './decide.ts';
import { inject, skipped } from './inject.ts';
import { planOf, type Release } from './plan.ts';
import type { Pod } from './pod.ts';
import { skipReasons } from './reasons.ts';

/**
 * `fourfold inject`: what the webhook does to a pod at its creation, done to the pod templates of manifests, for
 * repositories that want to see everything in the diff. The same functions, and so the same result.
 */
export interface Offline {
  /** The manifests, changed; comments and the order of fields stay. */
  readonly text: string;
  /** One line for each workload that asked. */
  readonly notes: readonly string[];
  /** What is wrong with the manifests; then nothing was changed. */
  readonly faults: readonly string[];
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

/** Caches stand among the manifests or in `caches`; one that is only named is taken to have every default. */
export function injectManifests(
  text: string,
  options: { readonly caches: readonly SemanticCache[]; readonly release: Release },
): Offline {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return { text, notes: [], faults: [] };
  const faults = documents.flatMap(({ errors }) => errors.map(({ message }) => message));
  if (faults.length > 0) return { text, notes: [], faults };
  const objects = documents.flatMap((document) => objectsIn(document));
  const caches = [
    ...options.caches,
    ...objects.filter(isCache).map(({ node }) => node.toJSON() as SemanticCache),
  ];
  const notes: string[] = [];
  for (const object of objects) {
    const place = templates[object.kind];
    if (place === undefined) continue;
    const said = injectOne(object, place, caches, options.release);
    if ('fault' in said) faults.push(said.fault);
    else if (said.note !== undefined) notes.push(said.note);
  }
  // Where nobody asked, not even white space changes.
  if (faults.length > 0 || notes.length === 0) return { text, notes: [], faults };
  return { text: documents.map(String).join(''), notes, faults: [] };
}

interface Found {
  readonly document: Document;
  readonly path: readonly (string | number)[];
  readonly node: YAMLMap;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

/** The objects of a document: itself, or the items of a List. */
function objectsIn(document: Document, path: readonly (string | number)[] = []): Found[] {
  const node = document.getIn(path);
  if (!isMap(node)) return [];
  const items = node.get('items');
  if (isSeq(items)) return items.items.flatMap((_, at) => objectsIn(document, [...path, 'items', at]));
  return [
    {
      document,
      path,
      node,
      apiVersion: String(node.get('apiVersion')),
      kind: String(node.get('kind')),
      name: String(node.getIn(['metadata', 'name'])),
    },
  ];
}

const isCache = ({ apiVersion: version, kind }: Found): boolean =>
  version === apiVersion && kind === cacheKind;

function injectOne(
  { document, path, node, kind, name }: Found,
  place: readonly string[],
  known: readonly SemanticCache[],
  release: Release,
): { readonly note: string | undefined } | { readonly fault: string } {
  const where = `${kind} ${name}`;
  const template = place.length === 0 ? node : node.getIn(place);
  const pod = isMap(template) ? (template.toJSON() as Partial<Pod>) : undefined;
  if (!Array.isArray(pod?.spec?.containers)) {
    const field = [...place, 'spec', 'containers'].join('.');
    return { fault: `${where}: ${field}: expected a list of containers, found none` };
  }
  const namespace = node.getIn(['metadata', 'namespace']);
  const named = pod.metadata?.annotations?.[annotations.inject];
  const caches = known.filter(
    ({ metadata }) => namespace === undefined || (metadata.namespace ?? namespace) === namespace,
  );
  const isAssumed =
    named !== undefined && named !== 'true' && caches.every(({ metadata }) => metadata.name !== named);
  const all = isAssumed ? [...caches, assumed(named)] : caches;
  const decision = decide({
    pod: pod as Pod,
    namespaceLabels: {},
    caches: all.map(({ metadata }) => metadata.name),
    native: release.native,
  });

  if (decision.kind === 'none') return { note: undefined };
  if (decision.kind === 'refuse') return { fault: `${where}: ${decision.message}` };
  const base = [...path, ...place];
  if (decision.kind === 'skip') {
    change(document, base, skipped(pod as Pod, decision.reason));
    return { note: `${where}: skipped (${decision.reason}): ${skipReasons[decision.reason]}` };
  }
  const cache = all.find(({ metadata }) => metadata.name === decision.cache) as SemanticCache;
  const { patch } = inject(pod as Pod, planOf(decision, inNamespace(cache, namespace), release));
  change(document, base, patch);
  if (patch.length === 0) return { note: `${where}: has its sidecar already` };
  const how = isAssumed ? ' (not among the manifests: taken to have every default)' : '';
  return { note: `${where}: injected, cache ${cache.metadata.name}${how}` };
}

function assumed(name: string): SemanticCache {
  return { apiVersion, kind: cacheKind, metadata: { name, namespace: '' }, spec: {} };
}

/** The host name of Redis holds the namespace; where the manifests leave it open, that of `kubectl` is meant by `default`. */
function inNamespace(cache: SemanticCache, namespace: unknown): SemanticCache {
  const name = typeof namespace === 'string' ? namespace : cache.metadata.namespace || 'default';
  return { ...cache, metadata: { ...cache.metadata, namespace: name } };
}

/** JSON Patch on a YAML document, so that everything else keeps its comments and its order. */
function change(document: Document, base: readonly (string | number)[], patch: readonly Operation[]): void {
  for (const operation of patch) {
    if (operation.op !== 'add' && operation.op !== 'replace')
      throw new TypeError(`expected add or replace, found ${operation.op}`);
    const segments = operation.path.split('/').slice(1).map(unescaped);
    const parent = document.getIn([...base, ...segments.slice(0, -1)]);
    const last = segments.at(-1) ?? '';
    const value = document.createNode(operation.value);
    if (!isSeq(parent)) document.setIn([...base, ...segments], value);
    else if (last === '-') parent.add(value);
    else parent.items.splice(Number(last), operation.op === 'add' ? 0 : 1, value);
  }
}

const unescaped = (segment: string): string => segment.replaceAll('~1', '/').replaceAll('~0', '~');
