import { cacheLabelOfMetrics } from './alerts.ts';

/** A Grafana dashboard: does it answer, what does it save, what does it cost, and what is wrong. */

interface Panel {
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  /** Legend → PromQL. */
  readonly series: Readonly<Record<string, string>>;
  readonly kind?: 'stat' | 'timeseries';
}

/** Of the sidecars that the reader has chosen; a cache without a PodMonitor has no such label, and `.*` takes it too. */
const chosen = `namespace=~"$namespace",${cacheLabelOfMetrics}=~"$cache"`;
const rate = (metric: string, more = '') => `rate(${metric}{${chosen}${more}}[$__rate_interval])`;
const sum = (metric: string, by = '', more = '') =>
  `sum${by === '' ? '' : ` by (${by})`} (${rate(metric, more)})`;
const quantile = (share: number, metric: string, by = '') =>
  `histogram_quantile(${share}, sum by (le${by === '' ? '' : `, ${by}`}) (${rate(`${metric}_bucket`)}))`;

const rows: Readonly<Record<string, readonly Panel[]>> = {
  'What it saves': [
    {
      title: 'Answered by the cache',
      description: 'Hits among all requests on cached paths.',
      unit: 'percentunit',
      kind: 'stat',
      series: {
        hits: `${sum('fourfold_requests_total', '', ',outcome="hit"')} / ${sum('fourfold_requests_total')}`,
      },
    },
    {
      title: 'Tokens saved a day',
      description: 'Tokens of answers that were not asked for again, as the provider counted them.',
      unit: 'short',
      kind: 'stat',
      series: { tokens: `sum(increase(fourfold_tokens_saved_total{${chosen}}[1d]))` },
    },
    {
      title: 'Calls to the provider',
      description: 'On cached paths.',
      unit: 'reqps',
      kind: 'stat',
      series: { calls: sum('fourfold_upstream_calls_total') },
    },
    {
      title: 'Answers in the cache',
      description: 'Sidecars that share a Redis each say the whole.',
      unit: 'short',
      kind: 'stat',
      series: { entries: `sum(max by (namespace, ${cacheLabelOfMetrics}) (fourfold_entries{${chosen}}))` },
    },
    {
      title: 'Requests by what became of them',
      description: 'Hits, misses, bypasses, and those that shared the call of an identical one.',
      unit: 'reqps',
      series: { '{{outcome}}': sum('fourfold_requests_total', 'outcome') },
    },
    {
      title: 'Hits by phase',
      description: 'Which of the four phases answered.',
      unit: 'reqps',
      series: { '{{phase}}': sum('fourfold_hits_total', 'phase') },
    },
  ],
  'What it costs': [
    {
      title: 'Duration of requests, p99',
      description: 'From the first byte of a request to the last of its answer, by what became of it.',
      unit: 's',
      series: { '{{phase}}': quantile(0.99, 'fourfold_request_duration_seconds', 'phase') },
    },
    {
      title: 'Duration of a lookup, p99',
      description: 'What a miss waits for, phase by phase.',
      unit: 's',
      series: { '{{phase}}': quantile(0.99, 'fourfold_lookup_duration_seconds', 'phase') },
    },
    {
      title: 'Embedding',
      description: 'Time to an embedding, and texts that wait for one.',
      unit: 's',
      series: {
        p50: quantile(0.5, 'fourfold_embedding_duration_seconds'),
        p99: quantile(0.99, 'fourfold_embedding_duration_seconds'),
      },
    },
    {
      title: 'Memory of the sidecars',
      description: 'Resident, each.',
      unit: 'bytes',
      series: { '{{pod}}': `max by (pod) (process_resident_memory_bytes{${chosen}})` },
    },
  ],
  'Why not': [
    {
      title: 'Bypasses by reason',
      description: 'Requests that were not looked up; the words are in the reference.',
      unit: 'reqps',
      series: { '{{reason}}': sum('fourfold_bypasses_total', 'reason') },
    },
    {
      title: 'Refused candidates by reason',
      description: 'The best candidate was not good enough: the threshold, or a guard.',
      unit: 'reqps',
      series: { '{{phase}} {{reason}}': sum('fourfold_refusals_total', 'phase, reason') },
    },
    {
      title: 'Answers not stored, by reason',
      description: 'Incomplete, too large, refused by the provider, and so on.',
      unit: 'reqps',
      series: { '{{reason}}': sum('fourfold_unstored_total', 'reason') },
    },
    {
      title: 'Reports by users',
      description: 'What applications said about hits.',
      unit: 'reqps',
      series: { '{{verdict}}': sum('fourfold_feedback_total', 'verdict') },
    },
  ],
  'The shared store': [
    {
      title: 'Sidecars that reach Redis',
      description: '1 where all of them do.',
      unit: 'percentunit',
      series: {
        reached: `avg(fourfold_redis_up{${chosen}})`,
        'with search': `avg(fourfold_redis_search_ready{${chosen}})`,
        'told of removals': `avg(fourfold_redis_informed{${chosen}})`,
      },
    },
    {
      title: 'Failures',
      description: 'Of commands by kind; each is a miss, or an answer that is not stored.',
      unit: 'reqps',
      series: {
        '{{kind}}': sum('fourfold_redis_errors_total', 'kind'),
        'phase {{phase}}': sum('fourfold_lookup_errors_total', 'phase'),
      },
    },
    {
      title: 'Answers that came and went',
      description: 'Stored, expired, pushed out because the cache was full, removed on request.',
      unit: 'reqps',
      series: {
        stored: sum('fourfold_stored_total'),
        expired: sum('fourfold_expirations_total'),
        'pushed out': sum('fourfold_evictions_total'),
        removed: sum('fourfold_invalidations_total'),
      },
    },
  ],
  'The operator': [
    {
      title: 'Reconciles',
      description: 'By result.',
      unit: 'reqps',
      series: {
        '{{result}}':
          'sum by (result) (rate(controller_runtime_reconcile_total{controller="semanticcache"}[$__rate_interval]))',
      },
    },
    {
      title: 'Admissions',
      description: 'Pods that the webhook was asked about, by what became of them.',
      unit: 'reqps',
      series: {
        '{{outcome}} {{reason}}':
          'sum by (outcome, reason) (rate(fourfold_admissions_total[$__rate_interval]))',
      },
    },
    {
      title: 'Duration of an admission, p99',
      description: 'What a pod waits for at its creation.',
      unit: 's',
      series: {
        p99: 'histogram_quantile(0.99, sum by (le) (rate(fourfold_admission_duration_seconds_bucket[$__rate_interval])))',
      },
    },
    {
      title: 'Leader, queue and watches',
      description: 'One leads; the queue is empty; no watch is silent for minutes.',
      unit: 'short',
      series: {
        leaders: 'sum(leader_election_master_status{name="fourfold-operator"})',
        queue: 'sum(workqueue_depth{name="semanticcache"})',
        'seconds of silence': 'max(fourfold_operator_watch_silence_seconds)',
        caches: 'max(fourfold_operator_caches)',
      },
    },
  ],
};

