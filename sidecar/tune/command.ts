import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Settings } from '../../crds/settings.ts';
import { ConfigurationError, loadSettings } from '../config/load.ts';
import type { Decision } from '../decisions/decision.ts';
import { closedFiles } from '../decisions/folder.ts';
import { formatOf } from '../tables/index.ts';
import type { Placed } from '../tables/table.ts';
import { estimate } from './estimate.ts';
import { Neighbourhood } from './neighbourhood.ts';
import { pairsToLabel, questionsOf } from './pairs.ts';
import { instructions } from './patch.ts';
import { plot } from './plot.ts';
import { best, errorOf, hitRatio, type Point } from './point.ts';
import { percent, table } from './report.ts';
import { type Labelled, sampleOf } from './sample.ts';
import { sweep, thresholds } from './sweep.ts';
import { vectorsOf } from './vectors.ts';

export interface Terminal {
  write(text: string): void;
  complain(line: string): void;
}

interface Wish {
  readonly files: readonly string[];
  readonly mostError: number;
  readonly plot: string | undefined;
  /** Where to write pairs for a person to judge. */
  readonly label: string | undefined;
  readonly cache: { readonly name: string; readonly namespace: string | undefined };
}

/**
 * `fourfold tune FILE…`: which threshold and overlap hold a wanted error, by a labelled set or by a decision log.
 * @returns the exit code: 0 with a recommendation, 1 without one or after a failure, 2 for what cannot be used.
 */
export async function tuneCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  out: Terminal,
): Promise<number> {
  try {
    const wish = wishOf(args);
    const settings = await loadSettings(env);
    const rows: (Placed & { file: string })[] = [];
    for (const file of await filesOf(wish.files))
      for await (const row of formatOf(file).read(file)) rows.push({ ...row, file });
    const sample = sampleOf(rows);
    return sample.kind === 'questions'
      ? await byReplay(sample.questions, settings, wish, env, out)
      : await byLog(sample.decisions, settings, wish, env, out);
  } catch (error) {
    if (error instanceof ConfigurationError) for (const fault of error.faults) out.complain(fault);
    else out.complain(`fourfold tune: ${(error as Error).message}`);
    return error instanceof TypeError || error instanceof ConfigurationError ? 2 : 1;
  }
}

/** A folder stands for the closed files of the decision log in it. */
async function filesOf(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const isFolder = (await stat(path)).isDirectory();
    files.push(...(isFolder ? (await closedFiles(path)).map((name) => join(path, name)) : [path]));
  }
  return files;
}

async function byReplay(
  questions: readonly Labelled[],
  settings: Settings,
  wish: Wish,
  env: NodeJS.ProcessEnv,
  out: Terminal,
): Promise<number> {
  const vectors = await vectorsOf(
    new Set(questions.map(({ prompt }) => prompt)),
    settings,
    env,
    out.complain,
  );
  // Below the lowest threshold a neighbour only says how far away the best one was.
  const least = Math.min(thresholds[0] as number, settings.threshold) - 0.05;
  const neighbourhood = new Neighbourhood(questions, vectors, least);
  const { byThreshold, byOverlap, now } = await sweep(questions, neighbourhood, settings, {
    mostError: wish.mostError,
    told: (done, of) => {
      if (done % 7 === 0 || done === of) out.complain(`replayed ${done} of ${of} times`);
    },
  });
  const chosen = best([now, ...byThreshold, ...byOverlap], wish.mostError);
  const marks = marksOf(now, chosen);
  out.write(
    `${questions.filter(({ counts }) => counts).length} questions, labelled; replayed from an empty cache\n\n`,
  );
  out.write(`${table(byThreshold, 'threshold', marks)}\n(overlap ${now.overlap})\n\n`);
  out.write(`${table(byOverlap, 'overlap', marks)}\n(threshold ${byOverlap[0]?.threshold})\n\n`);
  await draw(wish, [byThreshold, byOverlap], chosen, out);
  return recommend(chosen, now, wish, out, { overlap: true });
}

