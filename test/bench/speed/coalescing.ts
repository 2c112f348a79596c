import { callsOf, startFourfold, tell } from '../servers.ts';
import { chat, markerOf, unrelated } from '../texts.ts';
import { loopFigure, measure, round, type Scenario, verify } from './bench.ts';

const clients = 50;

/** Fifty clients ask the same new question at once. */
export const coalescing: Scenario = async (bench) => {
  const sidecar = await startFourfold({ provider: bench.provider.url, watched: true });
  await tell(bench.provider, { latencyMs: 300 });
  const question = unrelated(5);
  const forms = [
    ['JSON', {}],
    ['JSON', {}],
    ['JSON', {}],
    ['stream', { stream: true }],
    ['stream', { stream: true }],
    ['stream', { stream: true }],
  ] as const;
  const rows: (string | number)[][] = [];
  let most = 0;
  await sidecar.loopDelay();
  for (const [form, more] of forms) {
    const text = question();
    const asks = [{ body: chat(text, more), ...(form === 'JSON' ? { expect: markerOf(text) } : {}) }];
    const before = await callsOf(bench.provider);
    const outcome = await measure(bench, sidecar, { connections: clients, count: clients, asks });
    verify('coalescing', [outcome]);
    const calls = (await callsOf(bench.provider)) - before;
    most = Math.max(most, calls);
    rows.push([form, calls, round(outcome.seconds * 1000), round(outcome.cpuMicros)]);
  }
  const loop = await loopFigure('50 cold requests at once', sidecar);
  await tell(bench.provider, { latencyMs: 0 });
  await sidecar.close();
  return {
    figures: [
      {
        name: `${clients} identical new requests at once: calls to the provider`,
        goal: '1',
        measured: String(most),
        met: most === 1,
      },
      loop,
    ],
    tables: [
      {
        title: `${clients} identical new requests at once, provider at 300 ms`,
        columns: ['form', 'calls', 'until the last answer ms', 'CPU µs/request'],
        rows,
      },
    ],
  };
};
