import { annotations, labels } from '../../crds/names.ts';
import type { Client } from '../kube/client.ts';
import type { KubeObject } from '../kube/object.ts';
import { type KeptPod, keepPod } from '../reconcile/kept.ts';
import { namespaces, pods } from '../reconcile/kinds.ts';
import { decide } from '../webhook/decide.ts';
import type { Pod } from '../webhook/pod.ts';
import type { SkipReason } from '../webhook/reasons.ts';

/** One namespace with SemanticCaches. */
export interface UninjectedTarget {
  readonly namespace: string;
}

/** By name of the cache: pods that run or start, would get its sidecar now and have none. Undefined where nobody could look. */
export type Uninjected = ReadonlyMap<string, readonly KeptPod[]> | undefined;

/** Most pods of a cluster concern no cache: they are listed now and then, and not watched. */
const listed = {
  labelSelector: `${labels.injected}!=true,!${labels.component},!${labels.operator}`,
  fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed',
  limit: 500,
};

/** Never fails. Pods are judged as the webhook would judge them now; `cachesIn` names the caches of a namespace. */
export function lookForUninjected(
  client: Client,
  cachesIn: (namespace: string) => readonly string[],
): (target: UninjectedTarget) => Promise<Uninjected> {
  let native: boolean | undefined;
  return async ({ namespace }) => {
    try {
      const caches = cachesIn(namespace);
      native ??= await client.isAtLeast(1, 29);
      const { metadata } = await client.get<KubeObject>(namespaces, { name: namespace });
      const found = new Map<string, KeptPod[]>();
      let page: string | undefined;
      do {
        const list = await client.list<KubeObject>(pods, { ...listed, namespace, continue: page });
        for (const pod of list.items) {
          const cache = missedBy({
            pod: pod as unknown as Pod,
            namespaceLabels: metadata.labels ?? {},
            caches,
            native,
          });
          if (cache !== undefined) found.set(cache, [...(found.get(cache) ?? []), keepPod(pod)]);
        }
        page = list.metadata.continue;
      } while (page !== undefined && page !== '');
      return found;
    } catch {
      // The API server is away, or a page has run out: it is looked at again, and a count of a part would be wrong.
      return undefined;
    }
  };
}

/** The cache whose sidecar a pod without one should have. */
export function missedBy(asked: Parameters<typeof decide>[0]): string | undefined {
  const { metadata } = asked.pod;
  const said = metadata?.annotations?.[annotations.status];
  if (said?.startsWith('skipped: ') && !aboutCaches.has(said.slice('skipped: '.length))) return undefined;
  const decision = decide(asked);
  return decision.kind === 'inject' ? decision.cache : undefined;
}

/** What was stated about the caches of that moment; every other reason lies in the pod, which stays as it is. */
const aboutCaches: ReadonlySet<string> = new Set<SkipReason>(['no-cache', 'several-caches']);