async function byLog(
  decisions: readonly Decision[],
  settings: Settings,
  wish: Wish,
  env: NodeJS.ProcessEnv,
  out: Terminal,
): Promise<number> {
  if (wish.label === undefined) return await byEstimate(decisions, wish, out);
  const questions = questionsOf(decisions);
  if (questions.length === 0)
    throw new TypeError('--label: expected a log with questions (decisionLog.logPrompts), found none in it');
  const vectors = await vectorsOf(
    new Set(questions.map(({ prompt }) => prompt)),
    settings,
    env,
    out.complain,
  );
  const pairs = await pairsToLabel(questions, vectors, settings, Math.random);
  const lines = pairs.map((pair) => JSON.stringify(pair));
  await writeFile(wish.label, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  out.write(
    `${wish.label}: ${pairs.length} pairs. In each, write true or false for "same", then: fourfold tune ${wish.label}\n`,
  );
  return 0;
}

async function byEstimate(decisions: readonly Decision[], wish: Wish, out: Terminal): Promise<number> {
  const { byThreshold, now } = estimate(decisions);
  const lookups = now.asked;
  const chosen = best(
    [now, ...byThreshold].filter(({ threshold }) => threshold >= now.threshold),
    wish.mostError,
  );
  out.write(`${lookups} lookups of a log, ${now.judged} of their hits audited\n\n`);
  out.write(`${table(byThreshold, 'threshold', marksOf(now, chosen))}\n`);
  out.write(
    'Hits below the present threshold are estimated, and nobody knows yet whether they would be right.\n\n',
  );
  if (now.judged === 0) {
    out.complain(
      'No hit was audited, so the error is not known: set auditSampleRate, or label questions (docs/tuning.md).',
    );
    return 1;
  }
  await draw(wish, [byThreshold.filter(({ threshold }) => threshold >= now.threshold)], chosen, out);
  return recommend(chosen, now, wish, out, { overlap: false });
}

function recommend(
  chosen: Point | undefined,
  now: Point,
  { mostError, cache }: Wish,
  out: Terminal,
  { overlap }: { overlap: boolean },
): number {
  if (chosen === undefined) {
    out.complain(
      `No setting is known to keep the error below ${percent(mostError, 2)} with a confidence of 95 %: more questions, a larger error, or audits say more.`,
    );
    return 1;
  }
  const error = errorOf(chosen);
  out.write(
    `Recommended for an error of at most ${percent(mostError, 2)}: threshold ${chosen.threshold}${overlap ? `, overlap ${chosen.overlap}` : ''}
  hit ratio ${percent(hitRatio(chosen))} (now ${percent(hitRatio(now))}), error ${percent(error?.share ?? 0, 2)}, at most ${percent(error?.high ?? 0, 2)} with a confidence of 95 %\n\n`,
  );
  out.write(
    instructions({ threshold: chosen.threshold, overlap: overlap ? chosen.overlap : undefined }, cache),
  );
  return 0;
}

async function draw(
  wish: Wish,
  curves: readonly (readonly Point[])[],
  chosen: Point | undefined,
  out: Terminal,
): Promise<void> {
  if (wish.plot === undefined) return;
  const [byThreshold = [], byOverlap] = curves;
  const series = [
    { name: 'by threshold', by: 'threshold' as const, points: byThreshold },
    ...(byOverlap === undefined ? [] : [{ name: 'by overlap', by: 'overlap' as const, points: byOverlap }]),
  ];
  await writeFile(wish.plot, plot(series, chosen));
  out.write(`Precision against hit ratio is drawn in ${wish.plot}\n\n`);
}

const isSame = (a: Point, b: Point | undefined): boolean =>
  b !== undefined && a.threshold === b.threshold && a.overlap === b.overlap;

const marksOf = (now: Point, chosen: Point | undefined) => (point: Point) =>
  [...(isSame(point, now) ? ['now'] : []), ...(isSame(point, chosen) ? ['recommended'] : [])].join(', ');

function wishOf(args: readonly string[]): Wish {
  const { values, positionals: files } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      'max-error': { type: 'string', default: '1%' },
      plot: { type: 'string' },
      label: { type: 'string' },
      cache: { type: 'string', default: 'NAME' },
      namespace: { type: 'string', short: 'n' },
    },
  });
  if (files.length === 0)
    throw new TypeError(
      'expected files (.parquet, .jsonl, .csv) with a log or labelled questions, found none',
    );
  return {
    files,
    mostError: shareOf(values['max-error']),
    plot: values.plot,
    label: values.label,
    cache: { name: values.cache, namespace: values.namespace },
  };
}

function shareOf(text: string): number {
  const [, number, sign] = /^([\d.]+)(%?)$/.exec(text) ?? [];
  const share = Number(number) / (sign === '%' ? 100 : 1);
  if (share > 0 && share < 1) return share;
  throw new TypeError(`--max-error: expected a share such as 1% or 0.01, found ${text}`);
}