const datasource = { type: 'prometheus', uid: '$datasource' };

export function dashboard(): object {
  return {
    uid: 'fourfold',
    title: 'fourfold',
    description: 'A semantic cache for LLM calls: what it saves, what it costs, and why not more.',
    tags: ['fourfold', 'llm', 'cache'],
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source' },
        variable('namespace', 'namespace', 'Namespace'),
        variable('cache', cacheLabelOfMetrics, 'Cache'),
      ],
    },
    panels: panels(),
  };
}

const variable = (name: string, label: string, shown: string) => ({
  name,
  label: shown,
  type: 'query',
  datasource,
  query: { query: `label_values(fourfold_entries, ${label})`, refId: name },
  includeAll: true,
  multi: true,
  allValue: '.*',
  current: { text: ['All'], value: ['$__all'] },
  refresh: 2,
  sort: 1,
});

const gridWidth = 24;

/** From left to right and from top to bottom. */
function panels(): object[] {
  const result: object[] = [];
  let y = 0;
  for (const [title, all] of Object.entries(rows)) {
    result.push({
      id: result.length + 1,
      type: 'row',
      title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: gridWidth, h: 1 },
    });
    y++;
    let x = 0;
    let height = 0;
    for (const panel of all) {
      const { kind = 'timeseries' } = panel;
      const [w, h] = kind === 'stat' ? [6, 4] : [12, 8];
      if (x + w > gridWidth) [x, y, height] = [0, y + height, 0];
      result.push(drawn(panel, result.length + 1, { x, y, w, h }));
      x += w;
      height = Math.max(height, h);
    }
    y += height;
  }
  return result;
}

function drawn(
  { title, description, unit, series, kind = 'timeseries' }: Panel,
  id: number,
  gridPos: object,
): object {
  return {
    id,
    type: kind,
    title,
    description,
    datasource,
    gridPos,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options: kind === 'stat' ? { reduceOptions: { calcs: ['lastNotNull'] } } : { tooltip: { mode: 'multi' } },
    targets: Object.entries(series).map(([legendFormat, expr], at) => ({
      refId: String.fromCharCode(65 + at),
      datasource,
      expr,
      legendFormat,
    })),
  };
}
