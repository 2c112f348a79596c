/**
 * What the four phases would answer on the evaluation sets, without Redis or HTTP: a minute instead of an hour to judge a
 * guard by. `node test/eval/offline.ts [--data DIR] [--model DIR] [--threshold 0.9] [--overlap 0.85] [--guards] [--wrong]`
 *
 * `--guards` leaves out each guard in turn: what it removes, and what it costs. `--wrong` prints each wrong hit. `--time` and
 * `--words today,now` show what exclusions cost that are off by default.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { rulesOf } from '../../sidecar/cacheability/index.ts';
import { guards } from '../../sidecar/lookup/guards/index.ts';
import { defaultOverlap } from '../../sidecar/lookup/overlap.ts';
import { type Decision, type Pair, type Policy, type Request, Simulation } from './offline/simulation.ts';
import { vectors } from './offline/vectors.ts';

const root = resolve(import.meta.dirname, '../..');
const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.FOURFOLD_EVAL ?? resolve(root, '../shared/eval/dev') },
    model: { type: 'string', default: '/tmp/minilm' },
    threshold: { type: 'string', default: '0.9' },
    overlap: { type: 'string', default: String(defaultOverlap) },
    'without-aliases': { type: 'boolean', default: false },
    streams: { type: 'string', default: 'stream' },
    guards: { type: 'boolean', default: false },
    'without-personal': { type: 'boolean', default: false },
    time: { type: 'boolean', default: false },
    words: { type: 'string', default: '' },
    wrong: { type: 'boolean', default: false },
    lost: { type: 'boolean', default: false },
  },
});

const cache = `${root}/.cache/eval`;
mkdirSync(cache, { recursive: true });

const files = readdirSync(options.data).filter((name) => name.endsWith('.jsonl'));
const pairFiles = files.filter((name) => name.startsWith('pairs'));
const streamFiles = files.filter((name) => name.startsWith(options.streams));
const pairs = pairFiles.flatMap((name) => lines<Pair>(name));
const streams = new Map(streamFiles.map((name) => [name, lines<Request>(name)]));
const texts = [
  ...pairs.flatMap(({ a, b }) => [a, b]),
  ...[...streams.values()].flat().map(({ prompt }) => prompt),
];
const embedded = await vectors(texts, options.model, `${cache}/minilm`);

const policy: Policy = {
  threshold: Number(options.threshold),
  overlap: Number(options.overlap),
  aliasInNearMiss: !options['without-aliases'],
  guards,
  rules: rulesOf({
    secrets: true,
    personalData: !options['without-personal'],
    timeSensitive: options.time,
    words: options.words === '' ? [] : options.words.split(','),
  }),
};
const simulation = new Simulation(embedded, policy);

report();
if (options.guards) leaveOneOut();

function report(): void {
  const decided = pairs.map((pair) => simulation.pair(pair));
  console.log(score(pairFiles, 'pairs', decided, 'kind'));
  if (options.wrong || options.lost) {
    for (const [at, { hit, phase, score, reason }] of decided.entries()) {
      const { same, kind, a, b } = pairs[at]!;
      const shown = hit
        ? options.wrong && !same && kind !== 'related'
        : options.lost && same && reason !== undefined;
      if (shown)
        console.log([kind, phase, score?.toFixed(3), reason, a.slice(-120), b.slice(-120)].join(' | '));
    }
  }
  const figures: Record<string, number>[] = [];
  for (const [name, requests] of streams) {
    const decisions = simulation.stream(requests);
    const json = score([name], name, decisions, '');
    figures.push(JSON.parse(readFileSync(`${cache}/${name}.json`, 'utf8')).metrics);
    console.log(name, json);
    if (options.wrong) printWrong(requests, decisions);
  }
  for (const figure of ['hit', 'true_hit', 'fh_hits', 'fh_req'])
    console.log(
      `mean ${figure}`,
      (figures.reduce((sum, each) => sum + each[figure]!, 0) / figures.length).toFixed(5),
    );
}

function printWrong(requests: readonly Request[], decisions: readonly Decision[]): void {
  const wrong = new Map<string, number>();
  for (const [at, { hit, match, phase, score }] of decisions.entries()) {
    const request = requests[at]!;
    const served = requests[match ?? 0]!;
    if (!hit || served.intent === request.intent) continue;
    const line = `${phase} ${score?.toFixed(3)} ${request.intent} | ${served.intent} | ${request.prompt} | ${served.prompt}`;
    wrong.set(line, (wrong.get(line) ?? 0) + 1);
  }
  for (const [line, times] of wrong) console.log(`  ${times}× ${line}`);
}

/** Of each guard: hits that it alone prevents, wrong and right ones, on pairs and on all streams together. */
function leaveOneOut(): void {
  console.log('\nguard: alone prevents wrong/right hits on pairs, wrong/right on streams');
  const base = counts(guards);
  for (const left of guards) {
    const without = counts(guards.filter((each) => each !== left));
    const difference = without.map((count, at) => count - base[at]!);
    console.log(left.reason.padEnd(14), difference.join('\t'));
  }
}

function counts(chain: Policy['guards']): number[] {
  const varied = new Simulation(embedded, { ...policy, guards: chain });
  const decided = pairs.map((pair) => ({
    same: pair.same,
    related: pair.kind === 'related',
    hit: varied.pair(pair).hit,
  }));
  let wrong = 0;
  let right = 0;
  for (const requests of streams.values())
    for (const [at, { hit, match }] of varied.stream(requests).entries()) {
      if (!hit) continue;
      if (requests[match!]?.intent === requests[at]?.intent) right++;
      else wrong++;
    }
  return [
    decided.filter(({ hit, same, related }) => hit && !same && !related).length,
    decided.filter(({ hit, same }) => hit && same).length,
    wrong,
    right,
  ];
}

function score(names: readonly string[], label: string, decisions: readonly Decision[], by: string): string {
  const path = `${cache}/${label}.decisions.jsonl`;
  writeFileSync(path, decisions.map((decision) => JSON.stringify(decision)).join('\n'));
  const data = names.map((name) => `${options.data}/${name}`);
  const scorer = resolve(options.data, '../score.py');
  const args = [
    scorer,
    '--data',
    ...data,
    '--decisions',
    path,
    '--by',
    by,
    '--json',
    `${cache}/${label}.json`,
  ];
  return execFileSync('python3', args, { encoding: 'utf8' });
}

function lines<Row>(name: string): Row[] {
  return readFileSync(`${options.data}/${name}`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
