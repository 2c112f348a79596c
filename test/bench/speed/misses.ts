import { createEmbedder } from '../../../sidecar/embedders/index.ts';
import { ensureModel, modelFolders } from '../../../sidecar/models/index.ts';
import type { Ask } from '../load/index.ts';
import { resident } from '../process-usage.ts';
import type { Figure, Findings } from '../results.ts';
import { type Sidecar, startFourfold, tell } from '../servers.ts';
import { chat, unrelated } from '../texts.ts';
import {
  type Bench,
  loopFigure,
  type Measured,
  measure,
  middle,
  round,
  type Scenario,
  verify,
} from './bench.ts';

const rounds = 9;
const perRound = 60;
const warmUp = 2_000;

/** What the cache adds to a request that it cannot answer, beside the same request sent to the provider directly. */
export const misses: Scenario = async (bench) => {
  const full = await startFourfold({ provider: bench.provider.url });
  const lexical = await startFourfold({
    provider: bench.provider.url,
    config: { phases: { semantic: { enabled: false } } },
    model: false,
  });
  const alone = await one(bench, { full, lexical });
  const crowded = await many(bench, full);
  await Promise.all([full.close(), lexical.close()]);
  return {
    figures: [...alone.figures, ...crowded.figures, ...(await loops(bench))],
    tables: [...alone.tables, ...crowded.tables],
  };
};

const question = unrelated(4);
/** Of thousands of such questions two may be close in meaning; that few are is checked by phase. */
const asksOf = (texts: readonly string[]): Ask[] => texts.map((text) => ({ body: chat(text) }));

/** One connection and a provider that answers at once: nothing hides what the sidecar does. */
async function one(bench: Bench, { full, lexical }: { full: Sidecar; lexical: Sidecar }): Promise<Findings> {
  const embedder = createEmbedder({
    model: 'all-MiniLM-L6-v2',
    files: (signal) => ensureModel({ name: 'all-MiniLM-L6-v2', ...modelFolders(process.env), signal }),
    log: { info: () => {}, warn: () => {} },
  });
  await embedder.started();
  const direct: Measured[] = [];
  const withModel: Measured[] = [];
  const without: Measured[] = [];
  const embeddings: number[] = [];
  const turn = async () => {
    const texts = Array.from({ length: perRound }, question);
    const plan = { connections: 1, count: perRound, asks: asksOf(texts) };
    const times: number[] = [];
    for (const text of texts) {
      const start = performance.now();
      if ('skipped' in (await embedder.embed(text))) throw new Error('the model is not at hand');
      times.push(performance.now() - start);
    }
    embeddings.push(middle(times, (each) => each));
    direct.push(await measure(bench, bench.provider, plan));
    without.push(await measure(bench, lexical, plan));
    withModel.push(await measure(bench, full, plan));
  };
  // Code that runs for the first few thousand times is not compiled as well as it will be.
  for (const server of [bench.provider, lexical, full])
    await measure(bench, server, {
      connections: 2,
      count: warmUp,
      asks: asksOf(Array.from({ length: warmUp }, question)),
    });
  for (let i = 0; i < 2; i++) await turn();
  for (const list of [direct, withModel, without, embeddings]) list.length = 0;
  for (let i = 0; i < rounds; i++) await turn();
  await embedder.close();
  verify('misses', [...direct, ...withModel, ...without]);
  expectMisses([...withModel, ...without]);

  const added = (outcomes: readonly Measured[]) =>
    middle(
      outcomes.map(({ all }, i) => all.p50 - (direct[i]?.all.p50 ?? 0)),
      (each) => each,
    );
  const embedding = middle(embeddings, (each) => each);
  const beyond = middle(
    withModel.map(({ all }, i) => all.p50 - (direct[i]?.all.p50 ?? 0) - (embeddings[i] ?? 0)),
    (each) => each,
  );
  const row = (name: string, outcomes: readonly Measured[], pid: number) => [
    name,
    round(
      middle(outcomes, ({ all }) => all.p50),
      2,
    ),
    round(
      middle(outcomes, ({ all }) => all.p95),
      2,
    ),
    round(middle(outcomes, ({ cpuMicros }) => cpuMicros)),
    round(resident(pid).totalMiB),
  ];
  return {
    figures: [
      {
        name: 'Miss without phase 4: p50 above the direct request',
        goal: '≤ 0.5 ms',
        measured: `${round(added(without), 2)} ms`,
        met: added(without) <= 0.5,
      },
      {
        name: 'Miss with all phases: p50 above the direct request',
        goal: '≤ embedding + 1 ms',
        measured: `${round(added(withModel), 2)} ms (embedding ${round(embedding, 2)} ms + ${round(beyond, 2)} ms)`,
        met: beyond <= 1,
      },
    ],
    tables: [
      {
        title: 'Misses, 1 connection, provider at 0 ms',
        note: `Medians of ${rounds} rounds of ${perRound} new questions of about 17 tokens, each asked directly, without phase 4, with it, and embedded alone (p50 ${round(embedding, 2)} ms), after ${warmUp.toLocaleString('en')} others.`,
        columns: ['', 'p50 ms', 'p95 ms', 'CPU µs/request', 'resident MiB'],
        rows: [
          row('direct', direct, bench.provider.pid),
          row('phases 1 to 3', without, lexical.pid),
          row('all phases', withModel, full.pid),
        ],
      },
    ],
  };
}

