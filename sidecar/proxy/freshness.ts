import type { Settings } from '../../crds/settings.ts';
import type { Entry } from '../lookup/entry.ts';
import type { StaleReason } from '../reasons.ts';
import type { Directives } from './directives.ts';

/** For how long past its end an answer may be given to a request, in milliseconds; 0 is not at all. */
export interface Grace {
  /** Before the provider is asked. */
  readonly atOnce: number;
  /** Where the provider fails. */
  readonly onError: number;
}

/**
 * RFC 9111, section 4.2.4: a stale answer needs a permission. The configuration gives it, and the request may narrow it:
 * with `max-age` or `min-fresh` it does not want stale answers (section 5.2.1.1), with `no-cache` none at all, and
 * `stale-if-error` (RFC 5861, section 4) says how stale they may be. `max-stale` is a permission of its own, but
 * nothing is kept for longer than the configuration says.
 */
export function graceOf({ stale }: Settings, directives: Directives): Grace {
  const { noCache, maxAge, minFresh, maxStale, staleIfError } = directives;
  const revalidate = maxAge === undefined && minFresh === undefined ? stale.whileRevalidateSeconds : 0;
  const ifError = noCache ? (staleIfError ?? 0) : (staleIfError ?? Number.POSITIVE_INFINITY);
  return {
    atOnce: noCache ? 0 : (maxStale ?? revalidate) * 1000,
    onError: Math.min(stale.ifErrorSeconds, ifError) * 1000,
  };
}

/** Why an answer past its end may be given before the provider is asked; only one that is revalidated is refreshed. */
export function staleReason({ stale }: Settings, entry: Entry, now: number): StaleReason {
  return now - entry.expiresAt <= stale.whileRevalidateSeconds * 1000
    ? 'stale-while-revalidate'
    : 'max-stale';
}

/** When an answer stored now ends, and how long it is kept beyond that. */
export function lifetime(
  settings: Settings,
  directives: Directives,
  now: number,
): Pick<Entry, 'createdAt' | 'expiresAt' | 'keptUntil'> {
  const { ifErrorSeconds, whileRevalidateSeconds } = settings.stale;
  const expiresAt = now + (directives.ttlSeconds ?? settings.ttlSeconds) * 1000;
  const grace = Math.max(ifErrorSeconds, whileRevalidateSeconds) * 1000;
  return { createdAt: now, expiresAt, ...(grace > 0 ? { keptUntil: expiresAt + grace } : {}) };
}
