import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { certificateAuthority } from '../support/certificates.ts';
import { quickest } from '../support/quickest.ts';
import { redisAtHand, startCluster, startRedis } from '../support/redis/index.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

/** What the fault tests rest on: that a fault which they ask for happens. */
describe('the TCP proxy', () => {
  let echo: Server;
  let proxy: TcpProxy;
  const open: Socket[] = [];
  beforeAll(async () => {
    echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket).on('error', () => {}));
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.destroy();
    await proxy.close();
  });
  afterAll(() => echo.close());

  async function connect(): Promise<Socket> {
    const socket = createConnection({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    open.push(socket);
    await once(socket, 'connect');
    return socket;
  }
  const begin = async () => {
    proxy = await startTcpProxy({ port: (echo.address() as AddressInfo).port }, { random: () => 1 });
    return await connect();
  };
  /** Undelayed: a machine that is busy otherwise is late now and then, and not each time. */
  const promptly = (socket: Socket) => quickest(60, () => roundTrip(socket));
  async function roundTrip(socket: Socket, text = 'x'): Promise<number> {
    const start = performance.now();
    let heard = '';
    socket.write(text);
    while (heard.length < text.length) heard += (await once(socket, 'data'))[0];
    expect(heard).toBe(text);
    return performance.now() - start;
  }
  const silent = async (socket: Socket) => {
    socket.write('x');
    const said = once(socket, 'data').then(() => true);
    return !(await Promise.race([said, new Promise((resolve) => setTimeout(resolve, 200, false))]));
  };

  it('delays both directions, with jitter, on open connections too', async () => {
    const socket = await begin();
    expect(await promptly(socket)).toBeLessThan(60);
    proxy.set({ delayMs: 60, jitterMs: 20 });
    expect(await roundTrip(socket)).toBeGreaterThan(155);
    proxy.set({ delayMs: 60, only: 'up' });
    expect(await quickest(110, () => roundTrip(socket))).toBeLessThan(110);
    proxy.set();
    expect(await promptly(socket)).toBeLessThan(60);
  });

  it('trickles, and loses nothing', async () => {
    const socket = await begin();
    proxy.set({ bytesPerSecond: 1_000, only: 'down' });
    expect(await roundTrip(socket, 'abcdefghij'.repeat(30))).toBeGreaterThan(200);
  });

  it('stalls, and delivers afterwards what it kept', async () => {
    const socket = await begin();
    proxy.set({ stall: true });
    expect(await silent(socket)).toBe(true);
    const late = once(socket, 'data');
    proxy.set();
    expect(String((await late)[0])).toBe('x');
  });

  it('cuts with a FIN, resets with a RST, closes one half', async () => {
    const cut = await begin();
    const ended = once(cut, 'end');
    await roundTrip(cut);
    proxy.cut();
    await ended;

    const reset = await connect();
    await roundTrip(reset);
    const error = once(reset, 'error');
    proxy.reset();
    expect(((await error)[0] as NodeJS.ErrnoException).code).toBe('ECONNRESET');

    const half = await connect();
    await roundTrip(half);
    const done = once(half, 'end');
    proxy.halfClose('down');
    await done;
    expect(half.writable).toBe(true);
  });

  it('refuses new connections, and accepts again on the same port', async () => {
    const socket = await begin();
    await roundTrip(socket);
    await proxy.refuse();
    await expect(connect()).rejects.toThrow('ECONNREFUSED');
    expect(await promptly(socket)).toBeLessThan(60);
    await proxy.accept();
    await roundTrip(await connect());
    expect(proxy.connections()).toEqual({ open: 2, total: 2 });
  });

  it('rewrites', async () => {
    const socket = await begin();
    proxy.set({ only: 'up', rewrite: (piece) => Buffer.from(piece.toString().replace('b', 'B')) });
    socket.write('abc');
    expect(String((await once(socket, 'data'))[0])).toBe('aBc');
  });
});

describe.skipIf(!redisAtHand)('the Redis of a test', () => {
  it('has search, can be stopped, killed and started again on its port', async () => {
    await using server = disposable(await startRedis());
    const { client, port } = server;
    expect(await client.call('FT._LIST')).toEqual([]);
    await client.set('key', 'value');
    server.pause();
    const asked = client.get('key');
    expect(await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 200, 'silent'))])).toBe(
      'silent',
    );
    server.resume();
    expect(await asked).toBe('value');
    await server.kill();
    const refused = new Redis({ port, lazyConnect: true, retryStrategy: null });
    refused.on('error', () => {});
    await expect(refused.connect()).rejects.toThrow();
    await server.start();
    expect(await client.get('key')).toBeNull();
  });

  it('speaks TLS, and asks for a client certificate', async () => {
    const authority = await certificateAuthority();
    const files = await authority.issue();
    await using server = disposable(
      await startRedis({ tls: { ca: authority.file, ...files, clients: true } }),
    );
    const bare = new Redis({
      port: server.port,
      tls: { rejectUnauthorized: false },
      lazyConnect: true,
      retryStrategy: null,
    });
    bare.on('error', () => {});
    await expect(bare.connect()).rejects.toThrow();
  });

  it('comes as a cluster', async () => {
    await using cluster = disposable(await startCluster());
    const [first] = cluster.nodes;
    await expect(first?.client.set('b', '1')).resolves.toBe('OK');
    await expect(first?.client.set('a', '1')).rejects.toThrow('MOVED');
  });
});

function disposable<Closing extends { close(): Promise<void> }>(part: Closing): Closing & AsyncDisposable {
  return Object.assign(part, { [Symbol.asyncDispose]: () => part.close() });
}
