import Type, { type Static } from 'typebox';
import Value from 'typebox/value';
import { annotations, labels } from '../../crds/names.ts';
import type { SemanticCache } from '../../crds/semantic-cache.ts';
import { decide } from './decide.ts';
import { inject, skipped } from './inject.ts';
import { planOf, type Release } from './plan.ts';
import type { Pod } from './pod.ts';
import { type SkipReason, skipReasons } from './reasons.ts';

/** What the webhook knows of a cluster; read from the copies that informers keep, so that hardly any admission waits for a request. */
export interface Cluster {
  namespaceLabels(namespace: string): Readonly<Record<string, string>>;
  /** The same, asked for now: a namespace and its first pods are often applied together. */
  namespaceLabelsNow(namespace: string): Promise<Readonly<Record<string, string>>>;
  caches(namespace: string): readonly SemanticCache[];
  /** The same, asked for now: so are a cache and its pods, and the copy is a moment behind. */
  cachesNow(namespace: string): Promise<readonly SemanticCache[]>;
  readonly release: Release;
}

/** What became of one pod, for metrics and events. */
export type Admitted =
  | { readonly outcome: 'none' | 'injected' | 'unchanged' | 'refused' }
  | { readonly outcome: 'skipped'; readonly reason: SkipReason; readonly message: string };

/** The parts of an AdmissionReview (admission.k8s.io/v1) that are read; all others pass. */
const review = Type.Object({
  apiVersion: Type.Literal('admission.k8s.io/v1'),
  kind: Type.Literal('AdmissionReview'),
  request: Type.Object({
    uid: Type.String({ minLength: 1 }),
    namespace: Type.Optional(Type.String()),
    operation: Type.String(),
    dryRun: Type.Optional(Type.Boolean()),
    object: Type.Object({
      metadata: Type.Optional(Type.Object({})),
      spec: Type.Object({ containers: Type.Array(Type.Object({ name: Type.String() })) }),
    }),
  }),
});

export type Review = Static<typeof review>;

/** @throws TypeError where it is none, saying what was expected. */
export function readReview(body: unknown): Review {
  if (Value.Check(review, body)) return body;
  const [fault] = Value.Errors(review, body);
  const place = fault?.instancePath.replaceAll('/', '.').slice(1) || 'the body';
  throw new TypeError(`${place}: expected an AdmissionReview of a pod, found one where it ${fault?.message}`);
}

/** Pure: the answer to one review. A pod is let in whatever happens, except where its author wrote something wrong. */
export function answer({ request }: Review, cluster: Cluster): { admitted: Admitted; response: object } {
  const { uid, namespace = 'default' } = request;
  const pod = request.object as unknown as Pod;
  const caches = cluster.caches(namespace);
  const decision = decide({
    pod,
    namespaceLabels: cluster.namespaceLabels(namespace),
    caches: caches.map(({ metadata }) => metadata.name),
    native: cluster.release.native,
  });
  const allowed = (extra: object = {}) => ({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: { uid, allowed: true, ...extra },
  });

  if (decision.kind === 'none') return { admitted: { outcome: 'none' }, response: allowed() };
  if (decision.kind === 'refuse') {
    const status = { code: 400, reason: 'BadRequest', message: `fourfold: ${decision.message}` };
    const response = { ...allowed(), response: { uid, allowed: false, status } };
    return { admitted: { outcome: 'refused' }, response };
  }
  if (decision.kind === 'skip') {
    const { reason, detail } = decision;
    const message = `fourfold: no sidecar (${reason}): ${skipReasons[reason]}${detail ? ` Found: ${detail}.` : ''}`;
    return {
      admitted: { outcome: 'skipped', reason, message },
      response: allowed({ ...asPatch(skipped(pod, reason)), warnings: [message.slice(0, 256)] }),
    };
  }
  const cache = caches.find(({ metadata }) => metadata.name === decision.cache) as SemanticCache;
  const { patch } = inject(pod, planOf(decision, cache, cluster.release));
  return {
    admitted: { outcome: patch.length === 0 ? 'unchanged' : 'injected' },
    response: allowed(asPatch(patch)),
  };
}

/**
 * `answer`, and once more with what is there now where the copies are behind: of the label that a pod is asked about for, or of
 * the cache that it asks for.
 * @throws where the labels cannot be had: whether the pod is let in then, `failurePolicy` says.
 */
export async function admit(
  review: Review,
  cluster: Cluster,
  onFailure: (error: unknown) => void,
): Promise<ReturnType<typeof answer>> {
  const { namespace = 'default' } = review.request;
  const known = isBehind(review, cluster) ? await withLabels(cluster, namespace) : cluster;
  const first = answer(review, known);
  if (first.admitted.outcome !== 'skipped' || first.admitted.reason !== 'no-cache') return first;
  try {
    const now = await cluster.cachesNow(namespace);
    return answer(review, { ...known, caches: () => now });
  } catch (error) {
    onFailure(error);
    return first;
  }
}

/** The API server asks about a pod that says nothing only where its namespace has the label. */
function isBehind({ request }: Review, cluster: Cluster): boolean {
  const { metadata } = request.object as unknown as Pod;
  const ofNamespace = cluster.namespaceLabels(request.namespace ?? 'default');
  return (
    metadata?.annotations?.[annotations.inject] === undefined && ofNamespace[labels.inject] === undefined
  );
}

async function withLabels(cluster: Cluster, namespace: string): Promise<Cluster> {
  const now = await cluster.namespaceLabelsNow(namespace);
  return { ...cluster, namespaceLabels: () => now };
}

function asPatch(patch: readonly object[]): object {
  if (patch.length === 0) return {};
  return { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') };
}
