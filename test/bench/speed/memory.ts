import { setTimeout as sleep } from 'node:timers/promises';
import { type Resident, resident } from '../process-usage.ts';
import { type Sidecar, startFourfold, tell } from '../servers.ts';
import { chat, unrelated } from '../texts.ts';
import { measure, round, type Scenario, verify } from './bench.ts';

const entries = 10_000;
const answerBytes = 1_000;
/** V8 collects what a burst has left behind when it was quiet for 8 s or a little longer. */
const restMs = 20_000;

/** What stays resident with the model loaded and 10,000 answers of 1 kB, stored one by one over HTTP. */
export const memory: Scenario = async (bench) => {
  const sidecar = await startFourfold({ provider: bench.provider.url });
  await sleep(1_000);
  const idle = await look(sidecar);
  await tell(bench.provider, { bytes: answerBytes });
  const question = unrelated(3);
  const asks = Array.from({ length: entries }, question).map((text) => ({ body: chat(text) }));
  const filling = await measure(bench, sidecar, { connections: 4, count: entries, asks });
  await tell(bench.provider, { bytes: 600 });
  const full = await look(sidecar);
  await sleep(restMs);
  const rested = await look(sidecar);
  const hitting = await measure(bench, sidecar, { connections: 20, seconds: 5, asks });
  const hot = await look(sidecar);
  await sleep(restMs);
  const restedAgain = await look(sidecar);
  await sidecar.close();
  verify('memory', [filling, hitting]);
  const row = (
    name: string,
    { memory: { totalMiB, anonymousMiB, fileMiB }, heapMiB, liveMiB, outsideMiB, storeMiB, stored }: Look,
  ) => [
    name,
    stored,
    ...[totalMiB, anonymousMiB, fileMiB, heapMiB, liveMiB, outsideMiB, storeMiB].map((each) => round(each)),
  ];
  return {
    figures: [
      {
        name: `Resident memory with the model and ${entries.toLocaleString('en')} entries`,
        goal: '≤ 200 MiB',
        measured: `${round(rested.memory.totalMiB)} MiB at rest, ${round(full.memory.totalMiB)} as the last was stored`,
        met: rested.memory.totalMiB <= 200,
      },
    ],
    tables: [
      {
        title: 'Resident memory',
        note: `Answers of ${answerBytes} bytes to distinct questions. “Heap” is what V8 holds for the main thread and “live” what of it is in use, “outside” are its buffers; the rest of the private memory is the model, its thread, and what malloc keeps. “At rest” is ${restMs / 1000} s later; the hits were 5 s of them on 20 connections.`,
        columns: [
          '',
          'entries',
          'resident MiB',
          'private MiB',
          'of files MiB',
          'heap MiB',
          'live MiB',
          'outside MiB',
          'store says MiB',
        ],
        rows: [
          row('model loaded', idle),
          row('just filled', full),
          row('at rest', rested),
          row('after hits', hot),
          row('at rest', restedAgain),
        ],
      },
    ],
  };
};

interface Look {
  readonly memory: Resident;
  readonly heapMiB: number;
  readonly liveMiB: number;
  readonly outsideMiB: number;
  readonly storeMiB: number;
  readonly stored: number;
}

async function look({ pid, adminUrl }: Sidecar): Promise<Look> {
  const memory = resident(pid);
  const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
  const mib = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(metrics)?.[1] ?? 0) / 2 ** 20;
  return {
    memory,
    heapMiB: mib('nodejs_heap_size_total_bytes'),
    liveMiB: mib('nodejs_heap_size_used_bytes'),
    outsideMiB: mib('nodejs_external_memory_bytes'),
    storeMiB: mib('fourfold_store_bytes'),
    stored: round(mib('fourfold_entries') * 2 ** 20),
  };
}
