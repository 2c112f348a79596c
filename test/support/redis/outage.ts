import { ask } from '../chat.ts';
import type { SidecarProcess } from '../sidecar.ts';
import { startTcpProxy } from '../tcp-proxy.ts';
import { faults, type Summary, summary, type Traffic } from '../traffic.ts';
import { eventually } from '../wire/index.ts';
import { meansOf, type Outage } from './outages.ts';
import { changes, complaints, isUp, residentMiB, sleep, startScene, steadyTraffic } from './scene.ts';
import { startRedis } from './server.ts';

/** What one outage did to those who ask. */
export interface OutageReport {
  readonly outage: Outage;
  readonly seconds: number;
  readonly perSecond: number;
  readonly requests: number;
  /** What was wrong with answers, and how often: nothing, where each is as without the cache. */
  readonly faults: Record<string, number>;
  /** While it is found out; and afterwards, until Redis is back. */
  readonly detecting: Toll;
  readonly known: Toll;
  /** Until Redis was asked again after its return, milliseconds. */
  readonly recoveredMs: number;
  /** What is asked afterwards is stored: the connection is as good as before. */
  readonly storesAgain: boolean;
  /** Resident memory, from the first seconds of the outage to its end. */
  readonly grownMiB: number;
  /** Failures and other events of the shared store that were counted meanwhile, by kind. */
  readonly counted: Record<string, number>;
  /** Log lines that say whether Redis is asked, from the beginning of the outage on. */
  readonly changes: readonly ('up' | 'down')[];
  /** Log lines from `warn` on, by message. */
  readonly complaints: Record<string, number>;
}

/** Milliseconds of those who ask the cache, and of those who go past it in the same moments. */
export interface Toll {
  readonly cached: Summary;
  readonly past: Summary;
}

/** Beyond what the same machine takes without the cache. */
export const added = ({ cached, past }: Toll): { p50: number; p99: number } => ({
  p50: cached.p50 - past.p50,
  p99: cached.p99 - past.p99,
});

/** Steady traffic through one sidecar; after a while Redis fails in that way for so long, and comes back. */
export async function runOutage(
  outage: Outage,
  options: { seconds: number; model?: boolean; perSecond?: number; entry?: string },
): Promise<OutageReport> {
  const { seconds, model = false } = options;
  const means = await meansOf(outage);
  const redis = await startRedis(means.redis);
  const proxy = await startTcpProxy({ port: redis.port });
  const scene = await startScene({
    store: means.store?.(redis, proxy) ?? redis.url,
    model,
    ...means.scene,
    ...(options.entry === undefined ? {} : { entry: options.entry }),
  });
  let traffic: Traffic | undefined;
  try {
    const [sidecar] = scene.sidecars;
    if (sidecar === undefined) throw new Error('no sidecar');
    traffic = await steadyTraffic(scene, options.perSecond);
    const before = changes(sidecar).length;
    const countedBefore = await counts(sidecar);
    await means.begin(redis, proxy);
    const began = performance.now();
    await sleep(detectingMs);
    const memory = residentMiB(sidecar);
    await sleep(seconds * 1000 - detectingMs);
    const ended = performance.now();
    const grownMiB = residentMiB(sidecar) - memory;
    await means.end(redis, proxy);
    const countedAfter = await counts(sidecar);
    const recoveredMs = await eventually(() => isUp(sidecar), 30_000);
    let asked = 0;
    const storesAgain = await eventually(async () => {
      const { entry } = await ask(sidecar.url, `After it was ${outage}, question ${asked++}?`);
      await sleep(100);
      return (await redis.client.keys(`*${entry}*`)).length > 0;
    }, 60_000).then(
      () => true,
      () => false,
    );
    const samples = await traffic.stop();
    const toll = (from: number, to: number): Toll => {
      const during = samples.filter(({ startedAt }) => startedAt >= from && startedAt < to);
      return {
        cached: summary(during.filter(({ control }) => !control)),
        past: summary(during.filter(({ control }) => control)),
      };
    };
    return {
      outage,
      seconds,
      perSecond: Math.round(
        samples.filter(({ startedAt }) => startedAt >= began && startedAt < ended).length / seconds,
      ),
      requests: samples.length,
      faults: faults(samples),
      detecting: toll(began, began + detectingMs),
      known: toll(began + detectingMs, ended),
      recoveredMs,
      storesAgain,
      grownMiB,
      counted: Object.fromEntries(
        Object.entries(countedAfter).flatMap(([kind, count]) => {
          const more = count - (countedBefore[kind] ?? 0);
          return more > 0 ? [[kind, more]] : [];
        }),
      ),
      changes: changes(sidecar).slice(before),
      complaints: complaints(sidecar),
    };
  } finally {
    await traffic?.stop();
    redis.resume();
    await scene.close();
    await proxy.close();
    await redis.close();
  }
}

/** Of the shared store, by kind. */
async function counts({ adminUrl }: SidecarProcess): Promise<Record<string, number>> {
  const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
  const lines = metrics.matchAll(/^fourfold_redis_(?:errors|events)_total\{kind="([^"]+)"\} (\d+)/gm);
  return Object.fromEntries([...lines].map(([, kind, count]) => [kind, Number(count)]));
}

/** The promise is 100 ms; a machine under load needs some of the rest. */
const detectingMs = 1_000;
