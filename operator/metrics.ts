import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { QueueObserver } from './controller/queue.ts';
import type { CallObserver } from './kube/transport.ts';
import { skipReasons } from './webhook/reasons.ts';

/** What is read at the moment of a scrape. */
export interface Readings {
  readonly leads: boolean;
  readonly depth: number;
  readonly activeWorkers: number;
  readonly workers: number;
  readonly caches: number;
  /** Seconds since the quietest watch was last heard of. */
  readonly quietSeconds: number;
}

const controller = 'semanticcache';

/** The names that dashboards for controller-runtime know, and a few of our own. */
export class Metrics implements QueueObserver, CallObserver {
  readonly #registry = new Registry();
  readonly #reconciles: Counter<'controller' | 'result'>;
  readonly #errors: Counter<'controller'>;
  readonly #duration: Histogram<'controller'>;
  readonly #adds: Counter<'name'>;
  readonly #retries: Counter<'name'>;
  readonly #waited: Histogram<'name'>;
  readonly #worked: Histogram<'name'>;
  readonly #requests: Counter<'method' | 'code'>;
  readonly #repairs: Counter<'kind'>;
  readonly #watchFailures: Counter<'kind'>;
  readonly #relists: Counter<'kind'>;
  readonly #admissions: Counter<'outcome' | 'reason'>;
  readonly #admissionTime: Histogram<'outcome'>;

  constructor(readings: () => Readings) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
      new Counter({ name, help, labelNames, registers });
    const seconds = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
      new Histogram({
        name,
        help,
        labelNames,
        registers,
        buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60],
      });
    const gauge = (
      name: string,
      help: string,
      labels: Record<string, string>,
      read: (now: Readings) => number,
    ) =>
      new Gauge({
        name,
        help,
        labelNames: Object.keys(labels),
        registers,
        collect() {
          this.set(labels, read(readings()));
        },
      });

    this.#reconciles = counter('controller_runtime_reconcile_total', 'Reconciles, by result.', [
      'controller',
      'result',
    ]);
    this.#errors = counter('controller_runtime_reconcile_errors_total', 'Reconciles that failed.', [
      'controller',
    ]);
    this.#duration = seconds('controller_runtime_reconcile_time_seconds', 'Duration of a reconcile.', [
      'controller',
    ]);
    gauge(
      'controller_runtime_active_workers',
      'Reconciles under way.',
      { controller },
      (now) => now.activeWorkers,
    );
    gauge(
      'controller_runtime_max_concurrent_reconciles',
      'Reconciles at once, at most.',
      { controller },
      (now) => now.workers,
    );
    gauge('workqueue_depth', 'Keys that wait to be reconciled.', { name: controller }, (now) => now.depth);
    this.#adds = counter('workqueue_adds_total', 'Keys that were put into the queue.', ['name']);
    this.#retries = counter('workqueue_retries_total', 'Keys that were put back after a failure.', ['name']);
    this.#waited = seconds('workqueue_queue_duration_seconds', 'How long a key waited.', ['name']);
    this.#worked = seconds('workqueue_work_duration_seconds', 'How long a key was worked on.', ['name']);
    this.#requests = counter('rest_client_requests_total', 'Requests to the API server.', ['method', 'code']);
    gauge(
      'leader_election_master_status',
      '1 while this process leads.',
      { name: 'fourfold-operator' },
      (now) => Number(now.leads),
    );
    this.#repairs = counter(
      'fourfold_operator_repairs_total',
      'Objects put back after somebody had changed them.',
      ['kind'],
    );
    this.#watchFailures = counter(
      'fourfold_operator_watch_failures_total',
      'Lists and watches that failed and were begun again.',
      ['kind'],
    );
    this.#relists = counter('fourfold_operator_lists_total', 'Complete lists of a kind.', ['kind']);
    this.#admissions = counter(
      'fourfold_admissions_total',
      'Pods that the webhook was asked about, by what became of them.',
      ['outcome', 'reason'],
    );
    // A series that begins with its first event has no increase to tell an alert of it.
    for (const [outcome, reason] of [
      ['failed', ''],
      ...Object.keys(skipReasons).map((word) => ['skipped', word]),
    ] as [string, string][])
      this.#admissions.inc({ outcome, reason }, 0);
    this.#admissionTime = seconds('fourfold_admission_duration_seconds', 'Duration of an admission.', [
      'outcome',
    ]);
    gauge('fourfold_operator_caches', 'SemanticCaches that are known.', {}, (now) => now.caches);
    gauge(
      'fourfold_operator_watch_silence_seconds',
      'Since the quietest watch was last heard of.',
      {},
      (now) => now.quietSeconds,
    );
  }

  added(): void {
    this.#adds.inc({ name: controller });
  }

  taken(_depth: number, waitedMs: number): void {
    this.#waited.observe({ name: controller }, waitedMs / 1000);
  }

  retried(): void {
    this.#retries.inc({ name: controller });
  }

  reconciled(result: 'success' | 'error' | 'requeue_after', milliseconds: number): void {
    this.#reconciles.inc({ controller, result });
    if (result === 'error') this.#errors.inc({ controller });
    this.#duration.observe({ controller }, milliseconds / 1000);
    this.#worked.observe({ name: controller }, milliseconds / 1000);
  }

  called(method: string, code: string): void {
    this.#requests.inc({ method, code });
  }

  repaired(kind: string): void {
    this.#repairs.inc({ kind });
  }

  /** `reason` is that of a skip, else empty. */
  admitted(outcome: string, reason: string, milliseconds: number): void {
    this.#admissions.inc({ outcome, reason });
    this.#admissionTime.observe({ outcome }, milliseconds / 1000);
  }

  listed(kind: string): void {
    this.#relists.inc({ kind });
  }

  watchFailed(kind: string): void {
    this.#watchFailures.inc({ kind });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
