import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command, Reply } from './client.ts';
import type { Keys } from './keys.ts';

interface Shard {
  ask(command: Command, deadlineMs: number): Promise<Reply>;
}

/**
 * Whether search sees what lies on other shards, found out by trying: Redis Stack answers in cluster mode as if its own
 * shard were all there is. One small document for each shard, one index, one search; nothing stays.
 * Undefined where it could not be tried.
 */
export async function searchSpansCluster(
  shards: readonly Shard[],
  keys: Keys,
  deadlineMs: number,
): Promise<boolean | undefined> {
  const [asked] = shards;
  if (asked === undefined) return undefined;
  if (shards.length === 1) return true;
  const probe = `${keys.prefix}probe:${randomUUID()}`;
  const index = `${probe}:index`;
  const written: { shard: Shard; key: string }[] = [];
  try {
    await asked.ask(
      ['FT.CREATE', index, 'ON', 'HASH', 'PREFIX', 1, `${probe}:d:`, 'SCHEMA', 'x', 'TAG'],
      deadlineMs,
    );
    for (const shard of shards) written.push({ shard, key: await writeOn(shard, `${probe}:d:`, deadlineMs) });
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const [total] = (await asked.ask(['FT.SEARCH', index, '*', 'NOCONTENT'], deadlineMs)) as Reply[];
      if (Number(total) === shards.length) return true;
      await sleep(PAUSE);
    }
    return false;
  } finally {
    const drops = [
      ...written.map(({ shard, key }) => shard.ask(['UNLINK', key], deadlineMs)),
      asked.ask(['FT.DROPINDEX', index], deadlineMs),
    ];
    await Promise.allSettled(drops);
  }
}

/** A shard refuses keys of others, so names are tried until one is its own. */
async function writeOn(shard: Shard, prefix: string, deadlineMs: number): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    const key = `${prefix}${attempt}`;
    try {
      await shard.ask(['HSET', key, 'x', 'y'], deadlineMs);
      await shard.ask(['PEXPIRE', key, 60_000], deadlineMs);
      return key;
    } catch (error) {
      if (attempt >= MOST_NAMES || !/^MOVED\b/.test((error as Error).message)) throw error;
    }
  }
}

const ATTEMPTS = 5;
const PAUSE = 50;
const MOST_NAMES = 2_000;
