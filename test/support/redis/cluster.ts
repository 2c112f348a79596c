import { type RedisServer, startRedis } from './server.ts';

export interface RedisCluster {
  /** `redis+cluster://…`. */
  readonly url: string;
  readonly nodes: readonly RedisServer[];
  close(): Promise<void>;
}

/** Redis in cluster mode, the slots shared out evenly. Redis Stack's search sees one node at a time there. */
export async function startCluster(
  options: { nodes?: number; settings?: readonly string[]; modules?: boolean } = {},
): Promise<RedisCluster> {
  const { nodes: count = 3, settings = [], modules = true } = options;
  const nodes = await Promise.all(
    Array.from({ length: count }, () =>
      startRedis({
        modules,
        settings: ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', ...settings],
      }),
    ),
  );
  const [first] = nodes;
  for (const [at, node] of nodes.entries()) {
    const from = Math.floor((16_384 * at) / count);
    const to = Math.floor((16_384 * (at + 1)) / count) - 1;
    await node.client.call('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to));
    if (node !== first) await node.client.call('CLUSTER', 'MEET', '127.0.0.1', String(first?.port));
  }
  for (const end = Date.now() + 30_000; ; ) {
    const states = await Promise.all(
      nodes.map((node) => node.client.call('CLUSTER', 'INFO') as Promise<string>),
    );
    const known = `cluster_known_nodes:${count}`;
    if (states.every((state) => state.includes('cluster_state:ok') && state.includes(known))) break;
    if (Date.now() > end) throw new Error('the cluster did not come together within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    nodes,
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}
