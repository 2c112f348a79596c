import { Redis } from 'ioredis';

/** The only file of the operator that knows ioredis: one command line to one server, with a deadline. */

export interface RedisServer {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** Tried in this order: while passwords rotate, a server may not know the new one yet. */
  readonly passwords: readonly string[];
}

/** One command, such as `('ACL', 'LOAD')`. @throws RedisTrouble */
export type Command = (name: string, ...words: readonly (string | number)[]) => Promise<Reply>;

export type Reply = string | number | null | readonly Reply[];

/** Why there is no answer; `code` is the first word of what Redis said, such as `LOADING`. */
export class RedisTrouble extends Error {
  readonly code: 'unreachable' | (string & {});

  constructor(code: string, message: string) {
    super(message);
    this.name = 'RedisTrouble';
    this.code = code;
  }
}

/**
 * Connects, lets `talk` say its commands, and leaves. Nothing is kept open: the operator looks at hundreds of servers, and
 * at each of them rarely.
 * @throws RedisTrouble
 */
export async function withRedis<T>(
  server: RedisServer,
  deadlineMs: number,
  talk: (command: Command) => Promise<T>,
): Promise<T> {
  for (const [attempt, password] of server.passwords.entries()) {
    const redis = connection(server, password, deadlineMs);
    let why: Error | undefined;
    // Without a listener ioredis prints; and of a failed command it only says that the connection is closed.
    redis.on('error', (error: Error) => {
      why = error;
    });
    const deadline = setTimeout(() => redis.disconnect(), deadlineMs);
    try {
      await redis.connect();
      return await talk((name, ...words) => say(redis, server, name, words));
    } catch (error) {
      const closed = error instanceof Error && error.message === 'Connection is closed.';
      const trouble = troubleOf(closed ? (why ?? new Error('no answer in time')) : error, server);
      if (trouble.code !== 'WRONGPASS' || attempt === server.passwords.length - 1) throw trouble;
    } finally {
      clearTimeout(deadline);
      redis.disconnect();
    }
  }
  throw new RedisTrouble('WRONGPASS', 'there is no password');
}

function connection({ host, port, username }: RedisServer, password: string, deadlineMs: number): Redis {
  return new Redis({
    host,
    port,
    username,
    password,
    lazyConnect: true,
    connectTimeout: deadlineMs,
    commandTimeout: deadlineMs,
    enableOfflineQueue: false,
    // A server that loads its data is worth talking to: it says so.
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    disableClientInfo: true,
  });
}

async function say(
  redis: Redis,
  server: RedisServer,
  name: string,
  words: readonly (string | number)[],
): Promise<Reply> {
  try {
    return (await redis.call(name, ...words)) as Reply;
  } catch (error) {
    throw troubleOf(error, server);
  }
}

function troubleOf(error: unknown, { host, port }: RedisServer): RedisTrouble {
  if (error instanceof RedisTrouble) return error;
  const message = error instanceof Error ? error.message : String(error);
  // Redis begins its errors with a word in capitals; node does so with the names of system errors.
  const [, code] = /^([A-Z]{3,})\b/.exec(message) ?? [];
  return code === undefined || 'code' in (error as object)
    ? new RedisTrouble('unreachable', `${host}:${port}: ${message}`)
    : new RedisTrouble(code, message);
}