/** Each run begins with twenty questions at once, who wait for one another as they do not later: so it is not too short. */
const crowd = () => ({
  connections: 20,
  seconds: 4,
  asks: asksOf(Array.from({ length: 2_000 }, question)),
});

/** Twenty connections and a provider that takes 50 ms: whether embedding holds the traffic up. */
async function many(bench: Bench, full: Sidecar): Promise<Findings> {
  await tell(bench.provider, { latencyMs: 50 });
  const direct: Measured[] = [];
  const through: Measured[] = [];
  for (let i = 0; i < 5; i++) {
    const plan = crowd();
    direct.push(await measure(bench, bench.provider, plan));
    through.push(await measure(bench, full, plan));
  }
  await tell(bench.provider, { latencyMs: 0 });
  verify('misses', [...direct, ...through]);
  expectMisses(through);
  const share = middle(
    through.map((each, i) => each.perSecond / (direct[i]?.perSecond ?? Number.NaN)),
    (each) => each,
  );
  const row = (name: string, outcomes: readonly Measured[]) => [
    name,
    round(middle(outcomes, ({ perSecond }) => perSecond)),
    round(
      middle(outcomes, ({ all }) => all.p50),
      1,
    ),
    round(
      middle(outcomes, ({ all }) => all.p99),
      1,
    ),
    round(middle(outcomes, ({ cpuMicros }) => cpuMicros)),
  ];
  return {
    figures: [
      {
        name: 'Misses, 20 connections, provider at 50 ms: throughput of direct',
        goal: '≥ 0.9',
        measured: `${round(share, 2)}`,
        met: share >= 0.9,
      },
    ],
    tables: [
      {
        title: 'Misses, 20 connections, provider at 50 ms',
        columns: ['', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs/request'],
        rows: [row('direct', direct), row('all phases', through)],
      },
    ],
  };
}

/** In a sidecar of its own: the watch is a timer that fires each millisecond. */
async function loops(bench: Bench): Promise<Figure[]> {
  const watched = await startFourfold({ provider: bench.provider.url, watched: true });
  const plan = (count: number) => ({ count, asks: asksOf(Array.from({ length: count }, question)) });
  const outcomes = [await measure(bench, watched, { connections: 2, ...plan(warmUp) })];
  await watched.loopDelay();
  outcomes.push(await measure(bench, watched, { connections: 1, ...plan(rounds * perRound) }));
  const alone = await loopFigure('misses, 1 connection', watched);
  await tell(bench.provider, { latencyMs: 50 });
  outcomes.push(await measure(bench, watched, crowd()));
  const crowded = await loopFigure('misses, 20 connections', watched);
  await tell(bench.provider, { latencyMs: 0 });
  await watched.close();
  verify('misses', outcomes);
  expectMisses(outcomes);
  return [alone, crowded];
}

function expectMisses(outcomes: readonly Measured[]): void {
  const asked = outcomes.reduce((sum, { requests }) => sum + requests, 0);
  const missed = outcomes.reduce((sum, { byPhase }) => sum + (byPhase.miss?.n ?? 0), 0);
  if (missed < asked * 0.99) throw new Error(`of ${asked} new questions ${missed} missed`);
}
