import { cacheLabel, labels } from '../../crds/names.ts';
import type { KubeObject, Manifest, OwnerReference } from '../kube/object.ts';
import { semanticCaches } from './kinds.ts';
import type { KnownCache } from './world.ts';

/**
 * Whose an object of a needed name is:
 * - `ours`: its controller is this very SemanticCache
 * - `orphan`: it was of a cache of this name, and was left behind on purpose (`kubectl delete --cascade=orphan`)
 * - `leaving`: its controller is a SemanticCache of this name from an earlier life; the garbage collector takes it
 * - `foreign`: anything else; we do not touch it
 */
export type Ownership = 'ours' | 'orphan' | 'leaving' | 'foreign';

export function ownership(object: KubeObject, { metadata }: KnownCache): Ownership {
  const controller = controllerOf(object);
  if (controller?.uid === metadata.uid) return 'ours';
  if (controller !== undefined) {
    const earlier = controller.kind === semanticCaches.kind && controller.name === metadata.name;
    return earlier ? 'leaving' : 'foreign';
  }
  const marks = object.metadata.labels ?? {};
  const left =
    marks['app.kubernetes.io/managed-by'] === 'fourfold' && marks[labels.cache] === cacheLabel(metadata.name);
  return left ? 'orphan' : 'foreign';
}

export const controllerOf = ({ metadata }: KubeObject): OwnerReference | undefined =>
  metadata.ownerReferences?.find(({ controller }) => controller);

/** A manifest with the reference that lets the garbage collector delete it after its SemanticCache. */
export function ownedBy({ metadata: owner }: KnownCache, manifest: Manifest): Manifest {
  const { apiVersion, kind } = semanticCaches;
  const reference: OwnerReference = {
    apiVersion,
    kind,
    name: owner.name,
    uid: owner.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
  return { ...manifest, metadata: { ...manifest.metadata, ownerReferences: [reference] } };
}

/** How a person names whom an object belongs to. */
export function ownerName(object: KubeObject): string {
  const controller = controllerOf(object);
  return controller === undefined ? 'nobody that fourfold knows' : `${controller.kind} ${controller.name}`;
}
