import type { ConditionType, Reason } from '../../crds/conditions.ts';
import type { Condition, SemanticCacheStatus } from '../../crds/semantic-cache.ts';
import { ApiError } from '../kube/api-error.ts';
import type { SidecarsState } from '../observe/sidecars.ts';
import type { KnownCache } from './world.ts';

/** What a reconcile has found, before it is put into words for others. */
export interface Findings {
  readonly stalled?: Said<'Stalled'> | undefined;
  readonly work?: Said<'Reconciling'> | undefined;
  readonly redis: Said<'RedisReady'> & { readonly status: Condition['status'] };
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly selector?: string | undefined;
  readonly endpoint: string;
  readonly primary?: string | undefined;
  /** The purge that was carried out last. */
  readonly purged?: string | undefined;
  readonly injectedPods: number;
  readonly outdatedPods: number;
  /** Undefined where nobody has looked yet. */
  readonly uninjectedPods: number | undefined;
  /** What there is to say of pods that are not as they would be made now. */
  readonly outdated?: Said<'PodsOutdated'> | undefined;
  /** The pod that was evicted last. */
  readonly replaced?: SemanticCacheStatus['replaced'] | undefined;
  readonly sidecars: SidecarsState;
}

interface Words {
  readonly reason: string;
  readonly message: string;
}

export interface Said<Type extends ConditionType> extends Words {
  readonly reason: Reason<Type>;
}

/** The status that says so. It equals the one before wherever nothing is new, so that nothing is written. */
export function statusOf(cache: KnownCache, findings: Findings, now: Date): SemanticCacheStatus {
  const { generation = 0 } = cache.metadata;
  const before = cache.status?.conditions ?? [];
  const { stalled, work, redis, sidecars, outdated, ...counts } = findings;
  const said: [ConditionType, Condition['status'], Words][] = [
    ['Ready', ...ready(findings)],
    ['RedisReady', redis.status, redis],
  ];
  if (stalled !== undefined) said.push(['Stalled', 'True', stalled]);
  else if (work !== undefined) said.push(['Reconciling', 'True', work]);
  if (outdated !== undefined) said.push(['PodsOutdated', 'True', outdated]);
  return defined({
    conditions: said.map(([type, status, { reason, message }]) => {
      const same = before.find((each) => each.type === type && each.status === status);
      return {
        type,
        status,
        reason,
        message: shortened(message),
        lastTransitionTime: same?.lastTransitionTime ?? now.toISOString().replace(/\.\d+/, ''),
        observedGeneration: generation,
      };
    }),
    observedGeneration: generation,
    ...counts,
    ...sidecars,
  }) as SemanticCacheStatus;
}

/** The field of a written status that the custom resource does not declare, being older than this operator. */
export function undeclaredBy(error: unknown): string | undefined {
  const message = error instanceof ApiError ? error.message : '';
  return /: \.status\.(\w+)\S*: field not declared in schema/.exec(message)?.[1];
}

export function without(status: SemanticCacheStatus, fields: readonly string[]): SemanticCacheStatus {
  return Object.fromEntries(Object.entries(status).filter(([name]) => !fields.includes(name)));
}

function ready({
  stalled,
  work,
  redis,
  replicas,
  readyReplicas,
  primary,
}: Findings): [Condition['status'], Said<'Ready'>] {
  if (stalled !== undefined) return ['False', { reason: 'Stalled', message: stalled.message }];
  if (redis.status !== 'True') return ['False', { reason: 'RedisNotReady', message: redis.message }];
  if (work !== undefined) return ['False', { reason: 'Progressing', message: work.message }];
  if (replicas === 0) return ['True', { reason: 'Available', message: redis.message }];
  const which = primary === undefined ? '' : `; ${primary} is primary`;
  return [
    'True',
    { reason: 'Available', message: `${readyReplicas} of ${replicas} Redis pods are ready${which}.` },
  ];
}

const shortened = (message: string): string =>
  message.length <= 2_000 ? message : `${message.slice(0, 2_000)} …`;

const defined = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
