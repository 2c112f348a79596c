import { describe, expect, it } from 'vitest';
import { ResultTally } from '../../../../sidecar/agents/tally.ts';
import type { Entry } from '../../../../sidecar/lookup/entry.ts';
import { Metrics } from '../../../../sidecar/telemetry/metrics.ts';
import { statsReport } from '../../../../sidecar/telemetry/report.ts';
import { hitRatio, Statistics } from '../../../../sidecar/telemetry/statistics.ts';

/** One place counts; `/stats` and `/metrics` read it. */
const none = { entries: 0, evictions: 0, expirations: 0, invalidations: 0 };
const store = {
  ...{ entries: 7, evictions: 1, expirations: 2, invalidations: 3, bytes: 4_096 },
  kinds: { answers: none, tools: none, memories: none },
};
const embedder = { ready: false, detail: 'no model', queued: 0 };
const reportOf = (statistics: Statistics) =>
  statsReport(statistics, {
    store,
    storeKind: 'memory',
    shelf: { size: 5, left: { evictions: 4, expirations: 5, invalidations: 6 } },
    embedder,
    clock: 61_999,
    results: new ResultTally().counts,
    learned: { maxErrorRate: undefined, scopes: [] },
  });

function counted(): Statistics {
  const statistics = new Statistics(1_000);
  statistics.asked('fingerprint', 'miss', {});
  statistics.asked('near-miss', 'miss', { best: 0.7, refused: 'number' });
  statistics.asked('exact', 'error', {});
  statistics.asked('semantic', 'hit', { hit: {} as Entry, similarity: 0.93 });
  statistics.answered({ phase: 'semantic' }, 22);
  statistics.asked('semantic', 'miss', { skipped: 'embedder-busy' });
  statistics.answered({ phase: 'miss', reason: 'embedder-busy' }, 0);
  statistics.answered({ phase: 'collapsed' }, 0);
  statistics.answered({ phase: 'bypass', reason: 'no-cache' }, 0);
  return statistics;
}

it('counts each question of a phase as one of hit, miss and error', () => {
  for (const { lookups, hits, misses, errors } of Object.values(counted().phases))
    expect(hits + misses + errors).toBe(lookups);
});

it('reports what it counted, with what the parts say at the moment', () => {
  expect(reportOf(counted())).toMatchObject({
    uptimeSeconds: 60,
    requests: 4,
    hits: 1,
    misses: 1,
    bypasses: 1,
    collapsed: 1,
    errors: 1,
    hitRatio: 0.5,
    tokensSaved: 22,
    entries: 7,
    evictions: 1,
    expirations: 2,
    invalidations: 3,
    phases: {
      fingerprint: { lookups: 1, hits: 0, misses: 1, hitRatio: 0, entries: 5, evictions: 4 },
      'near-miss': { lookups: 1, misses: 1, refusals: { number: 1 }, entries: 5, invalidations: 6 },
      exact: { lookups: 1, misses: 0, errors: 1, entries: 7, evictions: 1, expirations: 2 },
      semantic: { lookups: 2, hits: 1, misses: 1, bypasses: 1, hitRatio: 0.5, tokensSaved: 22, entries: 7 },
    },
    reasons: { bypassed: { 'no-cache': 1 } },
    store: { kind: 'memory', bytes: 4_096 },
    embedder: { ready: false, detail: 'no model' },
  });
});

it('before the first request there is nothing, and no division by it', () => {
  expect(reportOf(new Statistics(0))).toMatchObject({ requests: 0, hitRatio: 0, tokensSaved: 0 });
  expect(hitRatio({ hit: 0, miss: 0 })).toBe(0);
  expect(hitRatio({ hit: 3, miss: 1 })).toBe(0.75);
});

describe('/metrics', () => {
  it('copies the counts at each scrape, and fills histograms as things happen', async () => {
    const statistics = counted();
    const results = new ResultTally().counts;
    const readings = {
      ...store,
      results,
      shelved: 5,
      storeBytes: 4_096,
      embedderReady: true,
      embeddingQueue: 2,
    };
    const metrics = new Metrics(statistics, () => readings);
    metrics.lookedUp('semantic', 12);
    for (const scrape of [1, 2]) {
      const text = await metrics.text();
      expect(text, `scrape ${scrape}`).toContain('fourfold_hits_total{phase="semantic"} 1\n');
      expect(text).toContain('fourfold_refusals_total{phase="near-miss",reason="number"} 1\n');
      expect(text).toContain('fourfold_lookup_errors_total{phase="exact"} 1\n');
      expect(text).toContain('fourfold_requests_total{outcome="collapsed"} 1\n');
      expect(text).toContain('fourfold_bypasses_total{reason="no-cache"} 1\n');
      expect(text).toContain('fourfold_evictions_total 1\n');
      expect(text).toContain('fourfold_embedder_ready 1\n');
      expect(text).toContain('fourfold_embedding_queue 2\n');
      expect(text).toContain('fourfold_lookup_duration_seconds_sum{phase="semantic"} 0.012\n');
    }
    statistics.configurationsRejected++;
    expect(await metrics.text()).toContain('fourfold_configuration_rejected_total 1\n');
  });

  it('says what each metric is', async () => {
    const text = await new Metrics(new Statistics(0), () => ({
      ...store,
      results: new ResultTally().counts,
      shelved: 0,
      storeBytes: 0,
      embedderReady: false,
      embeddingQueue: 0,
    })).text();
    const types = [...text.matchAll(/^# TYPE (fourfold_\w+) (\w+)$/gm)];
    expect(types.length).toBeGreaterThan(20);
    for (const [, name = '', kind] of types) {
      expect(text).toMatch(new RegExp(`^# HELP ${name} \\S.*\\.$`, 'm'));
      expect(name.endsWith('_total')).toBe(kind === 'counter');
    }
  });
});

it('what was learned has as many series as ever, however many scopes there are', async () => {
  const kind = (threshold: number | null) => ({ labels: 1, wrong: 0, threshold });
  const scopes = [null, 0.8, 0.9].map((threshold, at) => ({
    scope: `scope ${at}`,
    ...{ semantic: kind(threshold), 'near-miss': kind(0.95) },
  }));
  const metrics = new Metrics(new Statistics(0), () => ({
    ...store,
    ...{ shelved: 0, storeBytes: 0, embedderReady: false, embeddingQueue: 0 },
    results: new ResultTally().counts,
    learned: () => ({ scopes }),
  }));
  const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('fourfold_learned'));
  expect(lines).toEqual([
    'fourfold_learned_threshold{kind="semantic",quantile="0"} 0.8',
    'fourfold_learned_threshold{kind="semantic",quantile="0.5"} 0.9',
    'fourfold_learned_threshold{kind="semantic",quantile="1"} 1.1',
    'fourfold_learned_threshold{kind="near-miss",quantile="0"} 0.95',
    'fourfold_learned_threshold{kind="near-miss",quantile="0.5"} 0.95',
    'fourfold_learned_threshold{kind="near-miss",quantile="1"} 0.95',
  ]);
});
