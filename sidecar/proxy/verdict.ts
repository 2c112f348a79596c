import type { Settings } from '../../crds/settings.ts';
import type { Asked } from '../dialects/dialect.ts';
import type { PhaseName } from '../lookup/phase.ts';
import type { Lookup } from '../lookup/run.ts';
import type { Outcome } from './flight.ts';

/** How the cache handled a request, for the headers, the log line and the metrics alike. */
export interface Verdict {
  readonly phase: PhaseName | 'miss' | 'bypass' | 'collapsed';
  readonly similarity?: number | undefined;
  readonly entry?: string | undefined;
  readonly reason?: string | undefined;
  readonly stored?: boolean | undefined;
  /** On hits, in seconds. A stale answer has a `ttl` below 0. */
  readonly age?: number | undefined;
  readonly ttl?: number | undefined;
  /** Of a request for many embeddings: how many of the inputs the cache knew, and how many the provider was asked for. */
  readonly inputs?: { readonly known: number; readonly asked: number } | undefined;
  /** In shadow mode: the phase that would have answered, and what that would have saved. */
  readonly wouldBe?: { readonly phase: PhaseName; readonly tokens: number } | undefined;
  /** Why it was neither answered from the cache nor forwarded. */
  readonly unasked?: string | undefined;
  /** Of a stale answer that took the place of the provider's: the status that the provider gave, if it gave one. */
  readonly instead?: { readonly status: number | undefined } | undefined;
}

export function hitVerdict({ entry, phase, similarity }: NonNullable<Lookup['hit']>, now: number): Verdict {
  return {
    phase,
    similarity,
    entry: entry.id,
    age: Math.max(0, Math.floor((now - entry.createdAt) / 1000)),
    ttl: Math.floor((entry.expiresAt - now) / 1000),
  };
}

/** Of a request that goes to the provider after its lookup; in shadow mode although there was a hit. */
export function missVerdict(lookup: Lookup, asked: Asked, mode: Settings['mode']): Verdict {
  if (lookup.hit !== undefined && mode === 'shadow') {
    return {
      phase: 'bypass',
      reason: 'shadow',
      similarity: lookup.hit.similarity,
      entry: lookup.hit.entry.id,
      wouldBe: { phase: lookup.hit.phase, tokens: lookup.hit.entry.tokens },
    };
  }
  return { phase: 'miss', similarity: lookup.best, reason: lookup.reason ?? asked.exactOnly };
}

/** Why nothing was stored is said before why nothing was found. */
export function withOutcome(verdict: Verdict, outcome: Outcome | undefined): Verdict {
  if (outcome === undefined) return verdict;
  if (outcome.entry !== undefined) return { ...verdict, entry: outcome.entry, stored: true };
  if (outcome.stored) return { ...verdict, stored: true };
  return { ...verdict, reason: verdict.phase === 'bypass' ? verdict.reason : outcome.reason };
}

/** `Cache-Status` (RFC 9211), `Age` (RFC 9111, section 5.1) and the `x-fourfold-*` headers. */
export function verdictHeaders(verdict: Verdict): Record<string, string> {
  const headers: Record<string, string> = { 'Cache-Status': cacheStatus(verdict) };
  if (verdict.age !== undefined) headers.Age = String(verdict.age);
  headers['x-fourfold-phase'] = verdict.phase;
  if (verdict.similarity !== undefined) headers['x-fourfold-similarity'] = verdict.similarity.toFixed(4);
  if (verdict.entry !== undefined) headers['x-fourfold-entry'] = verdict.entry;
  if (verdict.inputs !== undefined)
    headers['x-fourfold-inputs'] = `known=${verdict.inputs.known}, asked=${verdict.inputs.asked}`;
  if (verdict.reason !== undefined) headers['x-fourfold-reason'] = verdict.reason;
  return headers;
}

function cacheStatus({ phase, reason, stored, ttl, instead, unasked }: Verdict): string {
  if (unasked !== undefined) return `fourfold; detail=${unasked}`;
  switch (phase) {
    case 'miss':
      return `fourfold; fwd=uri-miss${stored ? '; stored' : ''}`;
    case 'collapsed':
      return `fourfold; fwd=uri-miss; collapsed${stored ? '; stored' : ''}`;
    case 'bypass':
      return `fourfold; fwd=bypass${stored ? '; stored' : ''}${reason === undefined ? '' : `; detail=${reason}`}`;
    default:
      if (instead === undefined) return `fourfold; hit; ttl=${ttl ?? 0}; detail=${phase}`;
      // Sections 2.1 and 2.2: what was forwarded is no `hit`, and one of the two stands there.
      return `fourfold; fwd=stale${instead.status === undefined ? '' : `; fwd-status=${instead.status}`}; ttl=${ttl ?? 0}; detail=${phase}`;
  }
}
