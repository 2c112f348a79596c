import type { EmbedderState } from '../embedders/embedder.ts';
import type { PhaseName } from '../lookup/phase.ts';
import type { StoreStats } from '../stores/store.ts';
import { hitRatio, type Statistics } from './statistics.ts';

/** `GET /stats`. Counts since the start of the process; ratios in [0, 1]; bytes and seconds as named. */
export function statsReport(
  statistics: Statistics,
  now: { store: StoreStats; storeKind: string; shelved: number; embedder: EmbedderState; clock: number },
) {
  const { requests } = statistics;
  const phases = Object.entries(statistics.phases).map(([name, counts]) => [
    name,
    {
      ...counts,
      hitRatio: counts.lookups === 0 ? 0 : counts.hits / counts.lookups,
      entries: inProcess.has(name as PhaseName) ? now.shelved : now.store.entries,
    },
  ]);
  return {
    uptimeSeconds: Math.floor((now.clock - statistics.startedAt) / 1000),
    requests: requests.hit + requests.miss + requests.bypass + requests.collapsed,
    hits: requests.hit,
    misses: requests.miss,
    bypasses: requests.bypass,
    collapsed: requests.collapsed,
    errors: Object.values(statistics.phases).reduce((sum, { errors }) => sum + errors, 0),
    hitRatio: hitRatio(requests),
    tokensSaved: statistics.tokensSaved,
    stored: statistics.stored,
    entries: now.store.entries,
    evictions: now.store.evictions,
    expirations: now.store.expirations,
    invalidations: now.store.invalidations,
    passedThrough: statistics.passedThrough,
    phases: Object.fromEntries(phases),
    reasons: { bypassed: statistics.bypasses, unstored: statistics.unstored },
    upstreamCalls: statistics.upstreamCalls,
    embedder: { ...now.embedder, outcomes: statistics.embeddings },
    store: { kind: now.storeKind, bytes: now.store.bytes },
    memory: { residentBytes: process.memoryUsage.rss() },
    configurationsRejected: statistics.configurationsRejected,
  };
}

const inProcess: ReadonlySet<PhaseName> = new Set(['fingerprint', 'near-miss']);
