/**
 * Whether `maxErrorRate` is kept, and at which hit ratio, beside static thresholds: a hundred orders of the streams, in
 * seconds. `node test/eval/learned.ts [--data DIR] [--model DIR] [--orders 100] [--floor 0.8] [--confidence 0.95]`
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Gate } from '../../sidecar/quality/gate.ts';
import { numbers } from '../unit/sidecar/stores/entries.ts';
import { type Asked, type Outcome, replay } from './offline/learning.ts';
import { loadStreams, type Stream } from './offline/streams.ts';
import { allGuards } from './offline/tables.ts';

const root = resolve(import.meta.dirname, '../..');
const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.FOURFOLD_EVAL ?? resolve(root, '../shared/eval/dev') },
    model: { type: 'string', default: '/tmp/minilm' },
    orders: { type: 'string', default: '100' },
    floor: { type: 'string', default: '0.8' },
    confidence: { type: 'string', default: '0.95' },
  },
});
const maxErrorRate = 0.01;
const auditSampleRate = 0.05;
const thresholds = [0.84, 0.85, 0.86, 0.87, 0.88, 0.89, 0.9, 0.92, 0.94, 0.96, 0.98];

/** Which requests, in which order. */
const parts: Record<string, (asked: readonly Asked[], random: () => number) => Asked[]> = {
  'all of it': (asked, random) => shuffled(asked, random),
  'the parametric part': (asked, random) => shuffled(from(asked, 'advising'), random),
  'traffic that changes half-way': (asked, random) => [
    ...shuffled(from(asked, 'clinc'), random),
    ...shuffled(from(asked, 'advising', 'qqp'), random),
  ],
};

const streams = await loadStreams(options.data, options.model);
const orders = Number(options.orders);
for (const [name, guards] of [
  ['with guards', allGuards],
  ['without guards', 0],
] as const)
  for (const [part, select] of Object.entries(parts)) {
    console.log(`\n${part}, ${name}: mean hit ratio, mean wrong/hits, orders over ${maxErrorRate * 100} %`);
    print('learned', measure(select, { threshold: Number(options.floor), guards }, true));
    for (const threshold of thresholds)
      print(`static ${threshold}`, measure(select, { threshold, guards }, false));
  }

function measure(
  select: (asked: readonly Asked[], random: () => number) => Asked[],
  course: { readonly threshold: number; readonly guards: number },
  learns: boolean,
): Outcome[] {
  return Array.from({ length: orders }, (_, seed) => {
    const { tables, asked } = streams[seed % streams.length] as Stream;
    const random = numbers(seed + 1);
    const stream = select(asked, random);
    const settings = () => ({ maxErrorRate, errorConfidence: Number(options.confidence) });
    const gate = new Gate({ settings, clock: () => 0 });
    return replay(tables, stream, {
      ...course,
      random,
      ...(learns ? { learning: { gate, auditSampleRate } } : {}),
    });
  });
}

function print(name: string, outcomes: readonly Outcome[]): void {
  const mean = (of: (outcome: Outcome) => number) =>
    `${((100 * outcomes.reduce((sum, each) => sum + of(each), 0)) / outcomes.length).toFixed(2)} %`;
  const over = outcomes.filter(({ wrong, hits }) => wrong > maxErrorRate * hits).length;
  console.log(
    name.padEnd(12),
    mean(({ hits, requests }) => hits / requests),
    mean(({ wrong, hits }) => wrong / Math.max(1, hits)),
    over,
    mean(({ doubted, requests }) => doubted / requests),
    mean(({ audits, hits }) => audits / Math.max(1, hits)),
  );
}

function from(asked: readonly Asked[], ...sources: string[]): Asked[] {
  return asked.filter(({ source }) => sources.includes(source));
}

function shuffled(asked: readonly Asked[], random: () => number): Asked[] {
  const order = [...asked];
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] as Asked, order[at] as Asked];
  }
  return order;
}
