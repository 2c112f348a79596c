import { annotations, labels } from '../../crds/names.ts';
import { type Overrides, overridesOf } from './overrides.ts';
import type { Container, NodeRequirement, Pod } from './pod.ts';
import type { SkipReason } from './reasons.ts';
import { allContainers, type Routing, routingOf } from './routing.ts';

/** What the webhook does with a pod. A refusal is for what its author wrote wrongly; everything else lets the pod in. */
export type Decision =
  /** The pod did not ask. Nothing is written, not even why. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'inject';
      readonly cache: string;
      readonly routing: Routing;
      readonly overrides: Overrides;
    }
  | { readonly kind: 'skip'; readonly reason: SkipReason; readonly detail?: string }
  | { readonly kind: 'refuse'; readonly message: string };

export interface Asked {
  readonly pod: Pod;
  /** Of the pod's namespace. */
  readonly namespaceLabels: Readonly<Record<string, string>>;
  /** Names of the SemanticCaches in the pod's namespace. */
  readonly caches: readonly string[];
  /** As in `Plan`: else init containers end before the sidecar begins, and are not routed. */
  readonly native: boolean;
}

/** Pure. The pod's own word counts more than its namespace's. */
export function decide({ pod, namespaceLabels, caches, native }: Asked): Decision {
  const written = pod.metadata?.annotations ?? {};
  const wanted = written[annotations.inject] ?? namespaceLabels[labels.inject];
  if (wanted === undefined || wanted === '' || wanted === 'false' || isFourfold(pod)) return { kind: 'none' };
  const overrides = overridesOf(written);
  if ('fault' in overrides) return { kind: 'refuse', message: overrides.fault };

  const cannot = obstacle(pod, native);
  if (cannot !== undefined) return { kind: 'skip', ...cannot };
  const cache = cacheOf(wanted, caches);
  if ('reason' in cache) return { kind: 'skip', ...cache };
  const chosen = chosenContainers(pod, written[annotations.containers], native);
  if (chosen.length === 0)
    return { kind: 'skip', reason: 'no-container', detail: written[annotations.containers] ?? '' };
  const routing = routingOf(chosen, allContainers(pod).find(isOwn));
  if (typeof routing === 'string') return { kind: 'skip', reason: routing };
  return { kind: 'inject', cache: cache.name, routing, overrides: overrides.values };
}

/** Redis and the operator are never injected, whatever their namespace says. */
const isFourfold = ({ metadata }: Pod): boolean =>
  metadata?.labels?.[labels.component] !== undefined || metadata?.labels?.[labels.operator] !== undefined;

type Obstacle = { readonly reason: SkipReason; readonly detail?: string };

function obstacle(pod: Pod, native: boolean): Obstacle | undefined {
  const { spec } = pod;
  if (spec.hostNetwork === true) return { reason: 'host-network' };
  const system = systemOf(spec);
  if (system !== 'linux') return { reason: 'other-system', detail: system };
  if (!native && (spec.restartPolicy ?? 'Always') !== 'Always') return { reason: 'would-not-end' };
  const all = allContainers(pod);
  if (all.some((each) => each.name === sidecarName && !isOwn(each))) return { reason: 'injected-already' };
  const taken = all.find((each) => each.name !== sidecarName && listensOn(each, ownPorts));
  return taken === undefined ? undefined : { reason: 'port-taken', detail: taken.name };
}

function systemOf({ os, nodeSelector, securityContext, affinity }: Pod['spec']): string {
  const said = os?.name ?? nodeSelector?.[systemLabel];
  if (said !== undefined) return said;
  if (securityContext?.windowsOptions !== undefined) return 'windows';
  // One of the terms must hold, with all that it asks for.
  const terms =
    affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const isOther = terms.length > 0 && terms.every((term) => term.matchExpressions?.some(keepsOffLinux));
  return isOther ? 'another than linux' : 'linux';
}

/** Of each node. */
export const systemLabel = 'kubernetes.io/os';

const keepsOffLinux = ({ key, operator, values = [] }: NodeRequirement): boolean =>
  key === systemLabel &&
  ((operator === 'In' && !values.includes('linux')) || (operator === 'NotIn' && values.includes('linux')));

function cacheOf(wanted: string, caches: readonly string[]): { readonly name: string } | Obstacle {
  if (wanted !== 'true')
    return caches.includes(wanted) ? { name: wanted } : { reason: 'no-cache', detail: wanted };
  const [only, other] = caches;
  if (only === undefined) return { reason: 'no-cache' };
  return other === undefined ? { name: only } : { reason: 'several-caches', detail: caches.join(', ') };
}

function chosenContainers(pod: Pod, chosen: string | undefined, native: boolean): Container[] {
  const all = (native ? allContainers(pod) : pod.spec.containers).filter(({ name }) => name !== sidecarName);
  if (chosen === undefined) return all;
  const names = chosen.split(',').map((name) => name.trim());
  return all.filter(({ name }) => names.includes(name));
}

/** The name of the container that is injected. */
export const sidecarName = 'fourfold';

/** Of an earlier call of the webhook, in the same admission. */
export const isOwn = ({ name, env = [] }: Container): boolean =>
  name === sidecarName && env.some((each) => each.name === ownMark);

/** Every sidecar has this variable, and nothing else does. */
export const ownMark = 'FOURFOLD_CONFIG_OPTIONAL';

/** For the application, and for the cluster. */
export const ownPorts = { application: 4114, cluster: 4115 } as const;

function listensOn({ ports = [] }: Container, taken: Readonly<Record<string, number>>): boolean {
  return ports.some(
    ({ containerPort, protocol = 'TCP' }) =>
      protocol === 'TCP' && Object.values(taken).includes(containerPort),
  );
}
