import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { type Child, start } from './child.ts';
import { program } from './programs.ts';
import { until } from './until.ts';

export interface Etcd {
  readonly child: Child;
  /** For `--etcd-servers`. */
  readonly url: string;
  /** Throws away the history up to now. */
  compact(): Promise<void>;
}

/** On sockets in its folder, so that no port can be taken by another. */
export async function startEtcd(folder: string): Promise<Etcd> {
  const socket = join(folder, 'etcd.sock');
  const child = start(program('etcd'), etcdFlags(folder), { logFile: join(folder, 'etcd.log'), cwd: folder });
  await until('etcd', async () => existsSync(socket), { giveUp: child.mustRun, explain: child.tail });
  return {
    child,
    url: `unix://${socket}`,
    async compact() {
      // A write of our own first: the revision that is compacted itself can still be watched from.
      const { header } = await call(socket, 'put', { key: btoa('compacted'), value: '' });
      await call(socket, 'compaction', { revision: header.revision, physical: true });
    },
  };
}

export function etcdFlags(folder: string): string[] {
  // A member must advertise a host and a port; a single one never dials them.
  const nobody = 'http://127.0.0.1:1';
  return [
    ...['--name', 'one', '--data-dir', join(folder, 'etcd'), '--unsafe-no-fsync', '--log-level', 'warn'],
    ...['--listen-client-urls', `unix://${join(folder, 'etcd.sock')}`, '--advertise-client-urls', nobody],
    ...['--listen-peer-urls', `unix://${join(folder, 'peer.sock')}`],
    ...['--initial-advertise-peer-urls', nobody, '--initial-cluster', `one=${nobody}`],
  ];
}

// biome-ignore lint/suspicious/noExplicitAny: two calls of etcd's JSON gateway, read at one place each
function call(socketPath: string, name: string, body: unknown): Promise<any> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { socketPath, path: `/v3/kv/${name}`, method: 'POST', timeout: 10_000 },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (incoming.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(`etcd ${name}: ${incoming.statusCode} ${text}`));
        });
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`etcd ${name}: no answer in 10 s`)));
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify(body));
  });
}
