import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { median } from './load/index.ts';
import { cpuMs, resident } from './process-usage.ts';
import type { Findings } from './results.ts';
import { type Sidecar, startFourfold, startServer } from './servers.ts';
import { soakTraffic } from './soak-traffic.ts';

/** Resident memory, once a second. */
interface Sample {
  readonly atSecond: number;
  readonly mib: number;
}

const lanes = 8;

/** A cache that is full by the third tenth, so that what is added later takes the place of something. */
const config = { maxEntries: 1_000, phases: { fingerprint: { maxEntries: 1_000 } } };

/**
 * Mixed traffic for `seconds`, as much as eight clients ask for. Memory that is kept by mistake shows as growth between
 * the third tenth of the time, when caches and pools have filled, and the last.
 */
export async function measureSoak(seconds: number): Promise<Findings> {
  const provider = await startServer('provider');
  const sidecar = await startFourfold({
    provider: provider.url,
    watched: true,
    config: { ...config, threshold: 0.99 },
  });
  const samples: Sample[] = [];
  const counts = new Map<string, number>();
  const faults: string[] = [];
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  const agent = new Agent({ connections: lanes, pipelining: 1 });
  let bytes = 0;
  await sidecar.loopDelay();

  const watch = async () => {
    while (elapsed() < seconds) {
      samples.push({ atSecond: elapsed(), mib: resident(sidecar.pid).totalMiB });
      await sleep(1_000);
    }
  };
  const lane = async (seed: number) => {
    for (const { name, path, headers, body, expect } of soakTraffic(seed)) {
      if (elapsed() >= seconds) return;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      try {
        const { statusCode, body: answer } = await request(`${sidecar.url}${path}`, {
          method: 'POST',
          headers: { authorization: 'Bearer sk-soak', ...headers },
          body,
          dispatcher: agent,
        });
        const text = Buffer.from(await answer.arrayBuffer());
        bytes += body.length + text.length;
        if (statusCode !== 200 || !text.includes(expect))
          faults.push(`${name}: status ${statusCode}, ${text.length} bytes`);
      } catch (error) {
        faults.push(`${name}: ${error}`);
      }
    }
  };
  await Promise.all([watch(), ...Array.from({ length: lanes }, (_, seed) => lane(seed))]);
  const { p99, max } = await sidecar.loopDelay();
  const cpu = cpuMs(sidecar.pid);
  const { errors } = await stats(sidecar);
  const alive = sidecar.isRunning();
  await agent.close();
  await Promise.all([sidecar.close(), provider.close()]);

  const tenth = (n: number) =>
    median(
      samples.filter(({ atSecond }) => Math.floor((atSecond / seconds) * 10) === n - 1).map(({ mib }) => mib),
    );
  const growth = tenth(10) - tenth(3);
  const asked = [...counts.values()].reduce((sum, count) => sum + count, 0);
  for (const fault of new Set(faults)) console.log(fault);
  return {
    figures: [
      {
        name: `Resident memory over ${seconds} s: last tenth against the third`,
        goal: 'no growth (≤ 5 %)',
        measured: `${Math.round(tenth(3))} → ${Math.round(tenth(10))} MiB`,
        met: growth <= 0.05 * tenth(3),
      },
      {
        name: 'Errors, broken or wrong answers',
        goal: '0',
        measured: `${faults.length + errors} of ${asked.toLocaleString('en')}`,
        met: faults.length + errors === 0 && alive,
      },
      {
        name: 'Event loop delay, p99: soak',
        goal: '< 10 ms',
        measured: `${p99.toFixed(1)} ms (longest ${max.toFixed(1)} ms)`,
        met: p99 < 10,
      },
    ],
    tables: [
      {
        title: 'Traffic',
        note: `${lanes} clients, a cache of ${config.maxEntries.toLocaleString('en')} entries, ${Math.round(bytes / 2 ** 20).toLocaleString('en')} MiB in both directions, ${Math.round((cpu * 1000) / asked)} µs of CPU for each request.`,
        columns: ['request', 'count'],
        rows: [...counts].sort(([a], [b]) => a.localeCompare(b)),
      },
      {
        title: 'Resident memory by tenth of the time',
        columns: ['tenth', 'median MiB', 'most MiB'],
        rows: Array.from({ length: 10 }, (_, i) => [
          i + 1,
          Math.round(tenth(i + 1)),
          Math.round(
            Math.max(
              ...samples
                .filter(({ atSecond }) => Math.floor((atSecond / seconds) * 10) === i)
                .map(({ mib }) => mib),
            ),
          ),
        ]),
      },
    ],
  };
}

async function stats({ adminUrl }: Sidecar): Promise<{ errors: number }> {
  return (await (await fetch(`${adminUrl}/stats`)).json()) as { errors: number };
}
