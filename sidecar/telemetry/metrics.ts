import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { wilson } from '../../crds/wilson.ts';
import type { PhaseName } from '../lookup/phase.ts';
import type { LearnedReport } from '../quality/gate.ts';
import type { SharedStats, SnapshotStats } from '../stores/store.ts';
import { processMetrics } from './process-metrics.ts';
import { type ResultReadings, resultMetrics } from './result-metrics.ts';
import { sharedMetrics } from './shared-metrics.ts';
import type { Statistics } from './statistics.ts';

/** What is not counted but read at the moment of a scrape. */
export interface Readings extends ResultReadings {
  readonly entries: number;
  readonly shelved: number;
  readonly storeBytes: number;
  readonly evictions: number;
  readonly expirations: number;
  readonly invalidations: number;
  readonly embedderReady: boolean;
  readonly embeddingQueue: number;
  /** What was learned of how often answers are wrong. */
  readonly learned?: () => Pick<LearnedReport, 'scopes'>;
  readonly shared?: SharedStats | undefined;
  readonly snapshot?: SnapshotStats | undefined;
}

/** Counters are copied from the statistics at each scrape; histograms are filled as things happen. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #lookup: Histogram<'phase'>;
  readonly #embedding: Histogram<'outcome'>;
  readonly #request: Histogram<'phase'>;

  constructor(statistics: Statistics, readings: () => Readings) {
    const registers = [this.#registry];
    processMetrics(this.#registry);
    this.#lookup = new Histogram({
      name: 'fourfold_lookup_duration_seconds',
      help: 'Time that a phase took to find an answer or none.',
      labelNames: ['phase'],
      buckets: [0.00001, 0.00005, 0.0001, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25],
      registers,
    });
    this.#request = new Histogram({
      name: 'fourfold_request_duration_seconds',
      help: 'Time from the first byte of a request to the last byte of its answer, by what became of it.',
      labelNames: ['phase'],
      buckets: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300],
      registers,
    });
    this.#embedding = new Histogram({
      name: 'fourfold_embedding_duration_seconds',
      help: 'Time from asking for an embedding to having it or being refused, queue included.',
      labelNames: ['outcome'],
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
      registers,
    });

    const counter = (
      name: string,
      help: string,
      labels: readonly string[],
      rows: () => Iterable<readonly [Record<string, string>, number]>,
    ) =>
      new Counter({
        name: `fourfold_${name}_total`,
        help,
        labelNames: [...labels],
        registers,
        collect() {
          this.reset();
          for (const [labelled, value] of rows()) this.inc(labelled, value);
        },
      });
    const gauge = (name: string, help: string, value: (now: Readings) => number) =>
      new Gauge({
        name: `fourfold_${name}`,
        help,
        registers,
        collect() {
          this.set(value(readings()));
        },
      });
    const byPhase = (read: (name: PhaseName) => number) => () =>
      (Object.keys(statistics.phases) as PhaseName[]).map((phase) => [{ phase }, read(phase)] as const);
    const by = (label: string, counts: Record<string, number>) => () =>
      Object.entries(counts).map(([key, value]) => [{ [label]: key }, value] as const);
    const single = (read: () => number) => () => [[{}, read()] as const];

    counter(
      'lookups',
      'Questions put to a phase.',
      ['phase'],
      byPhase((phase) => statistics.phases[phase].lookups),
    );
    counter(
      'hits',
      'Answers found by a phase.',
      ['phase'],
      byPhase((phase) => statistics.phases[phase].hits),
    );
    counter(
      'misses',
      'Questions that a phase had no answer to.',
      ['phase'],
      byPhase((phase) => statistics.phases[phase].misses),
    );
    counter(
      'phase_bypasses',
      'Questions that a phase could not look at.',
      ['phase'],
      byPhase((phase) => statistics.phases[phase].bypasses),
    );
    counter(
      'lookup_errors',
      'Failures of a phase; each is a miss.',
      ['phase'],
      byPhase((phase) => statistics.phases[phase].errors),
    );
    counter(
      'tokens_saved',
      'Tokens of answers that were not asked for again, as the provider counted them.',
      ['phase'],
      byPhase((phase) => statistics.phases[phase].tokensSaved),
    );
    counter(
      'refusals',
      'Best candidates that were refused, by the word of `x-fourfold-reason`.',
      ['phase', 'reason'],
      () =>
        Object.entries(statistics.phases).flatMap(([phase, { refusals }]) =>
          Object.entries(refusals).map(([reason, value]) => [{ phase, reason }, value] as const),
        ),
    );
    counter(
      'requests',
      'Requests on cached paths, by what became of them.',
      ['outcome'],
      by('outcome', statistics.requests),
    );
    counter(
      'bypasses',
      'Requests that the cache did not answer, by reason.',
      ['reason'],
      by('reason', statistics.bypasses),
    );
    counter(
      'upstream_calls',
      'Calls to the provider on cached paths.',
      ['dialect'],
      by('dialect', statistics.upstreamCalls),
    );
    counter(
      'collapsed',
      'Requests that shared the call of an identical one.',
      [],
      single(() => statistics.requests.collapsed),
    );
    counter(
      'passed_through',
      'Requests on paths that are not cached.',
      [],
      single(() => statistics.passedThrough),
    );
    counter(
      'stored',
      'Answers stored.',
      [],
      single(() => statistics.stored),
    );
    counter('unstored', 'Answers not stored, by reason.', ['reason'], by('reason', statistics.unstored));
    counter(
      'stale',
      'Answers served past their end, by reason; they are hits too.',
      ['reason'],
      by('reason', statistics.stale),
    );
    counter(
      'policy',
      'New answers that the policy endpoint was to be told of, by its verdict; `failed` and `dropped` had none.',
      ['outcome'],
      by('outcome', statistics.policy),
    );
    counter(
      'refreshes',
      'Stale answers that were to be asked for again in the background: begun, or not because too many were.',
      ['outcome'],
      by('outcome', statistics.refreshes),
    );
    counter(
      'audits',
      "Hits whose answer was compared with the provider's, by phase and what came out.",
      ['phase', 'outcome'],
      () =>
        Object.entries(statistics.audits).flatMap(([phase, counts]) =>
          Object.entries(counts).map(([outcome, value]) => [{ phase, outcome }, value] as const),
        ),
    );
    counter('shadow_hits', 'Requests that the cache would have answered, in shadow mode.', ['phase'], () =>
      Object.entries(statistics.shadow.hits).map(([phase, value]) => [{ phase }, value] as const),
    );
    new Gauge({
      name: 'fourfold_wrong_hit_ratio',
      help: 'Share of wrong hits by audits, with the ends of its 95 % interval; absent before the first audit.',
      labelNames: ['phase', 'bound'],
      registers,
      collect() {
        this.reset();
        for (const [phase, { same, different }] of Object.entries(statistics.audits))
          for (const [bound, value] of Object.entries(wilson(different, same + different) ?? {}))
            this.set({ phase, bound }, value);
      },
    });
    new Gauge({
      name: 'fourfold_learned_threshold',
      help: 'Similarity from which `maxErrorRate` lets answers through; 1.1 where none: quantiles of the scopes of which most is known.',
      labelNames: ['kind', 'quantile'],
      registers,
      collect() {
        this.reset();
        // A series for each scope would never end: every other system prompt is one. `/stats` names them.
        const scopes = readings().learned?.().scopes ?? [];
        for (const kind of ['semantic', 'near-miss'] as const) {
          const known = scopes.map((scope) => scope[kind].threshold).filter((each) => each !== undefined);
          const sorted = known.map((threshold) => threshold ?? 1.1).toSorted((a, b) => a - b);
          for (const quantile of [0, 0.5, 1]) {
            const value = sorted[Math.round(quantile * (sorted.length - 1))];
            if (value !== undefined) this.set({ kind, quantile }, value);
          }
        }
      },
    });
    counter('feedback', 'Reports on answers, by verdict.', ['verdict'], by('verdict', statistics.feedback));
    counter(
      'verifications',
      'Matches that the second model was asked about, by its verdict.',
      ['verdict'],
      by('verdict', statistics.verifications),
    );
    counter(
      'decisions',
      'Rows of the decision log: written or about to be, dropped because too many waited, lost with a failure.',
      ['outcome'],
      by('outcome', statistics.decisions),
    );
    counter('embeddings', 'Texts embedded or skipped.', ['outcome'], by('outcome', statistics.embeddings));
    counter(
      'evictions',
      'Entries that left because the cache was full.',
      [],
      single(() => readings().evictions),
    );
    counter(
      'expirations',
      'Entries that left at the end of their life.',
      [],
      single(() => readings().expirations),
    );
    counter(
      'invalidations',
      'Entries removed on request.',
      [],
      single(() => readings().invalidations),
    );
    counter('snapshots', 'Snapshots of a store in a folder, by what became of them.', ['outcome'], () => {
      const { snapshot } = readings();
      return snapshot === undefined
        ? []
        : (['written', 'failed'] as const).map((outcome) => [{ outcome }, snapshot[outcome]]);
    });
    counter(
      'configuration_rejected',
      'Configurations that could not be used; the last good one stays.',
      [],
      single(() => statistics.configurationsRejected),
    );
    gauge('entries', 'Entries in the store.', (now) => now.entries);
    gauge('shelved_entries', 'Entries that phases 1 and 2 see in this process.', (now) => now.shelved);
    gauge('store_bytes', 'Estimated bytes that the store holds in this process.', (now) => now.storeBytes);
    gauge('embedder_ready', '1 while phase 4 has its model.', (now) => Number(now.embedderReady));
    resultMetrics(registers, readings);
    sharedMetrics(registers, () => readings().shared);
    gauge('embedding_queue', 'Texts waiting to be embedded.', (now) => now.embeddingQueue);
  }

  lookedUp(phase: PhaseName, milliseconds: number): void {
    this.#lookup.observe({ phase }, milliseconds / 1000);
  }

  answered(phase: string, milliseconds: number): void {
    this.#request.observe({ phase }, milliseconds / 1000);
  }

  embedded(outcome: string, milliseconds: number): void {
    this.#embedding.observe({ outcome }, milliseconds / 1000);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
