/**
 * Whether `maxErrorRate` is kept, and at which hit ratio, beside static thresholds: a hundred orders of the streams, in
 * seconds; with `--held-out` of pairs that the gate was not tuned on; from the seed `--first` on.
 * `node test/eval/learned.ts [--data DIR] [--model DIR] [--orders 100] [--first 1] [--held-out] [--floor 0.8]
 * [--confidence 0.95]`
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Gate } from '../../sidecar/quality/gate.ts';
import { numbers } from '../unit/sidecar/stores/entries.ts';
import { drawn, heldOut, shuffled } from './offline/held-out.ts';
import { type Asked, type Outcome, replay } from './offline/learning.ts';
import { loadStreams, readTables, type Stream } from './offline/streams.ts';
import { allGuards, type Tables } from './offline/tables.ts';

const root = resolve(import.meta.dirname, '../..');
const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: process.env.FOURFOLD_EVAL ?? resolve(root, '../shared/eval/dev') },
    model: { type: 'string', default: '/tmp/minilm' },
    orders: { type: 'string', default: '100' },
    floor: { type: 'string', default: '0.8' },
    confidence: { type: 'string', default: '0.95' },
    first: { type: 'string', default: '1' },
    'held-out': { type: 'boolean', default: false },
  },
});
const maxErrorRate = 0.01;
const auditSampleRate = 0.05;
const orders = Number(options.orders);
const thresholds = [0.84, 0.85, 0.86, 0.87, 0.88, 0.89, 0.9, 0.92, 0.94, 0.96, 0.98];

/** A hundred orders of something: the texts, and the requests of one order. */
type Order = (seed: number, random: () => number) => { readonly tables: Tables; readonly stream: Asked[] };

const guarded = [
  ['with guards', allGuards],
  ['without guards', 0],
] as const;
for (const [name, guards] of guarded)
  for (const [part, order] of Object.entries(options['held-out'] ? await pairs() : await streams())) {
    console.log(`\n${part}, ${name}: mean hit ratio, mean wrong/hits, orders over ${maxErrorRate * 100} %`);
    print('learned', measure(order, { threshold: Number(options.floor), guards }, true));
    for (const threshold of thresholds)
      print(`static ${threshold}`, measure(order, { threshold, guards }, false));
  }

/** Six draws in turn. */
async function streams(): Promise<Record<string, Order>> {
  const drawn = await loadStreams(options.data, options.model);
  const ordered =
    (select: (asked: readonly Asked[], random: () => number) => Asked[]): Order =>
    (seed, random) => {
      const { tables, asked } = drawn[seed % drawn.length] as Stream;
      return { tables, stream: select(asked, random) };
    };
  return {
    'all of it': ordered(shuffled),
    'the parametric part': ordered((asked, random) => shuffled(from(asked, 'advising'), random)),
    'traffic that changes half-way': ordered((asked, random) => [
      ...shuffled(from(asked, 'clinc'), random),
      ...shuffled(from(asked, 'advising', 'qqp'), random),
    ]),
  };
}

/** Another draw for each order: 3,000 requests, of the parametric part 700 as in the streams. */
async function pairs(): Promise<Record<string, Order>> {
  const families = heldOut(options.data);
  const texts = families.flat(2).map(({ text }) => text);
  const tables = (await readTables(texts, options.model))(texts);
  const order =
    (...parts: { readonly requests: number; readonly sources: readonly string[] }[]): Order =>
    (_, random) => ({
      tables,
      stream: parts.flatMap(({ requests, sources }) =>
        drawn(
          families.filter(([pair]) => sources.includes(pair?.[0].source ?? '')),
          requests,
          random,
        ).map(({ text, ...rest }) => ({ text: tables.id(text), ...rest })),
      ),
    });
  const plain = ['own', 'qqp', 'long'];
  return {
    'all of it': order({ requests: 3_000, sources: [...plain, 'advising'] }),
    'the parametric part': order({ requests: 700, sources: ['advising'] }),
    'traffic that changes half-way': order(
      { requests: 1_500, sources: plain },
      { requests: 1_500, sources: ['advising'] },
    ),
  };
}

function measure(
  order: Order,
  course: { readonly threshold: number; readonly guards: number },
  learns: boolean,
): Outcome[] {
  return Array.from({ length: orders }, (_, at) => {
    const seed = Number(options.first) + at;
    const random = numbers(seed);
    const { tables, stream } = order(seed - 1, random);
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
