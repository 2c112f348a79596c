import type { Ask } from '../load/index.ts';
import { resident } from '../process-usage.ts';
import type { Findings } from '../results.ts';
import { scratchFile, startFourfold, startServer } from '../servers.ts';
import { chat, markerOf, unrelated } from '../texts.ts';
import { loopFigure, type Measured, measure, middle, ratio, round, type Scenario, verify } from './bench.ts';

const connections = 20;
const rounds = 5;
const seconds = 1.5;

/** Hits that need no embedding, beside a Fastify server that only answers the same bytes. */
export const hits: Scenario = async (bench) => {
  const sidecar = await startFourfold({ provider: bench.provider.url, watched: true });
  const kinds = Object.entries({ repeated, reworded, exact });
  for (const [, { seeds }] of kinds) {
    verify('seeding', [await measure(bench, sidecar, { connections: 4, count: seeds.length, asks: seeds })]);
  }
  const bare = await startServer('bare', await scratchAnswer(sidecar.url));

  const rows = new Map<string, Measured[]>([
    ['bare Fastify', []],
    ...kinds.map(([name]) => [name, []] as [string, Measured[]]),
  ]);
  const bareAsks = repeated.asks.map(({ body }) => ({ body }));
  await measure(bench, bare, { connections, seconds, asks: bareAsks });
  for (const [, { asks }] of kinds) await measure(bench, sidecar, { connections, seconds, asks });
  await sidecar.loopDelay();
  for (let i = 0; i < rounds; i++) {
    rows.get('bare Fastify')?.push(await measure(bench, bare, { connections, seconds, asks: bareAsks }));
    for (const [name, { asks }] of kinds)
      rows.get(name)?.push(await measure(bench, sidecar, { connections, seconds, asks }));
  }
  const loop = await loopFigure('hits, 20 connections', sidecar);
  const single = await measure(bench, sidecar, { connections: 1, seconds: 2, asks: repeated.asks });
  const memory = { bare: resident(bare.pid).totalMiB, sidecar: resident(sidecar.pid).totalMiB };
  await Promise.all([bare.close(), sidecar.close()]);

  const all = [...rows.values()].flat();
  verify('hits', all);
  for (const [name, { phase }] of kinds) expectPhase(name, phase, rows.get(name) ?? []);
  return { ...findings(rows, memory, single), figures: [...findings(rows, memory, single).figures, loop] };
};

interface Kind {
  readonly phase: string;
  readonly seeds: readonly Ask[];
  readonly asks: readonly Ask[];
}

const question = unrelated(1);
const questions = Array.from({ length: 20 }, question);
const ask = (text: string, original = text, more: object = {}): Ask => ({
  body: chat(text, more),
  expect: markerOf(original),
});

const repeated: Kind = {
  phase: 'fingerprint',
  seeds: questions.map((text) => ask(text)),
  asks: questions.map((text) => ask(text)),
};

/** More wordings than the process remembers signatures, so that each is read anew. */
const reworded: Kind = {
  phase: 'fingerprint',
  seeds: repeated.seeds,
  asks: Array.from({ length: 4_000 }, (_, i) => {
    const text = questions[i % questions.length] ?? '';
    return ask(rewordings(text, Math.floor(i / questions.length)), text);
  }),
};

/** With tools, a request is compared as a whole: phases 1 and 2 have no say. */
const tools = { tools: [{ type: 'function', function: { name: 'search', parameters: { type: 'object' } } }] };
const exact: Kind = {
  phase: 'exact',
  seeds: questions.map((text) => ask(text, text, tools)),
  asks: questions.map((text) => ask(text, text, tools)),
};

function rewordings(text: string, n: number): string {
  const opening = ['', 'Please ', 'Hi, ', 'Hello! ', 'Could you please tell me: ', 'Hey, '][n % 6] ?? '';
  const ending = ['', ' Thanks!', ' Thank you.', '!', ' please'][Math.floor(n / 6) % 5] ?? '';
  const blanks = ' '.repeat(1 + (Math.floor(n / 30) % 3));
  const asked = opening + text.replaceAll(' ', blanks) + ending;
  return Math.floor(n / 90) % 2 === 0 ? asked : asked.toUpperCase();
}

async function scratchAnswer(url: string): Promise<string> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-bench' },
    body: repeated.asks[0]?.body ?? '',
  });
  return scratchFile(Buffer.from(await response.arrayBuffer()));
}

function expectPhase(name: string, phase: string, outcomes: readonly Measured[]): void {
  for (const { requests, byPhase } of outcomes) {
    const share = (byPhase[phase]?.n ?? 0) / requests;
    if (share < 0.999)
      throw new Error(`${name}: ${phase} answered ${share}, all: ${JSON.stringify(byPhase)}`);
  }
}

function findings(
  rows: ReadonlyMap<string, Measured[]>,
  memory: { bare: number; sidecar: number },
  single: Measured,
): Findings {
  const bare = rows.get('bare Fastify') ?? [];
  const figures = [...rows]
    .filter(([name]) => name !== 'bare Fastify')
    .flatMap(([name, outcomes]) => {
      const throughput = ratio(
        outcomes.map((each) => each.perSecond),
        bare.map((each) => each.perSecond),
      );
      const cost = ratio(
        outcomes.map((each) => each.cpuMicros),
        bare.map((each) => each.cpuMicros),
      );
      return [
        {
          name: `Hits, ${labels[name]}: requests/s against bare Fastify`,
          goal: '≥ 0.5',
          measured: `${round(throughput, 2)} (${round(middle(outcomes, (each) => each.perSecond))}/s)`,
          met: throughput >= 0.5,
        },
        {
          name: `Hits, ${labels[name]}: CPU per request against bare Fastify`,
          goal: '≤ 2.5',
          measured: `${round(cost, 2)} (${round(middle(outcomes, (each) => each.cpuMicros))} µs)`,
          met: cost <= 2.5,
        },
      ];
    });
  return {
    figures,
    tables: [
      {
        title: 'Hits without an embedding, 20 connections',
        note: `Medians of ${rounds} rounds of ${seconds} s, the servers in turn. At one connection a repeated question takes ${round(single.all.p50, 2)} ms (p50).`,
        columns: [
          'server',
          'requests/s',
          'p50 ms',
          'p99 ms',
          'CPU µs/request',
          'kept waiting µs/request',
          'load generator, CPU µs/request',
          'resident MiB',
        ],
        rows: [...rows].map(([name, outcomes]) => [
          labels[name] ?? name,
          round(middle(outcomes, (each) => each.perSecond)),
          round(
            middle(outcomes, (each) => each.all.p50),
            2,
          ),
          round(
            middle(outcomes, (each) => each.all.p99),
            2,
          ),
          round(
            middle(outcomes, (each) => each.cpuMicros),
            1,
          ),
          round(
            middle(outcomes, (each) => each.waitedMicros),
            1,
          ),
          round(
            middle(outcomes, (each) => each.driverMicros),
            1,
          ),
          round(name === 'bare Fastify' ? memory.bare : memory.sidecar),
        ]),
      },
    ],
  };
}

const labels: Record<string, string> = {
  repeated: 'repeated word for word',
  reworded: 'trivially reworded',
  exact: 'exact (with tools)',
};
