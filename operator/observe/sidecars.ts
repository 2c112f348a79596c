import { Agent, request } from 'undici';
import type { Reason } from '../../crds/conditions.ts';
import { ports } from '../../crds/names.ts';
import type { SemanticCacheStatus } from '../../crds/semantic-cache.ts';
import { wilson } from '../../crds/wilson.ts';

/** Running pods with the sidecar of one cache. */
export interface SidecarsTarget {
  readonly ips: readonly string[];
}

/** Summed over the sidecars that answered; nothing where none did. */
export interface SidecarsState {
  readonly entries?: number;
  /** Hits among hits and misses, two decimals. */
  readonly hitRatio?: number;
  /** By phase, their sum first. */
  readonly audits?: NonNullable<SemanticCacheStatus['audits']>;
  /** Where a configuration cannot be used: the one of most sidecars. */
  readonly rejectedConfiguration?: NonNullable<SemanticCacheStatus['rejectedConfiguration']>;
  /** What all of them miss of Redis; absent where one has it all, or is still trying for the first time. */
  readonly redis?: Missed;
}

interface Missed {
  readonly reason: Extract<Reason<'RedisReady'>, 'NotReached' | 'SearchMissing'>;
  readonly message: string;
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
  /** Hits that were compared with the provider's answer, by phase; a sidecar of an older version tells of none. */
  readonly audits: Readonly<Record<string, Compared>>;
  readonly rejected: Rejected | undefined;
  readonly missed: Missed | undefined;
}

interface Rejected {
  readonly hash: string;
  readonly fault: string;
}

interface Compared {
  readonly same: number;
  readonly different: number;
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
    ...auditsOf(answered),
    ...rejectedOf(answered),
    ...missedBy(answered),
  };
}

/** One that reaches it tells more than many that do not, and one that searches than many that cannot. */
function missedBy(answered: readonly Stats[]): Pick<SidecarsState, 'redis'> {
  const all = answered.flatMap(({ missed }) => missed ?? []);
  const redis = all.find(({ reason }) => reason === 'SearchMissing') ?? all[0];
  return redis === undefined || all.length < answered.length ? {} : { redis };
}

function rejectedOf(answered: readonly Stats[]): Pick<SidecarsState, 'rejectedConfiguration'> {
  const rejected = answered.flatMap((each) => each.rejected ?? []);
  const pods = (hash: string) => rejected.filter((each) => each.hash === hash).length;
  const [most] = rejected.toSorted((a, b) => pods(b.hash) - pods(a.hash) || (a.hash < b.hash ? -1 : 1));
  return most === undefined ? {} : { rejectedConfiguration: { ...most, pods: rejected.length } };
}

function auditsOf(answered: readonly Stats[]): Pick<SidecarsState, 'audits'> {
  const phases = [...new Set(answered.flatMap(({ audits }) => Object.keys(audits)))].toSorted();
  const rows = phases.map((phase) => {
    const all = answered.flatMap(({ audits }) => audits[phase] ?? []);
    const sum = (read: (counts: Compared) => number) => all.reduce((total, each) => total + read(each), 0);
    return { phase, same: sum(({ same }) => same), different: sum(({ different }) => different) };
  });
  const total = (read: (counts: Compared) => number) => rows.reduce((sum, each) => sum + read(each), 0);
  const every = {
    phase: 'all',
    same: total(({ same }) => same),
    different: total(({ different }) => different),
  };
  const audits = [every, ...rows].flatMap(({ phase, same, different }) => {
    const interval = wilson(different, same + different);
    if (interval === undefined) return [];
    const { share, low, high } = interval;
    return [
      {
        phase,
        compared: same + different,
        wrong: different,
        ...{ share: short(share), low: short(low), high: short(high) },
      },
    ];
  });
  return audits.length === 0 ? {} : { audits };
}

/** A status is written when it changes: digits that say nothing must not. */
const short = (share: number): number => Math.round(share * 10_000) / 10_000;

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
    const said = (await body.json()) as Partial<Stats> & {
      quality?: unknown;
      rejectedConfiguration?: unknown;
      store?: unknown;
    };
    const { entries, hits, misses } = said;
    if (![entries, hits, misses].every(isCount)) return undefined;
    const rejected = rejectedBy(said.rejectedConfiguration);
    const missed = missedIn(said.store);
    return { entries, hits, misses, audits: comparedBy(said.quality), rejected, missed } as Stats;
  } catch {
    // A pod that starts, leaves, or lies behind a network policy: the others speak for the cache.
    return undefined;
  }
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;

/** What is no such count is left out: it comes from a pod. */
function comparedBy(quality: unknown): Stats['audits'] {
  const { phases } = (quality ?? {}) as { phases?: Readonly<Record<string, Partial<Compared>>> };
  const found: Record<string, Compared> = {};
  for (const phase of phaseNames) {
    const { same, different } = phases?.[phase] ?? {};
    if (isCount(same) && isCount(different)) found[phase] = { same, different };
  }
  return found;
}

function rejectedBy(found: unknown): Rejected | undefined {
  const { hash, fault } = (found ?? {}) as { hash?: unknown; fault?: unknown };
  if (typeof hash !== 'string' || !/^[0-9a-f]{12}$/.test(hash)) return undefined;
  return { hash, fault: typeof fault === 'string' ? fault.slice(0, 512) : '' };
}

/** Of `store` of a sidecar. One that has just begun has not tried yet. */
function missedIn(store: unknown): Missed | undefined {
  const { up, reason, detail, search } = (store ?? {}) as Readonly<Record<string, unknown>>;
  if (up === true) {
    const { condition } = (search ?? {}) as { condition?: unknown };
    const message = searchLacks.get(condition);
    return message === undefined ? undefined : { reason: 'SearchMissing', message };
  }
  if (up !== false || typeof reason !== 'string' || reason === 'starting') return undefined;
  const why = typeof detail === 'string' ? `${reason}, ${detail}` : reason;
  return {
    reason: 'NotReached',
    message: `No sidecar reaches Redis: ${why.replaceAll(/\s+/g, ' ').slice(0, 512)}`,
  };
}

const searchLacks: ReadonlyMap<unknown, string> = new Map([
  ['absent', 'Redis holds no search module: phase 4 finds nothing.'],
  ['partial', 'Search sees one shard of this cluster only: phase 4 is off.'],
]);

const phaseNames = ['fingerprint', 'near-miss', 'exact', 'semantic'];
