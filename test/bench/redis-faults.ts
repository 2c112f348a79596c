import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { added, type OutageReport, runOutage } from '../support/redis/outage.ts';
import { absences } from '../support/redis/outages.ts';
import { measureAlone } from './keep.ts';
import type { Findings } from './results.ts';

/**
 * `node test/bench/redis-faults.ts [seconds] [requests per second]`: what those who ask feel of a Redis that is killed,
 * stopped or slow, beside requests that go past the cache in the same moments. Of the bundle, with the model.
 */
export async function measureRedisFaults(seconds = 60, perSecond = 200): Promise<Findings> {
  const reports: OutageReport[] = [];
  for (const outage of absences) {
    console.log(`Redis ${outage} for ${seconds} s`);
    reports.push(await runOutage(outage, { seconds, perSecond, model: true, entry: bundle }));
  }
  const worst = (read: (report: OutageReport) => number) => Math.max(...reports.map(read));
  // Slow by 20 ms is within the deadline of a lookup: Redis is asked all the time, but for a moment after a hiccup.
  const open = reports.filter(({ outage }) => outage !== 'slowed by 20 ms');
  const faults = reports.reduce(
    (sum, each) => sum + Object.values(each.faults).reduce((a, b) => a + b, 0),
    0,
  );
  const detecting = worst((report) => added(report.detecting).p99);
  const known = Math.max(...open.map((report) => added(report.known).p99));
  const recovered = worst(({ recoveredMs }) => recoveredMs);
  const grown = worst(({ grownMiB }) => grownMiB);
  return {
    figures: [
      {
        name: 'Requests not answered as without the cache',
        goal: '0',
        measured: String(faults),
        met: faults === 0,
      },
      {
        name: 'Added p99 while it is found out (first second)',
        goal: '< 50 ms',
        measured: ms(detecting),
        met: detecting < 50,
      },
      { name: 'Added p99 once the breaker is open', goal: '< 2 ms', measured: ms(known), met: known < 2 },
      {
        name: 'Asked again after its return',
        goal: '< 2 s',
        measured: ms(recovered),
        met: recovered < 2_000,
      },
      {
        name: 'Memory, from the first second of the outage to its end',
        goal: '< 30 MiB more',
        measured: `${grown.toFixed(1)} MiB`,
        met: grown < 30,
      },
    ],
    tables: [
      {
        title: 'Redis fails while requests flow',
        note: 'Every third request goes past the cache; `added` is the difference to those. Half of the questions are new. Milliseconds.',
        columns: [
          'Redis',
          'requests/s',
          'requests',
          'not as without the cache',
          'first second: p50, p99',
          'past the cache',
          'added p99',
          'from then on: p50, p99',
          'past the cache ',
          'added p99 ',
          'asked again after',
          'memory MiB',
          'opened',
        ],
        rows: reports.map((report) => [
          `${report.outage}, ${report.seconds} s`,
          report.perSecond,
          report.requests,
          Object.values(report.faults).reduce((a, b) => a + b, 0),
          pair(report.detecting.cached),
          pair(report.detecting.past),
          round(added(report.detecting).p99),
          pair(report.known.cached),
          pair(report.known.past),
          round(added(report.known).p99),
          Math.round(report.recoveredMs),
          `${report.grownMiB >= 0 ? '+' : ''}${report.grownMiB.toFixed(1)}`,
          report.changes.filter((change) => change === 'down').length,
        ]),
      },
    ],
  };
}

const bundle = fileURLToPath(new URL('../../dist/fourfold.js', import.meta.url));
const round = (value: number): number => Math.round(value * 10) / 10;
const ms = (value: number): string => `${round(value)} ms`;
const pair = ({ p50, p99 }: { p50: number; p99: number }): string => `${p50}, ${p99}`;

if (import.meta.main) {
  execFileSync(process.execPath, ['build.ts'], { cwd: new URL('../../', import.meta.url), stdio: 'inherit' });
  const [seconds = '60', perSecond = '200'] = process.argv.slice(2);
  await measureAlone('redis-faults', () => measureRedisFaults(Number(seconds), Number(perSecond)));
  process.exit();
}
