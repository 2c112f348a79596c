import { createHash } from 'node:crypto';
import { parse } from '../../crds/parse.ts';
import { parseRedisUrl, type RedisUrl } from '../../crds/redis-url.ts';
import type { RedisSettings, Settings } from '../../crds/settings.ts';
import type { Entry } from '../../sidecar/lookup/entry.ts';
import { openRedisStore, type RedisStore } from '../../sidecar/stores/redis/store.ts';
import type { Selector } from '../../sidecar/stores/store.ts';
import { entryOf, hash, numbers, randomUnit } from '../unit/sidecar/stores/entries.ts';

export const DIMENSION = 8;

/** One sidecar's store, and what it told the phases in its process. */
export interface Member {
  readonly store: RedisStore;
  readonly added: Entry[];
  readonly removed: string[];
  readonly invalidated: Selector[];
  readonly informed: boolean[];
  readonly blocked: string[];
  readonly unblocked: string[];
  readonly blocksKnown: boolean[];
  readonly warnings: string[];
  resets: number;
}

export async function member(
  url: string,
  options: {
    model?: string;
    dimension?: number;
    maxEntries?: number;
    settings?: Partial<RedisSettings>;
    random?: () => number;
    unusedIndexMs?: number;
    now?: () => number;
  } = {},
): Promise<Member> {
  const parsed = parseRedisUrl(url);
  if ('expected' in parsed) throw new Error(`expected ${parsed.expected}, got ${url}`);
  const told = {
    added: [],
    removed: [],
    invalidated: [],
    informed: [],
    blocked: [],
    unblocked: [],
    blocksKnown: [],
    warnings: [],
    resets: 0,
  } as Omit<Member, 'store'>;
  const { redis } = parse().settings as Settings;
  const store = await openRedisStore({
    url: parsed as RedisUrl,
    // Machines under load are slow, and no test here is about the deadline.
    settings: { ...redis, deadlineMs: 1000, writeDeadlineMs: 5000, ttlJitter: 0, ...options.settings },
    maxEntries: options.maxEntries ?? 1000,
    dimension: options.dimension ?? DIMENSION,
    model: options.model ?? 'model',
    random: options.random,
    unusedIndexMs: options.unusedIndexMs,
    now: options.now,
    feed: {
      removed: (ids) => void told.removed.push(...ids),
      added: (entry) => void told.added.push(entry),
      invalidated: (selector) => void told.invalidated.push(selector),
      blocked: (pairs) => void told.blocked.push(...pairs),
      unblocked: (pairs) => void told.unblocked.push(...pairs),
      blocksKnown: (areKnown) => void told.blocksKnown.push(areKnown),
      informed: (isInformed) => void told.informed.push(isInformed),
      reset: () => {
        told.resets++;
      },
    },
    log: { warn: (details, message) => void told.warnings.push(`${message} ${JSON.stringify(details)}`) },
  });
  return Object.assign(told, { store });
}

/** As the lookup makes them: the id is the first half of the exact key. */
export function entry(name: string, shape: Partial<Entry> = {}): Entry {
  const exactKey = hash(name);
  const seed = createHash('sha256').update(name).digest().readInt32LE(0);
  return entryOf(name, {
    id: Buffer.from(exactKey.slice(0, 32), 'hex').toString('base64url'),
    scope: hash('scope'),
    partition: hash('partition'),
    vector: randomUnit(DIMENSION, numbers(seed)),
    createdAt: Date.now(),
    expiresAt: Date.now() + 3_600_000,
    ...shape,
  });
}
