import { startFourfold } from '../servers.ts';
import { chat, markerOf, unrelated } from '../texts.ts';
import { loopFigure, type Measured, measure, middle, round, type Scenario, verify } from './bench.ts';

const rounds = 9;

/** Whether a hit that is sent as an event stream begins as soon as one that is sent as JSON. */
export const streamedHits: Scenario = async (bench) => {
  const sidecar = await startFourfold({ provider: bench.provider.url, watched: true });
  const question = unrelated(2);
  const texts = Array.from({ length: 20 }, question);
  const asks = (more: object) => texts.map((text) => ({ body: chat(text, more), expect: markerOf(text) }));
  const json = asks({});
  // One entry serves both forms. The marker may be cut by two events, so a stream is only checked to be a hit.
  const stream = asks({ stream: true }).map(({ body }) => ({ body }));
  const block = { connections: 1, count: 300 };
  verify('seeding', [await measure(bench, sidecar, { ...block, count: 20, asks: json })]);
  await measure(bench, sidecar, { ...block, asks: json });
  await measure(bench, sidecar, { ...block, asks: stream });
  await sidecar.loopDelay();

  const found: { json: Measured[]; stream: Measured[] } = { json: [], stream: [] };
  for (let i = 0; i < rounds; i++) {
    found.json.push(await measure(bench, sidecar, { ...block, asks: json }));
    found.stream.push(await measure(bench, sidecar, { ...block, asks: stream }));
  }
  const loop = await loopFigure('streamed hits', sidecar);
  const crowd: Measured[] = [];
  for (let i = 0; i < 3; i++)
    crowd.push(await measure(bench, sidecar, { connections: 20, seconds: 1, asks: stream }));
  await sidecar.close();

  const all = [...found.json, ...found.stream, ...crowd];
  verify('streamed hits', all);
  if (all.some(({ requests, byPhase }) => byPhase.fingerprint?.n !== requests))
    throw new Error('not all were hits');
  const gap = middle(
    found.stream.map((each, i) => each.firstByte.p50 - (found.json[i]?.firstByte.p50 ?? 0)),
    (each) => each,
  );
  const row = (name: string, outcomes: readonly Measured[]) => [
    name,
    round(
      middle(outcomes, (each) => each.firstByte.p50),
      3,
    ),
    round(
      middle(outcomes, (each) => each.firstByte.p99),
      3,
    ),
    round(
      middle(outcomes, (each) => each.all.p50),
      3,
    ),
    round(middle(outcomes, (each) => each.cpuMicros)),
    round(middle(outcomes, (each) => each.perSecond)),
  ];
  return {
    figures: [
      {
        name: "Streamed hit: first byte, p50, after a JSON hit's",
        goal: '≤ 0.5 ms',
        measured: `${round(gap, 3)} ms`,
        met: gap <= 0.5,
      },
      loop,
    ],
    tables: [
      {
        title: 'Hits as a stream and as JSON',
        note: `The same entries; medians of ${rounds} rounds of ${block.count} requests, in turn.`,
        columns: [
          'form',
          'first byte p50 ms',
          'first byte p99 ms',
          'last byte p50 ms',
          'CPU µs/request',
          'requests/s',
        ],
        rows: [
          row('JSON, 1 connection', found.json),
          row('stream, 1 connection', found.stream),
          row('stream, 20 connections', crowd),
        ],
      },
    ],
  };
};
