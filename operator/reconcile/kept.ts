import { createHash } from 'node:crypto';
import { annotations } from '../../crds/names.ts';
import type { KubeObject, ObjectMeta } from '../kube/object.ts';

/**
 * What is kept of the objects of hundreds of caches: their metadata, a fingerprint of the rest, and the few fields that
 * decide something. No Secret's content stays here.
 */
export interface Kept extends KubeObject {
  /** Of all that is declared: everything but the status and what each write changes. */
  readonly fingerprint: string;
  /** Who has written last beside us, for telling whom we disagree with. */
  readonly otherManager: string | undefined;
  /** The namespace of the operator that serves the cache, on the object that says so. */
  readonly servedFrom: string | undefined;
}

export interface KeptStatefulSet extends Kept {
  readonly replicas: number;
  /** In the claim template, which nobody can change. */
  readonly claimSize: string | undefined;
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly updateRevision?: string;
  };
}

export interface KeptPod extends KubeObject {
  readonly phase: string;
  readonly ip: string | undefined;
  readonly ready: boolean;
  /** Images of all its containers, the sidecars among the init containers included. */
  readonly images: readonly string[];
  /** When; of the second, as the API server counts. */
  readonly createdAt: string;
  /** What its sidecar was injected with; see `startHash`. */
  readonly startHash: string | undefined;
}

export interface KeptClaim extends KubeObject {
  readonly requested: string | undefined;
  readonly capacity: string | undefined;
}

interface ManagedField {
  readonly manager?: string;
  readonly time?: string;
  readonly subresource?: string;
}

export function keepOwned(object: KubeObject, ourManager: string): Kept {
  return {
    ...identity(object),
    fingerprint: fingerprint(object),
    servedFrom: object.metadata.annotations?.[annotations.operator],
    otherManager: otherManager(object.metadata.managedFields as readonly ManagedField[], ourManager),
  };
}

interface StatefulSet extends KubeObject {
  readonly spec?: {
    readonly replicas?: number;
    readonly volumeClaimTemplates?: readonly Claim[];
  };
  readonly status?: KeptStatefulSet['status'];
}

export function keepStatefulSet(object: StatefulSet, ourManager: string): KeptStatefulSet {
  const { observedGeneration, replicas, readyReplicas, updateRevision } = object.status ?? {};
  return {
    ...keepOwned(object, ourManager),
    replicas: object.spec?.replicas ?? 1,
    claimSize: object.spec?.volumeClaimTemplates?.[0]?.spec?.resources?.requests?.storage,
    status: defined({ observedGeneration, replicas, readyReplicas, updateRevision }),
  };
}

interface Pod extends KubeObject {
  readonly spec?: {
    readonly containers?: readonly { readonly image?: string }[];
    readonly initContainers?: readonly { readonly image?: string }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

export function keepPod(object: Pod): KeptPod {
  const { phase = 'Unknown', podIP, conditions = [] } = object.status ?? {};
  const { containers = [], initContainers = [] } = object.spec ?? {};
  return {
    ...identity(object),
    phase,
    ip: podIP,
    ready: conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
    images: [...initContainers, ...containers].map(({ image = '' }) => image),
    createdAt: object.metadata.creationTimestamp ?? '',
    startHash: object.metadata.annotations?.[annotations.startHash],
  };
}

interface Claim extends KubeObject {
  readonly spec?: { readonly resources?: { readonly requests?: { readonly storage?: string } } };
  readonly status?: { readonly capacity?: { readonly storage?: string } };
}

export function keepClaim(object: Claim): KeptClaim {
  return {
    ...identity(object),
    requested: object.spec?.resources?.requests?.storage,
    capacity: object.status?.capacity?.storage,
  };
}

/** Without managed fields, which are often longer than the rest. */
export function keepWhole<T extends KubeObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function identity({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, generation, deletionTimestamp, labels, ownerReferences } =
    metadata;
  const kept = { namespace, uid, resourceVersion, generation, deletionTimestamp, labels, ownerReferences };
  return { ...defined({ apiVersion, kind }), metadata: { name, ...defined(kept) } };
}

function fingerprint(object: KubeObject): string {
  const {
    metadata,
    status: _status,
    apiVersion: _version,
    kind: _kind,
    ...rest
  } = object as KubeObject & {
    status?: unknown;
  };
  const { managedFields: _fields, resourceVersion: _resource, ...declared } = metadata;
  return createHash('sha1')
    .update(JSON.stringify([declared, rest]))
    .digest('base64');
}

function otherManager(fields: readonly ManagedField[] | undefined, ours: string): string | undefined {
  const others = fields?.filter(({ manager, subresource }) => manager !== ours && subresource === undefined);
  return others?.toSorted((a, b) => (a.time ?? '').localeCompare(b.time ?? '')).at(-1)?.manager;
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}

export type { ObjectMeta };
