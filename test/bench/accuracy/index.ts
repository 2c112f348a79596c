import { resident } from '../process-usage.ts';
import type { Findings } from '../results.ts';
import { type Sidecar, startFourfold, startServer } from '../servers.ts';
import { Asker } from './ask.ts';
import { agreesWithScorer } from './check.ts';
import { draws, isAtHand, pairFiles, pairsOf, streamOf } from './data.ts';
import { goals, isMet, type Scores, written } from './goals.ts';
import { type StreamScore, scorePairs, scoreStream } from './score.ts';

export interface AccuracyOptions {
  /** The program to start, in place of the bundle. */
  readonly entry?: string;
  /** Names of streams beside the first. */
  readonly draws?: readonly string[];
}

export interface Accuracy extends Scores {
  /** Texts that the embedder could not be asked for: a machine too busy to be measured on. */
  readonly unembedded: number;
  readonly milliseconds: number;
  readonly residentMiB: number;
  readonly scorer: boolean;
}

/** Asks the labelled sets through a real sidecar at its default configuration, with the real model. */
export async function askAll(options: AccuracyOptions = {}): Promise<Accuracy> {
  const provider = await startServer('provider');
  const sidecar = await startFourfold({
    provider: provider.url,
    ...(options.entry === undefined ? {} : { entry: options.entry }),
  });
  const asker = new Asker(sidecar.url);
  const start = performance.now();
  try {
    const ask = async (name: string): Promise<[StreamScore, boolean]> => {
      const requests = streamOf(name);
      const decisions = await asker.stream(name, requests);
      const score = scoreStream(requests, decisions);
      return [score, agreesWithScorer([name], decisions, { ...score })];
    };
    const pairs = pairFiles.flatMap(pairsOf);
    const decisions = await asker.pairs(pairs);
    const scored = scorePairs(pairs, decisions);
    const scorer = agreesWithScorer(pairFiles, decisions, { ...scored });
    const [stream] = await ask('stream');
    const drawn: StreamScore[] = [];
    for (const name of options.draws ?? draws) drawn.push((await ask(name))[0]);
    return {
      pairs: scored,
      stream,
      draws: drawn,
      scorer,
      unembedded: await unembedded(sidecar),
      milliseconds: performance.now() - start,
      residentMiB: resident(sidecar.pid).totalMiB,
    };
  } finally {
    await asker.close();
    await Promise.all([sidecar.close(), provider.close()]);
  }
}

async function unembedded({ adminUrl }: Sidecar): Promise<number> {
  const { embedder } = (await (await fetch(`${adminUrl}/stats`)).json()) as {
    embedder: { outcomes: Record<string, number> };
  };
  return Object.entries(embedder.outcomes)
    .filter(([outcome]) => outcome !== 'embedded' && outcome !== 'long')
    .reduce((sum, [, count]) => sum + count, 0);
}

/** Undefined where the sets are not on this machine. */
export async function measureAccuracy(options: { showWrong: boolean }): Promise<Findings | undefined> {
  if (!isAtHand()) {
    console.log('accuracy is skipped: the labelled sets are not here; FOURFOLD_EVAL names their folder');
    return undefined;
  }
  const found = await askAll();
  if (options.showWrong) showWrong(found);
  return report(found);
}

function report(found: Accuracy): Findings {
  const figures = goals.map((goal) => {
    const value = goal.read(found);
    const sign = goal.better === 'higher' ? '≥' : '≤';
    return {
      name: goal.name,
      goal: `${sign} ${written(goal, goal.goal)} (reference ${written(goal, goal.reference)})`,
      measured: value === undefined ? 'not measured' : written(goal, value),
      met: value !== undefined && isMet(goal, value),
    };
  });
  const streams: (readonly [string, StreamScore])[] = [
    ['stream', found.stream],
    ...found.draws.map((score, i) => [draws[i] ?? '', score] as const),
  ];
  const phases = ['fingerprint', 'near-miss', 'exact', 'semantic'];
  return {
    figures,
    tables: [
      {
        title: 'Streams',
        note: `5,000 requests each. All sets took ${Math.round(found.milliseconds / 1000)} s; resident memory after them ${Math.round(found.residentMiB)} MiB; texts that the embedder had no time for: ${found.unembedded}. ${found.scorer ? "The sets' own scorer agrees." : "The sets' own scorer was not asked: no Python."}`,
        columns: [
          'stream',
          'hits',
          'right hits',
          'wrong of hits',
          'wrong of requests',
          'recall',
          ...phases.map((each) => `${each}: hits / wrong`),
        ],
        rows: streams.map(([name, score]) => [
          name,
          ...[score.hit, score.true_hit, score.fh_hits, score.fh_req, score.recall].map((each) =>
            each.toFixed(4),
          ),
          ...phases.map(
            (each) => `${score.byPhase.get(each)?.hits ?? 0} / ${score.byPhase.get(each)?.wrong ?? 0}`,
          ),
        ]),
      },
      {
        title: 'Wrong hits of the streams, by where the question comes from and how it was changed',
        columns: ['source', 'change', 'wrong in all streams'],
        rows: tally(streams.flatMap(([, { wrong }]) => wrong.map(({ asked }) => [asked.src, asked.variant]))),
      },
      {
        title: 'Pairs, by kind',
        note: `Precision ${found.pairs.precision.toFixed(4)}; mean share of wrong hits over the kinds ${found.pairs.macro_fh.toFixed(4)}.`,
        columns: ['pairs', 'kind', 'hits', 'of', 'share'],
        rows: [...found.pairs.kinds.values()]
          .sort((a, b) => Number(b.same) - Number(a.same) || a.kind.localeCompare(b.kind))
          .map(({ same, kind, hits, pairs }) => [
            same ? 'same' : 'different',
            kind,
            hits,
            pairs,
            `${((hits / pairs) * 100).toFixed(1)} %`,
          ]),
      },
      {
        title: 'Wrong hits of the pairs, by phase',
        columns: ['phase', 'kind', 'wrong'],
        rows: tally(found.pairs.wrong.map(({ pair, decision }) => [decision.phase, pair.kind])),
      },
    ],
  };
}

function tally(keys: readonly (readonly [string, string])[]): [string, string, number][] {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key.join('\t'), (counts.get(key.join('\t')) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([key, count]) => [...(key.split('\t') as [string, string]), count]);
}

/** For tuning, on the screen only: the public sets may not be copied into the project. */
function showWrong({ pairs, stream, draws: drawn }: Accuracy): void {
  for (const { pair, decision } of pairs.wrong)
    console.log(`${decision.phase} ${decision.score} ${pair.kind}\n  stored ${pair.a}\n  asked  ${pair.b}`);
  for (const { asked, stored, decision } of [stream, ...drawn].flatMap(({ wrong }) => wrong))
    console.log(
      `${decision.phase} ${decision.score} ${asked.src}\n  stored ${stored?.prompt}\n  asked  ${asked.prompt}`,
    );
}
