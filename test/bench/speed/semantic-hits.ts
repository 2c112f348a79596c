import { setTimeout as sleep } from 'node:timers/promises';
import { createEmbedder } from '../../../sidecar/embedders/index.ts';
import { ensureModel, modelFolders } from '../../../sidecar/models/index.ts';
import type { Ask } from '../load/index.ts';
import { paraphrases } from '../paraphrases.ts';
import { resident } from '../process-usage.ts';
import type { Findings } from '../results.ts';
import { startFourfold } from '../servers.ts';
import { chat, markerOf } from '../texts.ts';
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

const rounds = 7;

/** Hits by meaning. A paraphrase is new only once, so each round has tenants of its own with the same stored questions. */
export const semanticHits: Scenario = (bench) => hitsByMeaning(bench);

/** With `store`, over that one instead of the embedded one. */
export async function hitsByMeaning(bench: Bench, { store }: { store?: string } = {}): Promise<Findings> {
  const where = store === undefined ? '' : ', from Redis';
  const sidecar = await startFourfold({ provider: bench.provider.url, watched: true, store });
  const embedder = createEmbedder({
    model: 'all-MiniLM-L6-v2',
    files: (signal) => ensureModel({ name: 'all-MiniLM-L6-v2', ...modelFolders(process.env), signal }),
    log: { info: () => {}, warn: () => {} },
  });
  await embedder.started();

  let tenants = 0;
  /** The stored questions of a new tenant, and one paraphrase of each. */
  const newTenant = async (variant: number): Promise<Ask[]> => {
    const headers = { 'x-fourfold-tenant': `bench-${tenants++}` };
    const seeds = paraphrases.map(([text]) => ({ body: chat(text), headers, expect: markerOf(text) }));
    verify('seeding', [await measure(bench, sidecar, { connections: 4, count: seeds.length, asks: seeds })]);
    // The last of them is stored a moment after its answer.
    if (store !== undefined) await sleep(100);
    return paraphrases.map(([seed, ...variants]) => ({
      body: chat(variants[variant % variants.length] ?? ''),
      headers,
      expect: markerOf(seed),
    }));
  };
  const textOf = ({ body }: Ask): string => JSON.parse(body).messages[0].content;

  const single: Measured[] = [];
  const embeddings: number[] = [];
  const bursts: Measured[] = [];
  const streams: Measured[] = [];
  /** Of the texts of a burst, embedded one after the other: all of them, and of each burst its share of that. */
  const bare: number[] = [];
  const shares: number[] = [];
  const embedAll = async (asks: readonly Ask[]): Promise<number[]> => {
    const times: number[] = [];
    for (const each of asks) {
      const start = performance.now();
      if ('skipped' in (await embedder.embed(textOf(each)))) throw new Error('the model is not at hand');
      times.push(performance.now() - start);
    }
    return times;
  };
  const turn = async (i: number) => {
    const asks = await newTenant(i);
    embeddings.push(middle(await embedAll(asks), (each) => each));
    single.push(await measure(bench, sidecar, { connections: 1, count: asks.length, asks }));
    const burst = (await newTenant(i + 1)).slice(0, 15);
    const alone = (await embedAll(burst)).reduce((sum, each) => sum + each, 0);
    const together = await measure(bench, sidecar, { connections: 15, count: 15, asks: burst });
    bare.push(alone);
    shares.push((together.seconds * 1000) / alone);
    bursts.push(together);
    const many = [...(await newTenant(0)), ...(await newTenant(1)), ...(await newTenant(2))];
    streams.push(await measure(bench, sidecar, { connections: 15, count: many.length, asks: many }));
  };
  await turn(0);
  for (const list of [single, embeddings, bursts, streams, bare, shares]) list.length = 0;
  await sidecar.loopDelay();
  for (let i = 0; i < rounds; i++) await turn(i);
  const loop = await loopFigure(`hits by meaning${where}`, sidecar);
  const memory = resident(sidecar.pid).totalMiB;
  await Promise.all([sidecar.close(), embedder.close()]);

  // A miss has the right answer too, freshly made: what counts is the phase.
  const share = (outcomes: readonly Measured[]) =>
    outcomes.reduce((sum, { byPhase }) => sum + (byPhase.semantic?.n ?? 0), 0) /
    outcomes.reduce((sum, { requests }) => sum + requests, 0);
  const embedding = middle(embeddings, (each) => each);
  const semanticP50 = ({ byPhase }: Measured) => byPhase.semantic?.p50 ?? Number.NaN;
  const beyond = middle(
    single.map((each, i) => semanticP50(each) - (embeddings[i] ?? 0)),
    (each) => each,
  );
  const row = (name: string, outcomes: readonly Measured[]) => [
    name,
    round(middle(outcomes, semanticP50), 2),
    round(
      middle(outcomes, ({ byPhase }) => byPhase.semantic?.p99 ?? Number.NaN),
      2,
    ),
    round(
      middle(outcomes, ({ seconds }) => seconds * 1000),
      1,
    ),
    round(middle(outcomes, ({ perSecond }) => perSecond)),
    round(middle(outcomes, ({ cpuMicros }) => cpuMicros)),
    `${round(share(outcomes) * 100)} %`,
  ];
  const wall = middle(bursts, ({ seconds }) => seconds * 1000);
  const against = middle(shares, (each) => each);
  const perSecond = middle(streams, (each) => each.perSecond);
  return {
    figures: [
      {
        name: `Hit by meaning${where}, 1 connection: p50`,
        goal: '≤ embedding + 1 ms',
        measured: `${round(middle(single, semanticP50), 2)} ms (embedding ${round(embedding, 2)} ms + ${round(beyond, 2)} ms)`,
        met: beyond <= 1,
      },
      {
        name: `15 paraphrases at once${where}: until the last answer`,
        goal: '≤ 25 ms',
        measured: `${round(wall, 1)} ms`,
        met: wall <= 25,
      },
      {
        name: `15 paraphrases at once${where}: against embedding them one after another`,
        goal: '≤ 1.4',
        measured: `${round(against, 2)} (${round(
          middle(bare, (each) => each),
          1,
        )} ms alone)`,
        met: against <= 1.4,
      },
      {
        name: `Hits by meaning${where}, 15 connections`,
        goal: '≥ 650/s',
        measured: `${round(perSecond)}/s`,
        met: perSecond >= 650,
      },
      loop,
    ],
    tables: [
      {
        title: `Hits by meaning${where}`,
        note: `${paraphrases.length} stored questions for each tenant, a paraphrase of each asked once; medians of ${rounds} rounds. The last column tells how many were found by phase 4, the others were answered before it or by the provider; p50 and p99 are of phase 4. Resident memory after it: ${round(memory)} MiB.`,
        columns: ['', 'p50 ms', 'p99 ms', 'until the last ms', 'requests/s', 'CPU µs/request', 'by meaning'],
        rows: [
          row('1 connection', single),
          row('15 at once', bursts),
          row('15 connections, 72 paraphrases', streams),
        ],
      },
    ],
  };
}
