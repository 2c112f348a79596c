import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Settings } from '../../crds/settings.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Leases } from '../leases/lease.ts';
import type { Entry } from '../lookup/entry.ts';
import type { Question } from '../lookup/question.ts';
import type { Lookup } from '../lookup/run.ts';
import type { Policy } from '../policy/policy.ts';
import type { Audits } from '../quality/audits.ts';
import type { StaleReason, UnstoredReason } from '../reasons.ts';
import type { Cache } from './cache.ts';
import type { Upstreams } from './upstream.ts';
import type { Verdict } from './verdict.ts';

/** What every exchange works with. */
export interface ExchangeParts {
  readonly settings: () => Settings;
  readonly cache: Cache;
  readonly upstreams: Upstreams;
  readonly observer: ExchangeObserver;
  readonly clock: () => number;
  /** By which questions and removals are put in order. */
  readonly steady: () => number;
  /** Is told of each new entry, and which ids it has refused before. */
  readonly policy: Pick<Policy, 'submit' | 'refuses'>;
  /** Compares answers of the cache with the provider's. */
  readonly audits: Pick<Audits, 'served' | 'compare'>;
  /** Where several sidecars share a store: one call to the provider among them. */
  readonly leases?: Leases | undefined;
}

/** What an exchange tells, for metrics and the log line. */
export interface ExchangeObserver {
  called(dialect: Dialect): void;
  unstored(reason: UnstoredReason): void;
  stored(entry: Entry): void;
  /** An answer past its end was served. */
  stale(reason: StaleReason): void;
  /** A stale answer was to be refreshed in the background; `busy`: too many of them are. */
  refresh(outcome: 'begun' | 'busy'): void;
  /** A stored answer could not be written for its client. */
  unwritable(entry: Entry, error: unknown): void;
}

/** What is known of a request when it is over; filled in as the exchange goes on. */
export interface Report {
  dialect?: string;
  model?: string;
  verdict?: Verdict;
  tokensSaved?: number;
  /** Of a request that the phases were asked. */
  lookup?: { readonly question: Question; readonly found: Lookup };
}

/** One request on a cached path. */
export interface Context {
  readonly dialect: Dialect;
  readonly settings: Settings;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly report: Report;
}
