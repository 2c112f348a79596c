import { type RedisServer, startRedis } from './server.ts';

/** A primary, its replicas, and the Sentinels that watch them. */
export interface Sentinels {
  /** `redis+sentinel://…?master=cache`. */
  readonly url: string;
  readonly name: string;
  readonly servers: readonly RedisServer[];
  readonly sentinels: readonly RedisServer[];
  /** Whom the Sentinels call the primary now. */
  primary(): Promise<RedisServer>;
  /** Until the Sentinels agree on a primary that says so itself, and all its replicas are linked to it. */
  settled(options?: { replicas?: number; withinMs?: number }): Promise<RedisServer>;
  close(): Promise<void>;
}

export async function startSentinels(
  options: {
    replicas?: number;
    sentinels?: number;
    /** A primary that is silent for so long is taken for lost. */
    downAfterMs?: number;
    settings?: readonly string[];
  } = {},
): Promise<Sentinels> {
  const { replicas = 2, sentinels: count = 3, downAfterMs = 1_000, settings = [] } = options;
  const name = 'cache';
  const first = await startRedis({ settings });
  const replicaOf = ['--replicaof', `127.0.0.1 ${first.port}`, '--repl-diskless-sync-delay', '0'];
  const servers = [
    first,
    ...(await Promise.all(
      Array.from({ length: replicas }, () => startRedis({ settings: [...settings, ...replicaOf] })),
    )),
  ];
  const watch = [
    `sentinel monitor ${name} 127.0.0.1 ${first.port} ${Math.floor(count / 2) + 1}`,
    `sentinel down-after-milliseconds ${name} ${downAfterMs}`,
    `sentinel failover-timeout ${name} 6000`,
    `sentinel parallel-syncs ${name} 2`,
  ];
  const watchers = await Promise.all(Array.from({ length: count }, () => startRedis({ sentinel: watch })));

  const asked = async (sentinel: RedisServer) =>
    Number(
      ((await sentinel.client.call('SENTINEL', 'get-master-addr-by-name', name)) as string[] | null)?.[1],
    );
  const primary = async () => {
    const alive = watchers.find(({ process }) => process.exitCode === null && process.signalCode === null);
    const port = alive === undefined ? 0 : await asked(alive);
    const found = servers.find((server) => server.port === port);
    if (found === undefined)
      throw new Error(`the Sentinels name port ${port}, which is no server of this test`);
    return found;
  };
  const set: Sentinels = {
    url: `redis+sentinel://${watchers.map(({ port }) => `127.0.0.1:${port}`).join(',')}/0?master=${name}`,
    name,
    servers,
    sentinels: watchers,
    primary,
    async settled({ replicas: linked = replicas, withinMs = 60_000 } = {}) {
      for (const end = Date.now() + withinMs; Date.now() < end; await sleep(50)) {
        const named = await Promise.all(watchers.map(asked));
        const found = servers.find(({ port }) => port === named[0]);
        if (found === undefined || named.some((port) => port !== found.port)) continue;
        const info = await Promise.race([found.client.info('replication'), sleep(1_000).then(() => '')]);
        if (!info.includes('role:master')) continue;
        if ([...info.matchAll(/^slave\d+:.*state=online/gm)].length < linked) continue;
        const known = (await watchers[0]?.client.call('SENTINEL', 'master', name)) as string[];
        const others = Number(known[known.indexOf('num-other-sentinels') + 1]);
        const followers = Number(known[known.indexOf('num-slaves') + 1]);
        if (others >= count - 1 && followers >= linked) return found;
      }
      throw new Error(`the Sentinels did not settle within ${withinMs} ms`);
    },
    async close() {
      await Promise.all(watchers.map((each) => each.close()));
      await Promise.all(servers.map((each) => each.close()));
    },
  };
  await set.settled();
  return set;
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
