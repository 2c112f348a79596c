import type { Command } from './client.ts';
import { field } from './query.ts';

/**
 * The few steps that must not come apart, in Lua. Every key of a script lies on one shard. Sent as text: they are short, and
 * a server that was replaced needs no loading.
 */

/** Writes an entry whole, keeps its birth if it lives, and lets it die by itself. Answers nothing of worth. */
export function writeEntry(
  key: string,
  birth: string,
  millisecondsToLive: number,
  now: number,
  fields: readonly (string | Buffer)[],
): Command {
  return ['EVAL', WRITE_ENTRY, 1, key, birth, millisecondsToLive, now, ...fields];
}

// HSET comes first: at the memory limit it is the one that is refused, before anything has changed.
const WRITE_ENTRY = `
local before = redis.call('HMGET', KEYS[1], '${field.birth}', '${field.keptUntil}')
local lives = before[1] and before[2] and tonumber(before[2]) > tonumber(ARGV[3])
local born = lives and before[1] or ARGV[1]
local given = {['${field.birth}'] = true}
for i = 4, #ARGV, 2 do given[ARGV[i]] = true end
redis.call('HSET', KEYS[1], '${field.birth}', born, unpack(ARGV, 4))
for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
  if not given[name] then redis.call('HDEL', KEYS[1], name) end
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return born`;

/** Removes an entry only if it is still to be kept no longer than that. */
export function dropExpired(key: string, until: number): Command {
  return ['EVAL', DROP_EXPIRED, 1, key, until];
}

const DROP_EXPIRED = `
local kept = redis.call('HGET', KEYS[1], '${field.keptUntil}')
if kept and tonumber(kept) <= tonumber(ARGV[1]) then return redis.call('UNLINK', KEYS[1]) end
return 0`;

/** The lists that name an entry: one of `expiry`, and the others. */
export interface Lists {
  readonly expiry: readonly string[];
  readonly recency: string;
  readonly uses: string;
}

/**
 * Takes ids off the lists, each only if it is listed as the caller saw it; answers those that were, each followed by the
 * number of its list, from 1 on. So of several sidecars that let the same entry go, one counts it, and an entry that was
 * stored anew meanwhile stays listed.
 */
export function claim(
  { expiry, recency, uses }: Lists,
  ids: readonly (readonly [id: string, keptUntil: number])[],
): Command {
  return ['EVAL', CLAIM, expiry.length + 2, recency, uses, ...expiry, ...ids.flat()];
}

const CLAIM = `
local claimed = {}
for i = 1, #ARGV, 2 do
  for list = 3, #KEYS do
    local score = redis.call('ZSCORE', KEYS[list], ARGV[i])
    if score and tonumber(score) == tonumber(ARGV[i + 1]) then
      redis.call('ZREM', KEYS[list], ARGV[i])
      redis.call('ZREM', KEYS[1], ARGV[i])
      redis.call('HDEL', KEYS[2], ARGV[i])
      claimed[#claimed + 1] = ARGV[i]
      claimed[#claimed + 1] = list - 2
    end
  end
end
return claimed`;

/** The least used ids beyond `maxEntries`, counted and chosen in one moment, but no more than `most`. */
export function beyond({ expiry, recency }: Lists, maxEntries: number, most: number): Command {
  return ['EVAL', BEYOND, expiry.length + 1, recency, ...expiry, maxEntries, most];
}

const BEYOND = `
local excess = -tonumber(ARGV[1])
for list = 2, #KEYS do excess = excess + redis.call('ZCARD', KEYS[list]) end
if excess <= 0 then return {} end
return redis.call('ZRANGE', KEYS[1], 0, math.min(excess, tonumber(ARGV[2])) - 1)`;

/** Use of entries, as far as they are still listed. With `lfu` every use lifts the score above what it was. */
export function noteUse(
  { recency, uses }: Pick<Lists, 'recency' | 'uses'>,
  halfLife: number,
  used: readonly (readonly [id: string, at: number, touches: number])[],
): Command {
  return ['EVAL', NOTE_USE, 2, recency, uses, halfLife, ...used.flat()];
}

