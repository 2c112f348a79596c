import { wilson } from '../../crds/wilson.ts';
import type { ResultCounts } from '../agents/tally.ts';
import type { EmbedderState } from '../embedders/embedder.ts';
import type { Kind } from '../lookup/entry.ts';
import type { PhaseName } from '../lookup/phase.ts';
import type { Shelf } from '../lookup/shelf.ts';
import type { AuditOutcome } from '../quality/audits.ts';
import type { LearnedReport } from '../quality/gate.ts';
import type { KindCounts, StoreStats } from '../stores/store.ts';
import { hitRatio, type Statistics } from './statistics.ts';

/** `GET /stats`. Counts since the start of the process; ratios in [0, 1]; bytes and seconds as named. */
export function statsReport(
  statistics: Statistics,
  now: {
    store: StoreStats;
    storeKind: string;
    /** What phases 1 and 2 look at. */
    shelf: Pick<Shelf, 'size' | 'left'>;
    embedder: EmbedderState;
    clock: number;
    results: Readonly<Record<'tools' | 'memories', ResultCounts>>;
    learned: LearnedReport;
  },
) {
  const { requests } = statistics;
  const phases = Object.entries(statistics.phases).map(([name, counts]) => [
    name,
    {
      ...counts,
      hitRatio: counts.lookups === 0 ? 0 : counts.hits / counts.lookups,
      ...held(inProcess.has(name as PhaseName) ? { entries: now.shelf.size, ...now.shelf.left } : now.store),
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
    kinds: kindsReport(statistics, now),
    reasons: { bypassed: statistics.bypasses, unstored: statistics.unstored, stale: statistics.stale },
    refreshes: statistics.refreshes,
    policy: statistics.policy,
    feedback: statistics.feedback,
    quality: { ...qualityReport(statistics), learned: now.learned },
    shadow: shadowReport(statistics),
    decisions: statistics.decisions,
    verifications: statistics.verifications,
    upstreamCalls: statistics.upstreamCalls,
    embedder: { ...now.embedder, outcomes: statistics.embeddings },
    store: {
      ...{ kind: now.storeKind, bytes: now.store.bytes },
      ...(now.store.snapshot && { snapshot: now.store.snapshot }),
      ...now.store.shared,
    },
    memory: { residentBytes: process.memoryUsage.rss() },
    configurationsRejected: statistics.configurationsRejected,
    rejectedConfiguration: statistics.rejectedConfiguration,
  };
}

/** Which share of the hits is wrong, as far as audits can tell. */
function qualityReport({ audits }: Statistics) {
  const phases = Object.entries(audits).map(([phase, counts]) => [phase, audited(counts)]);
  const all = Object.values(audits);
  const sum = (outcome: AuditOutcome) => all.reduce((total, counts) => total + counts[outcome], 0);
  const total = Object.fromEntries(outcomes.map((outcome) => [outcome, sum(outcome)]));
  return { ...audited(total as Record<AuditOutcome, number>), phases: Object.fromEntries(phases) };
}

const outcomes: readonly AuditOutcome[] = ['same', 'different', 'unjudged', 'failed', 'dropped'];

function audited(counts: Record<AuditOutcome, number>) {
  const interval = wilson(counts.different, counts.same + counts.different);
  return { ...counts, ...(interval === undefined ? {} : { wrong: interval }) };
}

/** What the cache would have done, had it been asked to answer. */
function shadowReport({ shadow, requests }: Statistics) {
  const hits = Object.values(shadow.hits).reduce((sum, count) => sum + count, 0);
  return {
    hits,
    hitRatio: hitRatio({ hit: hits, miss: requests.miss }),
    tokens: shadow.tokens,
    phases: shadow.hits,
  };
}

/** What is where a phase looks, and what left it. */
const held = ({ entries, evictions, expirations, invalidations }: KindCounts): KindCounts => ({
  entries,
  evictions,
  expirations,
  invalidations,
});

const inProcess: ReadonlySet<PhaseName> = new Set(['fingerprint', 'near-miss']);

/** The same figures for each kind of entry: answers of providers, results of tools, results of searches in memories. */
function kindsReport(
  { requests, phases, stored }: Statistics,
  { store, results }: { store: StoreStats; results: Readonly<Record<'tools' | 'memories', ResultCounts>> },
) {
  const answers: ResultCounts = {
    lookups: requests.hit + requests.miss,
    exactHits: phases.fingerprint.hits + phases.exact.hits,
    semanticHits: phases['near-miss'].hits + phases.semantic.hits,
    misses: requests.miss,
    collapsed: requests.collapsed,
    stored,
    errors: Object.values(phases).reduce((sum, { errors }) => sum + errors, 0),
  };
  const report = (kind: Kind, counts: ResultCounts) => {
    const hits = counts.exactHits + counts.semanticHits;
    return { ...counts, hitRatio: hitRatio({ hit: hits, miss: counts.misses }), ...store.kinds[kind] };
  };
  return {
    answers: report('answers', answers),
    tools: report('tools', results.tools),
    memories: report('memories', results.memories),
  };
}
