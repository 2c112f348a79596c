import { randomUUID } from 'node:crypto';
import { RedisFailure } from '../stores/redis/failure.ts';
import { type Following, GapError, type Lead, LeaseLostError, type Leases } from './lease.ts';
import { decode, encode, type FlightRecord } from './record.ts';
import { Seal } from './seal.ts';

/** What leases need of a connection. Its circuit breaker is its own: it refuses at once while the store is away. */
export interface LeaseConnection {
  ask(
    command: readonly [name: string, ...args: (string | Buffer | number)[]],
    deadlineMs?: number,
  ): Promise<unknown>;
  /** It fails, or takes long: a request should not ask once more than it must. */
  readonly strained?: boolean;
}

export interface RedisLeasesOptions {
  readonly connection: LeaseConnection;
  /** Of the cache's keys. */
  readonly prefix: string;
  /** Where `take` does not say it. */
  readonly leaseMs?: number;
}

/**
 * Three keys for each flight, all of them short-lived: the lease holds the token of its holder, which fences everything
 * that it writes; the records are a stream of the holder's own, so that a leader that lost its lease without noticing
 * writes to nobody; and a mark by which followers say that they are there, without which nothing is published.
 */
export function createRedisLeases({
  connection,
  prefix,
  leaseMs: usualMs = 2_000,
}: RedisLeasesOptions): Leases {
  return {
    async take(key, leaseMs = usualMs) {
      if (connection.strained) return undefined;
      const seal = new Seal(key);
      const token = randomUUID();
      const lease = `${prefix}flight:{${seal.name}}`;
      try {
        const holder = await connection.ask(['SET', lease, token, 'NX', 'GET', 'PX', leaseMs]);
        return holder === null
          ? new RedisLead(connection, seal, lease, token, leaseMs)
          : new RedisFollowing(connection, seal, lease, String(holder));
      } catch (error) {
        // Counted and logged by the connection; a lease is only ever a saving. One that was given up may be taken later.
        const isAnswered = error instanceof RedisFailure && error.kind !== 'timeout';
        if (!isAnswered) void new RedisLead(connection, seal, lease, token, leaseMs).release();
        return undefined;
      }
    },
  };
}

const streamOf = (lease: string, token: string) => `${lease}:${token}`;
const audienceOf = (lease: string, token: string) => `${lease}:${token}:read`;

class RedisLead implements Lead {
  readonly role = 'leads';
  readonly #connection: LeaseConnection;
  readonly #seal: Seal;
  readonly #lease: string;
  readonly #token: string;
  readonly #leaseMs: number;
  #number = 0;

  constructor(connection: LeaseConnection, seal: Seal, lease: string, token: string, leaseMs: number) {
    this.#connection = connection;
    this.#seal = seal;
    this.#lease = lease;
    this.#token = token;
    this.#leaseMs = leaseMs;
  }

  async publish(records: readonly FlightRecord[], forget = 0): Promise<boolean> {
    const first = this.#number + 1;
    this.#number += records.length;
    const sealed = records.map((record, at) => this.#seal.close(encode(record), this.#token, first + at));
    const keys = [this.#lease, streamOf(this.#lease, this.#token), audienceOf(this.#lease, this.#token)];
    const read = await this.#connection.ask(
      ['EVAL', publish, keys.length, ...keys, this.#token, this.#leaseMs, forget, first, ...sealed],
      publishMs,
    );
    if (Number(read) < 0) throw new LeaseLostError('another sidecar leads');
    return Number(read) > 0;
  }

  async release(): Promise<void> {
    const keys = [this.#lease, streamOf(this.#lease, this.#token)];
    try {
      await this.#connection.ask(
        ['EVAL', release, keys.length, ...keys, this.#token, lastReadingMs],
        publishMs,
      );
    } catch {
      // Counted by the connection; the lease runs out by itself.
    }
  }
}

class RedisFollowing implements Following {
  readonly role = 'follows';
  readonly #connection: LeaseConnection;
  readonly #seal: Seal;
  readonly #lease: string;
  readonly #token: string;
  #number = 0;

  constructor(connection: LeaseConnection, seal: Seal, lease: string, token: string) {
    this.#connection = connection;
    this.#seal = seal;
    this.#lease = lease;
    this.#token = token;
  }

  async read(): Promise<{ records: FlightRecord[]; led: boolean }> {
    const keys = [this.#lease, streamOf(this.#lease, this.#token), audienceOf(this.#lease, this.#token)];
    const reply = this.#connection.ask(
      ['EVAL', read, keys.length, ...keys, this.#number, audienceMs, pageLength],
      publishMs,
    );
    const [holder, found] = (await reply) as [Buffer | null, [Buffer, [Buffer, Buffer]][]];
    const records: FlightRecord[] = [];
    for (const [id, [, sealed]] of found) {
      const number = Number(String(id).split('-')[1]);
      if (number !== this.#number + 1) throw new GapError(`record ${this.#number + 1} is gone`);
      records.push(decode(this.#seal.open(Buffer.from(sealed), this.#token, number)));
      this.#number = number;
    }
    // A full page may not be the last one.
    return { records, led: String(holder) === this.#token || found.length === pageLength };
  }
}

/** Milliseconds: followers read far more often while they are there. */
const audienceMs = 2_000;

/** Milliseconds after the end in which followers read the last records. */
const lastReadingMs = 3_000;

const pageLength = 64;

/** Milliseconds for commands that no request waits for, or only one that waits for the provider anyway. */
const publishMs = 500;

const publish = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -1 end
for at = 5, #ARGV do redis.call('XADD', KEYS[2], '0-' .. (ARGV[4] + at - 5), 'r', ARGV[at]) end
if ARGV[3] ~= '0' then redis.call('XTRIM', KEYS[2], 'MINID', '0-' .. (ARGV[3] + 1)) end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return redis.call('EXISTS', KEYS[3])`;

const read = `
redis.call('SET', KEYS[3], '1', 'PX', ARGV[2])
return { redis.call('GET', KEYS[1]), redis.call('XRANGE', KEYS[2], '(0-' .. ARGV[1], '+', 'COUNT', ARGV[3]) }`;

const release = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return 1`;
