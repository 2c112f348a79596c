import { certificateAuthority } from '../certificates.ts';
import type { TcpProxy } from '../tcp-proxy.ts';
import type { SceneOptions } from './scene.ts';
import { freePort, type RedisOptionsForTests, type RedisServer } from './server.ts';

/** Redis is away, or so slow that it might be. */
export const absences = [
  'killed',
  'stopped',
  'slowed by 20 ms',
  'slowed by 80 ms',
  'slowed by 500 ms',
] as const;

/** Redis is there, and no help. */
const refusals = [
  'loading after its restart',
  'made a replica',
  'out of memory',
  'flushed all the time',
  'full of garbage',
  'with another password',
  'with a certificate that has run out',
] as const;

export type Outage = (typeof absences | typeof refusals)[number];

/** What an outage asks of the server and of the sidecar, and how it begins and ends. */
export interface Means {
  readonly redis?: RedisOptionsForTests;
  readonly scene?: Pick<SceneOptions, 'configuration' | 'environment'>;
  /** Where it is not the server's own URL. */
  store?(redis: RedisServer, proxy: TcpProxy): string;
  begin(redis: RedisServer, proxy: TcpProxy): Promise<unknown>;
  end(redis: RedisServer, proxy: TcpProxy): Promise<unknown>;
}

export async function meansOf(outage: Outage): Promise<Means> {
  switch (outage) {
    case 'killed':
      return { begin: (redis) => redis.kill(), end: (redis) => redis.start() };
    case 'stopped':
      return { begin: async (redis) => redis.pause(), end: async (redis) => redis.resume() };
    case 'slowed by 20 ms':
    case 'slowed by 80 ms':
    case 'slowed by 500 ms': {
      const delayMs = Number(/\d+/.exec(outage)?.[0]);
      return {
        store: (_, proxy) => `redis://${proxy.address}`,
        // Half of it each way
        begin: async (_, proxy) => proxy.set({ delayMs: delayMs / 2, jitterMs: delayMs / 10 }),
        end: async (_, proxy) => proxy.set(),
      };
    }
    case 'loading after its restart':
      return loading();
    case 'made a replica':
      return {
        begin: async ({ client }) => client.call('REPLICAOF', '127.0.0.1', String(await freePort())),
        end: ({ client }) => client.call('REPLICAOF', 'NO', 'ONE'),
      };
    case 'out of memory':
      return {
        begin: ({ client }) => client.call('CONFIG', 'SET', 'maxmemory', '1mb'),
        end: ({ client }) => client.call('CONFIG', 'SET', 'maxmemory', '0'),
      };
    case 'flushed all the time':
      return again(({ client }) => client.flushall());
    case 'full of garbage':
      return { ...again(spoil), scene: { configuration: throughRedis } };
    case 'with another password':
      return anotherPassword();
    case 'with a certificate that has run out':
      return expired();
  }
}

/** Every key of what it saved costs it some time; until then it says LOADING. */
function loading(): Means {
  let loaded: Promise<void> | undefined;
  return {
    redis: { settings: ['--save', '3600', '1'] },
    async begin(redis) {
      const keys = Array.from({ length: 2_000 }, (_, at) => [`other:${at}`, 'x']);
      await redis.client.mset(keys.flat());
      await redis.stop();
      loaded = redis.start(['--key-load-delay', '1000']);
      loaded.catch(() => {});
    },
    end: async () => await loaded,
  };
}

function again(harm: (redis: RedisServer) => Promise<unknown>): Means {
  let going: Promise<void> | undefined;
  let ended = false;
  return {
    async begin(redis) {
      going = (async () => {
        while (!ended) {
          await harm(redis);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      })();
      going.catch(() => {});
    },
    async end() {
      ended = true;
      await going;
    },
  };
}

/** The phases in the process would never see what is in Redis. */
const throughRedis = { phases: { fingerprint: { enabled: false }, nearMiss: { enabled: false } } };

/** In Redis itself: whoever measures has other things to do. */
const spoil = ({ client }: RedisServer): Promise<unknown> =>
  client.eval(
    `for at, name in ipairs(redis.call('KEYS', '*:e:*')) do
       redis.call('UNLINK', name)
       if at % 2 == 0 then redis.call('SET', name, 'no entry', 'PX', 5000)
       else redis.call('HSET', name, 'd', '\\255\\0', 'b', 'birth') redis.call('PEXPIRE', name, 5000) end
     end`,
    0,
  );

function anotherPassword(): Means {
  const change = async ({ client }: RedisServer, password: string) => {
    await client.call('CONFIG', 'SET', 'requirepass', password);
    await endOthers(client);
  };
  return {
    redis: { settings: ['--requirepass', 'right'], client: { password: 'right' } },
    store: ({ port }) => `redis://:right@127.0.0.1:${port}`,
    begin: (server) => change(server, 'another'),
    end: (server) => change(server, 'right'),
  };
}

async function expired(): Promise<Means> {
  const authority = await certificateAuthority();
  const [good, bad] = [await authority.issue(), await authority.issue({ days: -1 })];
  const show = async ({ client }: RedisServer, { cert, key }: typeof good) => {
    await client.call('CONFIG', 'SET', 'tls-cert-file', cert, 'tls-key-file', key);
    await endOthers(client);
  };
  return {
    redis: { tls: { ca: authority.file, ...good } },
    scene: { environment: { FOURFOLD_REDIS_CA_FILE: authority.file } },
    begin: (server) => show(server, bad),
    end: (server) => show(server, good),
  };
}

/** Open connections outlive a change of what new ones must show. */
const endOthers = (client: RedisServer['client']) =>
  client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
