import { Cluster, Redis } from 'ioredis';
import type { RedisNode, RedisUrl } from '../../../crds/redis-url.ts';
import { failureOf, RedisFailure } from './failure.ts';
import type { Secrets } from './secrets.ts';

/** The only file that knows ioredis. Reconnecting is not left to it: `connection.ts` decides when, and with which secrets. */

export type Command = readonly [name: string, ...args: (string | Buffer | number)[]];

/** Texts come as bytes, in whichever command. */
export type Reply = Buffer | number | null | readonly Reply[];

export interface Client {
  /**
   * Commands are sent in the order of the calls; in a cluster each goes to the shard of its first key.
   * @throws RedisFailure
   */
  send(command: Command): Promise<Reply>;
  /** One for each shard; of a single server, itself. */
  shards(): readonly Pick<Client, 'send'>[];
  close(): void;
}

export interface ClientTarget {
  readonly url: RedisUrl;
  readonly secrets: Secrets;
  /** Shown by `CLIENT LIST`. */
  readonly name: string;
}

/**
 * Connects and authenticates. `closed` is called once, when the connection is lost for whatever reason.
 * @throws RedisFailure
 */
export async function openClient(
  target: ClientTarget,
  signal: AbortSignal,
  closed: (why: RedisFailure) => void,
): Promise<Client> {
  const redis = target.url.form === 'cluster' ? cluster(target) : single(target);
  let why: RedisFailure | undefined;
  const note = (error: unknown) => {
    why = failureOf(error);
  };
  redis.on('error', note).on('node error', note).on('sentinelError', note);
  const abort = () => redis.disconnect();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    if (signal.aborted) throw new RedisFailure('timeout', `no answer${why ? `: ${why.message}` : ''}`);
    throw why ?? failureOf(error);
  } finally {
    signal.removeEventListener('abort', abort);
  }
  redis.once('end', () => closed(why ?? new RedisFailure('connection', 'the connection was closed')));
  const shards = () => (redis instanceof Cluster ? redis.nodes('master') : [redis]);
  return {
    send: (command) => send(redis, command),
    shards: () => shards().map((shard) => ({ send: (command) => send(shard, command) })),
    close: () => redis.disconnect(),
  };
}

async function send(redis: Redis | Cluster, [name, ...args]: Command): Promise<Reply> {
  if (redis instanceof Redis) gather(redis.stream);
  try {
    return (await redis.callBuffer(name, ...args)) as Reply;
  } catch (error) {
    throw failureOf(error);
  }
}

/** What is asked at once goes out in one piece: each piece is a call of the system, here and in Redis. */
function gather(stream: Redis['stream'] | undefined): void {
  // Undefined until it connects.
  if (stream === undefined || stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

function single({ url, secrets, name }: ClientTarget): Redis {
  const [node] = url.nodes;
  return new Redis({
    ...common(url, secrets, name),
    db: url.database,
    ...(url.form === 'sentinel' ? throughSentinels(url, secrets) : server(node)),
  });
}

function server(node: RedisNode | undefined) {
  return node === undefined ? {} : { host: node.host, port: node.port };
}

function throughSentinels(url: RedisUrl, secrets: Secrets) {
  return {
    sentinels: [...url.nodes],
    name: url.master,
    role: 'master' as const,
    sentinelRetryStrategy: () => null,
    sentinelCommandTimeout: CONNECT_MILLISECONDS,
    sentinelUsername: secrets.sentinelUsername,
    sentinelPassword: secrets.sentinelPassword,
    enableTLSForSentinelMode: url.tls,
    sentinelTLS: url.tls ? tls(secrets) : undefined,
    // Sentinels tell of a failover before the old primary is found to be silent.
    failoverDetector: true,
  };
}

function cluster({ url, secrets, name }: ClientTarget): Cluster {
  return new Cluster([...url.nodes], {
    redisOptions: common(url, secrets, name),
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: () => null,
    // A shard that failed over keeps its slots; its new primary is found by refreshing them.
    retryDelayOnFailover: 50,
    retryDelayOnClusterDown: 50,
    maxRedirections: 4,
    slotsRefreshTimeout: CONNECT_MILLISECONDS,
    slotsRefreshInterval: 2_000,
    // Certificates name hosts, not the addresses behind them.
    ...(url.tls ? { dnsLookup: (address, done) => done(null, address) } : {}),
  });
}

function common(url: RedisUrl, secrets: Secrets, name: string) {
  return {
    username: secrets.username ?? url.username,
    password: secrets.password ?? url.password,
    connectionName: name,
    disableClientInfo: true,
    tls: url.tls ? tls(secrets) : undefined,
    lazyConnect: true,
    connectTimeout: CONNECT_MILLISECONDS,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    // Asked by `connection.ts`, with a deadline.
    enableReadyCheck: false,
    // RediSearch answers in another shape in RESP3.
    protocol: 2 as const,
    keepAlive: 10_000,
  };
}

function tls({ ca, cert, key, serverName }: Secrets) {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}

const CONNECT_MILLISECONDS = 1_000;
