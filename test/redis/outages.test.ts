import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ask } from '../support/chat.ts';
import { machineLoad } from '../support/machine-load.ts';
import { redisAtHand, startRedis } from '../support/redis/index.ts';
import { added, runOutage, type Toll } from '../support/redis/outage.ts';
import type { Outage } from '../support/redis/outages.ts';
import { startScene } from '../support/redis/scene.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

/**
 * 200 requests a second while Redis is away, slow, or there and no help, and when it is as before. `FOURFOLD_LONG=1` lets
 * each last for a minute. Times are compared with those of requests that go past the cache in the same moments;
 * `node test/bench/redis-faults.ts` prints the first five as a table.
 */
const long = process.env.FOURFOLD_LONG !== undefined;
/** Started by its first line, as a user does: what memory it takes depends on the flags there. */
const cli = fileURLToPath(new URL('../../cli.ts', import.meta.url));

interface Case {
  readonly id: string;
  readonly outage: Outage;
  readonly seconds: number;
  /** Milliseconds that a request may take longer, once it is known. */
  readonly slowerMs?: number;
  /** Redis is not asked meanwhile. */
  readonly away?: boolean;
  /** Each request is a miss then, with all the work of one: times are compared where the machine has room for that. */
  readonly missed?: boolean;
  /** What is counted of it; where it is away, its absence is told. */
  readonly counted?: string;
}

const cases: readonly Case[] = [
  { id: 'R2', outage: 'killed', seconds: 6, away: true },
  { id: 'R3', outage: 'stopped', seconds: 6, away: true },
  // It answers within its deadline; both phases and the lease ask it at once, and in the end nobody takes a lease that slow.
  { id: 'R4', outage: 'slowed by 20 ms', seconds: 6, slowerMs: 20 },
  { id: 'R4', outage: 'slowed by 80 ms', seconds: 6 },
  { id: 'R4', outage: 'slowed by 500 ms', seconds: 6 },
  { id: 'R7', outage: 'made a replica', seconds: 4, counted: 'readonly' },
  { id: 'R8', outage: 'loading after its restart', seconds: 4, away: true },
  { id: 'R9', outage: 'out of memory', seconds: 4, counted: 'memory' },
  { id: 'R11', outage: 'flushed all the time', seconds: 4, counted: 'feed-began' },
  { id: 'R14', outage: 'full of garbage', seconds: 4, missed: true, counted: 'corrupt-value-removed' },
  { id: 'R15', outage: 'with another password', seconds: 4, away: true, counted: 'auth' },
  { id: 'R15', outage: 'with a certificate that has run out', seconds: 4, away: true, counted: 'connection' },
];

describe.skipIf(!redisAtHand)('with 200 requests a second', { timeout: long ? 180_000 : 126_000 }, () => {
  it.each(cases)(
    '$id: Redis $outage: each is answered as without the cache, and Redis is asked again soon',
    async ({ outage, slowerMs = 2, away = false, missed = false, counted, ...usually }) => {
      const seconds = long ? 60 : usually.seconds;
      const report = await runOutage(outage, { seconds, model: long, perSecond: 200, entry: cli });
      console.log(JSON.stringify(report));
      expect(report.faults).toEqual({});
      if (!missed || machineLoad() < 2) {
        expectCheap('while it is found out', report.detecting, 50);
        expectCheap('from then on', report.known, slowerMs);
      }
      expect(report.recoveredMs).toBeLessThan(2_000 * machineLoad());
      expect(report.storesAgain).toBe(true);
      expect(report.grownMiB).toBeLessThan(30);
      if (counted !== undefined) expect(report.counted[counted]).toBeGreaterThan(0);
      // More than one change is for a machine that is too busy to hear Redis in time.
      if (away) {
        const changes = machineLoad() < 3 ? report.changes : report.changes.slice(0, 2);
        expect(changes).toEqual(['down', 'up']);
      }
      // Nothing is said for every request.
      for (const [message, count] of Object.entries(report.complaints))
        expect(count, message).toBeLessThan(60);
    },
  );
});

describe.skipIf(!redisAtHand)('of a Redis that is slow', { timeout: 120_000 }, () => {
  it('R4: a request waits for one answer, whether it is a hit by meaning or a miss', async () => {
    const roundTripMs = 400;
    const redis = await startRedis();
    const proxy = await startTcpProxy({ port: redis.port });
    const scene = await startScene({
      store: `redis://${proxy.address}`,
      model: true,
      configuration: { redis: { deadline: '1500ms' } },
    });
    try {
      const url = scene.sidecars[0]?.url ?? '';
      const times = async (question: string): Promise<{ phase: string | undefined; trips: number }> => {
        const start = performance.now();
        const { phase } = await ask(url, question);
        return { phase, trips: Math.floor((performance.now() - start) / roundTripMs) };
      };
      await ask(url, 'How do I reset my password?');
      proxy.set({ delayMs: roundTripMs / 2 });
      let asked = 0;
      const miss = () => times(`What is slow ticket ${asked++} about?`);
      // The first finds it out; what is still to be asked then is asked at once.
      expect((await miss()).trips).toBeLessThanOrEqual(2);
      // And from then on all of it, until it is certain that no lease is worth its time.
      for (let n = 0; n < 12; n++) expect(await miss(), `miss ${n}`).toEqual({ phase: 'miss', trips: 1 });
      expect(await times('What are the steps to reset my password?')).toEqual({
        phase: 'semantic',
        trips: 1,
      });
    } finally {
      await scene.close();
      await proxy.close();
      await redis.close();
    }
  });
});

/** With as much again as the machine's own scatter in the same moments. */
function expectCheap(when: string, toll: Toll, slowerMs: number): void {
  const scatter = toll.past.p99 - toll.past.p50;
  expect(toll.cached.count, when).toBeGreaterThan(0);
  expect(added(toll).p50, `${when}: p50`).toBeLessThan(slowerMs + 10 + scatter);
  expect(added(toll).p99, `${when}: p99`).toBeLessThan(slowerMs + 100 + scatter);
}
