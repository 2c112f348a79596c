import { createHash } from 'node:crypto';
import { isFailure } from '../kube/api-error.ts';
import type { Client, Writer } from '../kube/client.ts';
import type { Clock } from '../kube/clock.ts';
import { type Kind, nameOf } from '../kube/kind.ts';
import type { KubeObject, Manifest } from '../kube/object.ts';
import type { Kept } from './kept.ts';
import { ownedKinds } from './kinds.ts';
import type { Memory } from './memory.ts';
import { ownedBy, ownerName, ownership } from './ownership.ts';
import { Stalled } from './stalled.ts';
import type { KnownCache, World } from './world.ts';

export interface ApplyParts {
  readonly world: World;
  readonly client: Client;
  readonly writer: Writer;
  readonly clock: Clock;
  /** Somebody had changed a declared field, and it was put back. `fighting`: so often that we hold back now. */
  readonly onRepaired: (object: Kept, by: string | undefined, fighting: boolean) => void;
}

/** What came of it. */
export interface Outcome {
  readonly created: number;
  /** Objects were not put back, because somebody changes them all the time; look again then. */
  readonly againMs: number | undefined;
  /** An object of an earlier SemanticCache of this name is still being removed. */
  readonly leaving: string | undefined;
}

/**
 * Declares each object in order, by server-side apply. An object that still looks as it did after the last time, and of
 * which nothing else is declared by now, costs no request.
 * @throws Stalled, ApiError
 */
export async function applyAll(
  parts: ApplyParts,
  cache: KnownCache,
  manifests: readonly Manifest[],
  memory: Memory,
): Promise<Outcome> {
  let created = 0;
  let againMs: number | undefined;
  for (const manifest of manifests) {
    const kind = kindOf(manifest);
    const key = `${cache.metadata.namespace}/${manifest.metadata.name}`;
    const name = `${nameOf(kind)}/${manifest.metadata.name}`;
    const declared = ownedBy(cache, manifest);
    const hash = createHash('sha1').update(JSON.stringify(declared)).digest('base64');
    const known = parts.world.object(kind, key);
    const before = memory.applied.get(name);
    if (known !== undefined && before?.hash === hash && before.fingerprint === known.fingerprint) continue;

    const sinceMs = parts.clock.monotonic() - (before?.at ?? Number.NEGATIVE_INFINITY);
    if (known === undefined && before?.hash === hash && sinceMs < unheardMs) {
      againMs = Math.min(againMs ?? unheardMs, unheardMs);
      continue;
    }

    const there: KubeObject | undefined = known ?? (await find(parts, kind, cache, manifest));
    const whose = there === undefined ? 'ours' : ownership(there, cache);
    if (whose === 'leaving') return { created, againMs, leaving: name };
    if (whose === 'foreign') throw foreign(name, there as KubeObject);

    const edited =
      before?.hash === hash && there !== undefined && there.metadata.deletionTimestamp === undefined;
    const pause = edited ? holdBack(before.repairs, parts.clock.monotonic()) : 0;
    if (pause > 0) {
      againMs = Math.min(againMs ?? pause, pause);
      continue;
    }
    const applied = await parts.writer.apply<KubeObject>(kind, declared);
    parts.world.learn(kind, applied);
    const now = parts.world.keptOf(kind, applied);
    // The same version: nothing of ours had been touched, somebody has only added something of his own.
    const repaired = edited && applied.metadata.resourceVersion !== there.metadata.resourceVersion;
    const repairs = repaired
      ? [...(before.repairs ?? []), parts.clock.monotonic()].slice(-repairsAtOnce)
      : [];
    memory.applied.set(name, {
      hash,
      fingerprint: now.fingerprint,
      at: parts.clock.monotonic(),
      repairs: repaired ? repairs : before?.hash === hash ? before.repairs : [],
    });
    if (there === undefined) created++;
    if (repaired) parts.onRepaired(known ?? now, known?.otherManager, repairs.length === repairsAtOnce);
  }
  return { created, againMs, leaving: undefined };
}

/** The copy has only what carries our label; whether another object has the name, only the API server knows. */
async function find(
  { client }: ApplyParts,
  kind: Kind,
  cache: KnownCache,
  { metadata }: Manifest,
): Promise<KubeObject | undefined> {
  try {
    return await client.get<KubeObject>(kind, { namespace: cache.metadata.namespace, name: metadata.name });
  } catch (error) {
    if (isFailure(error, 'not-found')) return undefined;
    throw error;
  }
}

function foreign(name: string, object: KubeObject): Stalled {
  const message = `${name} is there and belongs to ${ownerName(object)}. Remove or rename it, or name the SemanticCache otherwise.`;
  return new Stalled('ForeignObject', message);
}

/** What was just made may not have come by the watch yet; after so long without, it is not there. */
const unheardMs = 1_500;

/** Whether every object still looks as it did when it was applied. */
export function isAsApplied(world: World, { metadata: { namespace } }: KnownCache, memory: Memory): boolean {
  for (const [name, { fingerprint }] of memory.applied) {
    const kind = ownedKinds.find((each) => name.startsWith(`${nameOf(each)}/`)) as Kind;
    const object = world.object(kind, `${namespace}/${name.slice(nameOf(kind).length + 1)}`);
    if (object?.fingerprint !== fingerprint) return false;
  }
  return true;
}

/** Repairs that are made at once; whoever changes the same object again after that waits a minute for each. */
const repairsAtOnce = 5;
const repairsWithinMs = 60_000;

/** Milliseconds until the next repair may be made. */
export function holdBack(repairs: readonly number[], now: number): number {
  const recent = repairs.filter((at) => now - at < repairsWithinMs);
  if (recent.length < repairsAtOnce) return 0;
  return repairsWithinMs - (now - (recent.at(-1) as number));
}

/** @throws Error for a kind that nobody watches: it would be neither repaired nor pruned. */
export function kindOf({ apiVersion, kind }: Manifest): Kind {
  const known = ownedKinds.find((each) => each.apiVersion === apiVersion && each.kind === kind);
  if (known === undefined) throw new Error(`${apiVersion} ${kind} is not in operator/reconcile/kinds.ts`);
  return known;
}
