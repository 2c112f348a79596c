import { Agent, request } from 'undici';
import { ports } from '../../crds/names.ts';

/** Running pods with the sidecar of one cache. */
export interface SidecarsTarget {
  readonly ips: readonly string[];
}

/** Summed over the sidecars that answered; nothing where none did. */
export interface SidecarsState {
  readonly entries?: number;
  /** Hits among hits and misses, two decimals. */
  readonly hitRatio?: number;
}

export const sidecarUrl = (ip: string): string =>
  `http://${ip.includes(':') ? `[${ip}]` : ip}:${ports.sidecarAdmin}/stats`;

/** Asks so many sidecars and no more: a cache with thousands of pods is described well enough by some. */
const mostAsked = 20;
const deadlineMs = 2_000;
/** Whoever can start pods can label them: what they answer is bounded. */
const agent = new Agent({ maxResponseSize: 1_048_576, keepAliveTimeout: 1_000, connections: 1 });

interface Stats {
  readonly entries: number;
  readonly hits: number;
  readonly misses: number;
}

/** Never fails: who does not answer is left out. */
export async function sidecarsState(
  { ips }: SidecarsTarget,
  urlOf: (ip: string) => string = sidecarUrl,
): Promise<SidecarsState> {
  const asked = await Promise.all(ips.slice(0, mostAsked).map((ip) => statsOf(urlOf(ip))));
  const answered = asked.filter((each) => each !== undefined);
  if (answered.length === 0) return {};
  const sum = (read: (stats: Stats) => number) => answered.reduce((total, stats) => total + read(stats), 0);
  const looked = sum(({ hits, misses }) => hits + misses);
  return {
    // They share one Redis, so each of them says the whole.
    entries: Math.max(...answered.map(({ entries }) => entries)),
    ...(looked === 0 ? {} : { hitRatio: Math.round((sum(({ hits }) => hits) / looked) * 100) / 100 }),
  };
}

async function statsOf(url: string): Promise<Stats | undefined> {
  try {
    const { statusCode, body } = await request(url, {
      dispatcher: agent,
      signal: AbortSignal.timeout(deadlineMs),
    });
    if (statusCode !== 200) {
      await body.dump();
      return undefined;
    }
    const { entries, hits, misses } = (await body.json()) as Partial<Stats>;
    const numbers = [entries, hits, misses];
    if (!numbers.every((each) => Number.isInteger(each) && (each as number) >= 0)) return undefined;
    return { entries, hits, misses } as Stats;
  } catch {
    // A pod that starts, leaves, or lies behind a network policy: the others speak for the cache.
    return undefined;
  }
}
