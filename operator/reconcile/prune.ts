import { isFailure } from '../kube/api-error.ts';
import type { Writer } from '../kube/client.ts';
import { nameOf } from '../kube/kind.ts';
import type { Manifest } from '../kube/object.ts';
import { ownedKinds } from './kinds.ts';
import { controllerOf } from './ownership.ts';
import type { KnownCache, World } from './world.ts';

/** Deletes what is owned and no longer declared: exactly the objects that were looked at, and nothing that only has a name. */
export async function prune(
  world: World,
  writer: Writer,
  cache: KnownCache,
  manifests: readonly Manifest[],
): Promise<void> {
  const wanted = new Set(manifests.map((manifest) => `${nameOf(manifest)}/${manifest.metadata.name}`));
  for (const kind of ownedKinds.toReversed()) {
    for (const object of world.owned(kind, cache)) {
      if (wanted.has(`${nameOf(kind)}/${object.metadata.name}`)) continue;
      if (controllerOf(object)?.uid !== cache.metadata.uid) continue;
      if (object.metadata.deletionTimestamp !== undefined) continue;
      await writer.delete(kind, object).catch((error: unknown) => {
        if (!isFailure(error, 'not-found')) throw error;
      });
    }
  }
}
