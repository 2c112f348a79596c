import { labels } from '../../crds/names.ts';

/** What somebody should look at, and what they will find there; for Prometheus. */
export interface Alert {
  readonly name: string;
  /** PromQL. */
  readonly expr: string;
  /** How long it has to hold. */
  readonly for: string;
  /** `critical`: somebody is woken; `warning`: somebody looks today; `info`: worth knowing. */
  readonly severity: 'critical' | 'warning' | 'info';
  readonly summary: string;
  /** What it means for applications, and what to do. */
  readonly description: string;
}

/** Prometheus writes labels of pods so; the PodMonitor of a cache brings this one. */
export const cacheLabelOfMetrics = labels.cache.replaceAll(/[^a-z]/g, '_');

const byCache = `by (namespace, ${cacheLabelOfMetrics})`;

export const alerts: readonly Alert[] = [
  {
    name: 'FourfoldOperatorLeaderless',
    // Of pods that are gone there is no series, and no sum.
    expr:
      'sum by (namespace) (leader_election_master_status{name="fourfold-operator"}) < 1' +
      ' or absent(leader_election_master_status{name="fourfold-operator"})',
    for: '5m',
    severity: 'warning',
    summary: 'No operator of fourfold leads.',
    description:
      'Caches and applications go on; nothing is repaired, scaled or made. See the pods of the operator and their log; ' +
      'where all is well there, Prometheus does not reach them.',
  },
  {
    name: 'FourfoldReconcilesFail',
    expr: 'sum(rate(controller_runtime_reconcile_errors_total{controller="semanticcache"}[10m])) > 0',
    for: '30m',
    severity: 'warning',
    summary: 'Reconciles of SemanticCaches keep failing.',
    description:
      'What a SemanticCache declares is not carried out. The log of the operator names the cache and the error.',
  },
  {
    name: 'FourfoldWatchSilent',
    expr: 'max(fourfold_operator_watch_silence_seconds) > 150',
    for: '1m',
    severity: 'warning',
    summary: 'A watch of the operator hears nothing.',
    description: 'The operator may act on an old state. It restarts by itself; if not, see the API server.',
  },
  {
    name: 'FourfoldFieldConflict',
    expr: 'sum by (kind) (increase(fourfold_operator_repairs_total[15m])) > 10',
    for: '15m',
    severity: 'warning',
    summary: 'Somebody keeps changing {{ $labels.kind }} objects of caches.',
    description:
      'The operator puts them back each time. The event FieldConflict on the SemanticCache names who it is.',
  },
  {
    name: 'FourfoldAdmissionsFail',
    expr: 'sum(increase(fourfold_admissions_total{outcome="failed"}[10m])) > 0',
    for: '0m',
    severity: 'warning',
    summary: 'Pods that asked for a sidecar could not be looked at.',
    description:
      'They started without, or were refused with failurePolicy Fail. The log of the operator says why.',
  },
  {
    name: 'FourfoldAdmissionsSlow',
    expr: 'histogram_quantile(0.99, sum by (le) (rate(fourfold_admission_duration_seconds_bucket[10m]))) > 1',
    for: '10m',
    severity: 'warning',
    summary: 'Admissions of pods take more than a second.',
    description: 'After five seconds the API server goes on without. Give the operator more CPU or replicas.',
  },
  {
    name: 'FourfoldPodsSkipped',
    expr: 'sum by (reason) (increase(fourfold_admissions_total{outcome="skipped"}[1h])) > 0',
    for: '0m',
    severity: 'info',
    summary: 'Pods asked for a sidecar and have none: {{ $labels.reason }}.',
    description:
      'The event SidecarSkipped on their owners says which pods, the reference what the word means.',
  },
  {
    name: 'FourfoldRedisAway',
    expr: `max ${byCache} (fourfold_redis_up) == 0`,
    for: '5m',
    severity: 'critical',
    summary: 'No sidecar of a cache in {{ $labels.namespace }} reaches its Redis.',
    description:
      'Applications go on, and pay for every question. See the condition RedisReady of the SemanticCache.',
  },
  {
    name: 'FourfoldSearchAway',
    expr: `min ${byCache} (fourfold_redis_search_ready) == 0 and max ${byCache} (fourfold_redis_up) == 1`,
    for: '15m',
    severity: 'warning',
    summary: 'Phase 4 has no index in {{ $labels.namespace }}.',
    description: 'Only exact questions and close wordings hit. See the log of the sidecars.',
  },
  {
    name: 'FourfoldVectorsNotIndexed',
    expr: `max ${byCache} (fourfold_redis_hash_indexing_failures) > 0`,
    for: '15m',
    severity: 'warning',
    summary: 'The vector index in {{ $labels.namespace }} could not take some answers.',
    description:
      'No question finds them by meaning. Purge the cache after the image or the model was changed.',
  },
  {
    name: 'FourfoldModelMissing',
    expr: `min ${byCache} (fourfold_embedder_ready) == 0 and sum ${byCache} (rate(fourfold_phase_bypasses_total{phase="semantic"}[10m])) > 0`,
    for: '15m',
    severity: 'warning',
    summary: 'Sidecars in {{ $labels.namespace }} have no model.',
    description: 'Phase 4 is left out there. See the log of the sidecars, and their memory limit.',
  },
  {
    name: 'FourfoldConfigurationRejected',
    expr: `sum ${byCache} (increase(fourfold_configuration_rejected_total[15m])) > 0`,
    for: '0m',
    severity: 'warning',
    summary: 'Sidecars in {{ $labels.namespace }} could not use a configuration.',
    description: 'The last good one stays in force. The log of the sidecars names the fault.',
  },
  {
    name: 'FourfoldNeverHits',
    expr: `sum ${byCache} (increase(fourfold_hits_total[1d])) < 1 and sum ${byCache} (increase(fourfold_requests_total[1d])) > 1000`,
    for: '1h',
    severity: 'info',
    summary: 'A cache in {{ $labels.namespace }} has not answered once in a day.',
    description:
      'It costs memory and saves nothing. The reasons of bypasses and refusals say why; or its questions never repeat.',
  },
  {
    name: 'FourfoldAnswersReportedWrong',
    expr: `sum ${byCache} (increase(fourfold_feedback_total{verdict="wrong"}[1d])) > 0.01 * sum ${byCache} (increase(fourfold_hits_total[1d])) > 0`,
    for: '0m',
    severity: 'warning',
    summary: 'More than one in a hundred hits in {{ $labels.namespace }} was reported as wrong.',
    description:
      'Raise the threshold of the cache, or set its mode to shadow, and look at what was reported.',
  },
];

/** A PrometheusRule without what the chart gives it: name, namespace, labels. */
export const ruleGroups = [
  {
    name: 'fourfold',
    rules: alerts.map(({ name, expr, for: holds, severity, summary, description }) => ({
      alert: name,
      expr,
      for: holds,
      labels: { severity },
      annotations: { summary, description },
    })),
  },
];
