import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EmbeddingSample } from '../embedders/index.ts';
import type { LookupObserver } from '../lookup/run.ts';
import type { PolicyOutcome } from '../policy/policy.ts';
import type { ExchangeObserver, Report } from '../proxy/context.ts';
import { pathname, requestPath } from '../proxy/upstream.ts';
import type { AuditParts } from '../quality/audits.ts';
import { unavailability } from '../stores/unavailable.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { count, type Statistics } from './statistics.ts';

/** Turns what happens into counts, histograms and log lines. */
export class Recorder implements LookupObserver, ExchangeObserver {
  readonly #statistics: Statistics;
  readonly #metrics: Metrics;
  readonly #log: Log;

  constructor(statistics: Statistics, metrics: Metrics, log: Log) {
    this.#statistics = statistics;
    this.#metrics = metrics;
    this.#log = log;
  }

  asked: LookupObserver['asked'] = (phase, outcome, milliseconds, finding) => {
    this.#statistics.asked(phase, outcome, finding);
    this.#metrics.lookedUp(phase, milliseconds);
  };

  failed: LookupObserver['failed'] = (phase, error) => {
    // Told by the store itself, once.
    if (unavailability(error) !== undefined) return;
    this.#log.warn({ phase, err: error }, 'a phase failed; the request went on without it');
  };

  called: ExchangeObserver['called'] = (dialect) => count(this.#statistics.upstreamCalls, dialect.name);

  stored: ExchangeObserver['stored'] = () => {
    this.#statistics.stored++;
  };

  stale: ExchangeObserver['stale'] = (reason) => count(this.#statistics.stale, reason);

  refresh: ExchangeObserver['refresh'] = (outcome) => count(this.#statistics.refreshes, outcome);

  judged = (outcome: PolicyOutcome, error?: unknown): void => {
    count(this.#statistics.policy, outcome);
    if (error !== undefined)
      this.#log.warn({ err: error }, 'no verdict of the policy endpoint; the answer stays');
  };

  audited: AuditParts['observe'] = (phase, outcome, error) => {
    this.#statistics.audits[phase][outcome]++;
    if (error !== undefined) this.#log.warn({ err: error }, 'two answers could not be compared');
  };

  unwritable: ExchangeObserver['unwritable'] = (entry, error) => {
    this.#log.error({ entry: entry.id, err: error }, 'a stored answer could not be written; it is removed');
  };

  unstored: ExchangeObserver['unstored'] = (reason) => count(this.#statistics.unstored, reason);

  embedded = ({ outcome, totalMs }: EmbeddingSample): void => {
    count(this.#statistics.embeddings, outcome);
    this.#metrics.embedded(outcome, totalMs);
  };

  /** One line for each request: what was asked of whom and what became of it, never a word of the text. */
  over = (request: IncomingMessage, response: ServerResponse, report: Report, milliseconds: number): void => {
    const { verdict, tokensSaved = 0 } = report;
    if (verdict !== undefined) this.#statistics.answered(verdict, tokensSaved);
    else if (report.dialect === undefined) this.#statistics.passedThrough++;
    const phase = verdict?.phase ?? 'passed-through';
    this.#metrics.answered(phase, milliseconds);
    if (!this.#log.isLevelEnabled('info')) return;
    this.#log.info(
      {
        method: request.method,
        path: pathname(requestPath(request)),
        status: response.headersSent ? response.statusCode : undefined,
        complete: response.writableFinished,
        dialect: report.dialect,
        model: report.model?.slice(0, 256),
        phase,
        similarity: verdict?.similarity,
        reason: verdict?.reason,
        entry: verdict?.entry,
        stored: verdict?.stored,
        tokensSaved: tokensSaved || undefined,
        milliseconds: Math.round(milliseconds * 100) / 100,
      },
      'request',
    );
  };
}
