import { startRedis } from '../support/redis/server.ts';
import { startLoad } from './load/index.ts';
import type { Findings } from './results.ts';
import { startFourfold, startServer } from './servers.ts';
import {
  type Bench,
  loopFigure,
  type Measured,
  measure,
  middle,
  ratio,
  round,
  verify,
} from './speed/bench.ts';
import { hitsByMeaning } from './speed/semantic-hits.ts';
import { chat, markerOf, unrelated } from './texts.ts';

/** Hits whose entry is in a real Redis Stack on the same machine, beside the least that such a hit could cost. */
export async function measureRedisHits(): Promise<Findings> {
  const redis = await startRedis();
  const bench: Bench = { load: startLoad(), provider: await startServer('provider') };
  try {
    const exact = await exactHits(bench, redis.port, redis.url);
    const meaning = await hitsByMeaning(bench, { store: redis.url });
    return {
      figures: [...exact.figures, ...meaning.figures],
      tables: [...exact.tables, ...meaning.tables],
    };
  } finally {
    await Promise.all([bench.load.close(), bench.provider.close()]);
    await redis.close();
  }
}

const rounds = 7;
const seconds = 1.5;

/** Phases in the process are off, so that each hit is that of a process which has seen nothing before. */
async function exactHits(bench: Bench, port: number, store: string): Promise<Findings> {
  const off = { enabled: false };
  const sidecar = await startFourfold({
    provider: bench.provider.url,
    store,
    watched: true,
    model: false,
    config: { phases: { fingerprint: off, nearMiss: off, semantic: off } },
  });
  const question = unrelated(7);
  const asks = Array.from({ length: 20 }, question).map((text) => ({
    body: chat(text),
    expect: markerOf(text),
  }));
  verify('seeding', [await measure(bench, sidecar, { connections: 4, count: asks.length, asks })]);
  const answer = await (
    await fetch(`${sidecar.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-bench' },
      body: asks[0]?.body ?? '',
    })
  ).arrayBuffer();
  const key = 'bare';
  await setIn(port, key, Buffer.from(answer));
  const bare = await startServer('bare-redis', String(port), key);
  const plain = asks.map(({ body }) => ({ body }));

  const rows = { bare: [], bareMany: [], exact: [], exactMany: [] } as Record<
    'bare' | 'bareMany' | 'exact' | 'exactMany',
    Measured[]
  >;
  const turn = async (connections: number, ofBare: Measured[], ofExact: Measured[]) => {
    ofBare.push(await measure(bench, bare, { connections, seconds, asks: plain }));
    ofExact.push(await measure(bench, sidecar, { connections, seconds, asks }));
  };
  await turn(1, [], []);
  await turn(20, [], []);
  await sidecar.loopDelay();
  for (let i = 0; i < rounds; i++) {
    await turn(1, rows.bare, rows.exact);
    await turn(20, rows.bareMany, rows.exactMany);
  }
  const loop = await loopFigure('hits from Redis', sidecar);
  await Promise.all([sidecar.close(), bare.close()]);

  verify('hits from Redis', Object.values(rows).flat());
  for (const { requests, byPhase } of [...rows.exact, ...rows.exactMany])
    if ((byPhase.exact?.n ?? 0) < requests * 0.99)
      throw new Error(`not all were hits of phase 3: ${JSON.stringify(byPhase)}`);
  const beyond = middle(
    rows.exact.map((each, i) => each.all.p50 - (rows.bare[i]?.all.p50 ?? 0)),
    (each) => each,
  );
  const rate = ratio(
    rows.exactMany.map((each) => each.perSecond),
    rows.bareMany.map((each) => each.perSecond),
  );
  const row = (name: string, outcomes: readonly Measured[]) => [
    name,
    round(
      middle(outcomes, ({ all }) => all.p50),
      3,
    ),
    round(
      middle(outcomes, ({ all }) => all.p99),
      2,
    ),
    round(middle(outcomes, ({ perSecond }) => perSecond)),
    round(middle(outcomes, ({ cpuMicros }) => cpuMicros)),
  ];
  return {
    figures: [
      {
        name: 'Phase 3 hit, 1 connection: p50 above a bare GET behind Fastify',
        goal: '≤ 1 ms',
        measured: `${round(beyond, 2)} ms`,
        met: beyond <= 1,
      },
      {
        name: 'Phase 3 hits, 20 connections: requests/s against a bare GET behind Fastify',
        goal: '–',
        measured: round(rate, 2).toString(),
        met: true,
      },
      loop,
    ],
    tables: [
      {
        title: 'Hits from Redis, word for word',
        note: `Medians of ${rounds} rounds of ${seconds} s, the servers in turn; answers of ${answer.byteLength} bytes; one Redis for both.`,
        columns: ['', 'p50 ms', 'p99 ms', 'requests/s', 'CPU µs/request'],
        rows: [
          row('bare GET, 1 connection', rows.bare),
          row('phase 3, 1 connection', rows.exact),
          row('bare GET, 20 connections', rows.bareMany),
          row('phase 3, 20 connections', rows.exactMany),
        ],
      },
    ],
  };
}

async function setIn(port: number, key: string, value: Buffer): Promise<void> {
  const { Redis } = await import('ioredis');
  const client = new Redis({ port });
  await client.set(key, value);
  client.disconnect();
}
