import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request as ask } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ApiServer } from '../kubernetes/index.ts';

/** What happens to one request on its way. */
export type Fault =
  /** An answer of the server's own form, without asking it. */
  | {
      readonly status: number;
      readonly reason?: string;
      readonly message?: string;
      readonly retryAfter?: number;
    }
  /** The connection is reset before the server is asked … */
  | 'reset'
  /** … or after it has done what was asked: the answer is lost. */
  | 'lost'
  /** Nothing comes back. */
  | 'silence';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly watch: boolean;
  readonly at: number;
  /** 0 where a fault took its place. */
  status: number;
}

export interface ApiProxy {
  /** A file that leads here. */
  readonly kubeconfig: string;
  readonly seen: Seen[];
  /** Requests of a method other than GET that reached the server. */
  writes(): Seen[];
  /** Decides each request; replaced at any time. */
  fault: (request: Seen) => Fault | undefined;
  /** Told after the server has answered, before the client knows. */
  afterwards: (request: Seen) => void;
  /** Resets everything that is open. */
  cut(): void;
  close(): Promise<void>;
}

/** Stands before a real API server, sees each request and spoils those that it is told to. */
export async function startApiProxy(api: ApiServer, token = api.token): Promise<ApiProxy> {
  const agent = new Agent({ keepAlive: true, ca: api.ca });
  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing));
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  const sockets = new Set<import('node:net').Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(api.folder, `proxy-${port}`);
  const url = `http://127.0.0.1:${port}`;
  await writeFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'proxy', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'user', user: { token } }],
      contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'user' } }],
      'current-context': 'proxy',
    }),
    { mode: 0o600 },
  );

  const proxy: ApiProxy = {
    kubeconfig,
    seen: [],
    writes: () => proxy.seen.filter(({ method, status }) => method !== 'GET' && status > 0),
    fault: () => undefined,
    afterwards: () => {},
    cut: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    async close() {
      proxy.cut();
      server.close();
      agent.destroy();
    },
  };

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/' } = incoming;
    const seen: Seen = { method, path, watch: /[?&]watch=/.test(path), at: performance.now(), status: 0 };
    proxy.seen.push(seen);
    incoming.on('error', () => {});
    const fault = proxy.fault(seen);
    if (fault === 'reset') return void incoming.socket.resetAndDestroy();
    if (fault === 'silence') return;
    if (typeof fault === 'object') {
      const { status, retryAfter, ...rest } = fault;
      outgoing.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) });
      outgoing.end(
        JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code: status, ...rest }),
      );
      return;
    }
    const onward = ask(`${api.server}${path}`, {
      method,
      agent,
      headers: { ...incoming.headers, host: new URL(api.server).host },
    });
    onward.on('response', (answer) => {
      seen.status = answer.statusCode ?? 0;
      proxy.afterwards(seen);
      if (fault === 'lost') {
        answer.resume();
        incoming.socket.resetAndDestroy();
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      // A watch without events has a head all the same.
      outgoing.flushHeaders();
      answer.pipe(outgoing);
      answer.on('error', () => outgoing.destroy());
    });
    onward.on('error', () => incoming.socket.resetAndDestroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }
  return proxy;
}
