/**
 * Writes docs/guards.md: what each guard gains and costs on the labelled sets at the default configuration, and how long it
 * takes. `node test/eval/guards.ts [--data DIR] [--model DIR]`
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Guard } from '../../sidecar/lookup/guards/guard.ts';
import { guards } from '../../sidecar/lookup/guards/index.ts';
import { read } from '../../sidecar/lookup/guards/reading.ts';
import { overlap } from '../../sidecar/lookup/overlap.ts';
import { signature } from '../../sidecar/lookup/signature.ts';
import { replay } from './offline/learning.ts';
import { linesOf } from './offline/lines.ts';
import { loadStreams, type Stream, vectorCache } from './offline/streams.ts';
import { allGuards, refusals } from './offline/tables.ts';
import { vectors } from './offline/vectors.ts';

const root = resolve(import.meta.dirname, '../..');
const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.FOURFOLD_EVAL ?? resolve(root, '../shared/eval/dev') },
    model: { type: 'string', default: '/tmp/minilm' },
  },
});
const threshold = 0.9;
const leastOverlap = 0.85;

interface Pair {
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
  readonly kind: string;
}
interface Count {
  readonly wrong: number;
  readonly right: number;
}
/** A pair that a loose phase would answer, but for these guards. */
interface Candidate extends Pick<Pair, 'a' | 'b' | 'same'> {
  readonly refusing: number;
}

const pairs = readdirSync(options.data)
  .filter((name) => /^pairs.*\.jsonl$/.test(name))
  .flatMap((name) => linesOf<Pair>(`${options.data}/${name}`))
  .filter(({ kind }) => kind !== 'related');
const candidates = await candidatesAmong(pairs);
const streams = await loadStreams(options.data, options.model);

const withAll = onStreams(streams, allGuards);
const withNone = onStreams(streams, 0);
const requests = streams.reduce((sum, { asked }) => sum + asked.length, 0);
const answered = (refusing: (mask: number) => boolean): Count => ({
  wrong: candidates.filter(({ same, refusing: mask }) => !same && refusing(mask)).length,
  right: candidates.filter(({ same, refusing: mask }) => same && refusing(mask)).length,
});

const rows = guards.map((guard, at) => {
  const alone = answered((mask) => mask === 1 << at);
  const without = onStreams(streams, allGuards & ~(1 << at));
  const gain = { wrong: without.wrong - withAll.wrong, right: without.right - withAll.right };
  return [
    `\`${guard.reason}\``,
    alone.wrong,
    alone.right,
    gain.wrong,
    gain.right,
    microseconds([guard]).toFixed(1),
  ];
});
const none = answered(() => true);
const all = answered((mask) => mask === 0);
rows.push([
  'all together',
  none.wrong - all.wrong,
  none.right - all.right,
  withNone.wrong - withAll.wrong,
  withNone.right - withAll.right,
  microseconds(guards).toFixed(1),
]);

writeFileSync(
  `${root}/docs/guards.md`,
  `# What each guard gains and costs

Written by \`node test/eval/guards.ts\`, at threshold ${threshold} and overlap ${leastOverlap}, on the development sets: ${pairs.length} labelled
pairs and ${streams.length} streams of ${requests / streams.length} requests. What the guards say is in the
[reference](reference.md#reasons); why they are as they are in [decision 4](decisions/0004-guards-and-signature.md).

*Prevents* counts wrong hits that would happen without this guard and with all others, *costs* right ones that are lost to it
alone. A cost below nothing is a gain: a wrong hit also keeps its question from having an answer of its own. The time is that
of one candidate with the question's reading fresh and the candidate's known, on the machine of the run.

| guard | pairs: prevents | costs | streams: prevents | costs | µs |
|---|---|---|---|---|---|
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}

Without any guard ${withNone.wrong} of ${withNone.wrong + withNone.right} hits on the streams are wrong (${percent(withNone)}), with them ${withAll.wrong} of ${withAll.wrong + withAll.right} (${percent(withAll)}). Few
are wrong to begin with, so a guard that prevents nothing on these streams may still be worth its place: the pairs say what it
is for.
`,
);

function percent({ wrong, right }: Count): string {
  return `${((100 * wrong) / (wrong + right)).toFixed(2)} %`;
}

function onStreams(all: readonly Stream[], guards: number): Count {
  let [wrong, right] = [0, 0];
  for (const { tables, asked } of all) {
    const outcome = replay(tables, asked, { threshold, guards, random: () => 0 });
    wrong += outcome.wrong;
    right += outcome.hits - outcome.wrong;
  }
  return { wrong, right };
}

/** Pairs of which \`b\` would find \`a\` in phase 2 or 4; equal signatures meet no guard. */
async function candidatesAmong(all: readonly Pair[]): Promise<Candidate[]> {
  const embedded = await vectors(
    all.flatMap(({ a, b }) => [a, b]),
    options.model,
    vectorCache,
  );
  return all.flatMap(({ a, b, same }): Candidate[] => {
    const [one, other] = [signature(a), signature(b)];
    if (one !== undefined && one.key === other?.key) return [];
    const near = one !== undefined && other !== undefined && overlap(other, one) >= leastOverlap;
    if (!near && !(cosine(embedded.get(a), embedded.get(b)) >= threshold)) return [];
    return [{ a, b, same, refusing: refusals(read(b), read(a)) }];
  });
}

function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return a.reduce((sum, component, at) => sum + component * (b[at] as number), 0);
}

function microseconds(chain: readonly Guard[]): number {
  const sample = candidates.slice(0, 600);
  const times = Array.from({ length: 5 }, () => {
    const readings = sample.map(({ a, b }) => ({ asked: read(b), stored: read(a) }));
    for (const { stored } of readings) for (const guard of chain) guard.refuses(stored, stored);
    const start = performance.now();
    for (const { asked, stored } of readings) for (const guard of chain) guard.refuses(asked, stored);
    return (1000 * (performance.now() - start)) / sample.length;
  });
  return Math.min(...times);
}