// The score is a moment. Least recently used: that of the last use. Least often used (half-life h): the moment at which one
// single use would weigh as much as all of them do, where a use weighs half for every h that has passed since.
const NOTE_USE = `
local halfLife = tonumber(ARGV[1])
for i = 2, #ARGV, 3 do
  local before = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if before then
    local score = tonumber(ARGV[i + 1])
    before = tonumber(before)
    if halfLife > 0 then
      local later = math.max(before, score)
      local sooner = math.min(before, score)
      score = later + halfLife * math.log(1 + 2 ^ ((sooner - later) / halfLife)) / math.log(2)
    end
    if score > before then redis.call('ZADD', KEYS[1], string.format('%.4f', score), ARGV[i]) end
    if tonumber(ARGV[i + 2]) > 0 then redis.call('HINCRBY', KEYS[2], ARGV[i], ARGV[i + 2]) end
  end
end
return 0`;

/** A removal gets the next number and a line in the journal, together: a gap in the numbers is a line that was missed. */
export function announceRemoval(
  keys: readonly [head: string, journal: string],
  length: number,
  from: string,
  selector: string,
  when: 'begins' | 'ends',
): Command {
  return ['EVAL', ANNOUNCE_REMOVAL, 2, ...keys, length, from, selector, when];
}

// Removing gives memory back, so it must work at the memory limit too.
const ANNOUNCE_REMOVAL = `#!lua flags=allow-oom
local generation = redis.call('HINCRBY', KEYS[1], 'generation', 1)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[1], '*', 'r', ARGV[3], 'g', generation, 'f', ARGV[2], 'w', ARGV[4])
return generation`;

/** Adds to the blocked pairs and says so, under a number of its own like a removal: whoever misses it begins anew. */
export function announceBlocks(
  keys: BlockKeys,
  length: number,
  from: string,
  pairs: readonly string[],
): Command {
  return ['EVAL', ANNOUNCE_BLOCKS, keys.length, ...keys, length, from, ...pairs];
}

type BlockKeys = readonly [head: string, journal: string, blocks: string, unblocked: string];

const ANNOUNCE_BLOCKS = `#!lua flags=allow-oom
redis.call('SADD', KEYS[3], unpack(ARGV, 3))
redis.call('SREM', KEYS[4], unpack(ARGV, 3))
local generation = redis.call('HINCRBY', KEYS[1], 'generation', 1)
local pairs = table.concat(ARGV, ' ', 3)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[1], '*', 'k', pairs, 'g', generation, 'f', ARGV[2])
return generation`;

/** Removes blocked pairs, and says so in the same way. Answers how many there were. */
export function announceUnblocked(
  keys: BlockKeys,
  length: number,
  from: string,
  secondsKept: number,
  pairs: readonly string[],
): Command {
  return ['EVAL', ANNOUNCE_UNBLOCKED, keys.length, ...keys, length, from, secondsKept, ...pairs];
}

const ANNOUNCE_UNBLOCKED = `#!lua flags=allow-oom
local removed = redis.call('SREM', KEYS[3], unpack(ARGV, 4))
redis.call('SADD', KEYS[4], unpack(ARGV, 4))
redis.call('EXPIRE', KEYS[4], ARGV[3])
local generation = redis.call('HINCRBY', KEYS[1], 'generation', 1)
local pairs = table.concat(ARGV, ' ', 4)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[1], '*', 'u', pairs, 'g', generation, 'f', ARGV[2])
return removed`;

/** Gives back blocked pairs that Redis has lost; the sidecars know them. */
export function giveBlocks(
  keys: readonly [blocks: string, unblocked: string],
  pairs: readonly string[],
): Command {
  return ['EVAL', GIVE_BLOCKS, keys.length, ...keys, ...pairs];
}

// They are few, and without them a sidecar that starts now would serve what was reported wrong.
const GIVE_BLOCKS = `#!lua flags=allow-oom
for _, pair in ipairs(ARGV) do
  if redis.call('SISMEMBER', KEYS[2], pair) == 0 then redis.call('SADD', KEYS[1], pair) end
end`;

/** Which life of the data this is, how many removals it has seen, and where its journal ends, all of one moment. */
export function readHead(keys: readonly [head: string, journal: string], newEpoch: string): Command {
  return ['EVAL', READ_HEAD, 2, ...keys, newEpoch];
}

const READ_HEAD = `
if redis.call('HEXISTS', KEYS[1], 'epoch') == 0 then redis.call('HSET', KEYS[1], 'epoch', ARGV[1]) end
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)
return {redis.call('HGET', KEYS[1], 'epoch'), redis.call('HGET', KEYS[1], 'generation') or '0', last[1] and last[1][1] or '0-0'}`;
