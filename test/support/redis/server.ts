import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis, type RedisOptions } from 'ioredis';
import { endServer, ensureRedisStack, runServer } from '../../../sidecar/redis-stack/index.ts';

/** A real Redis Stack of a test's own: a process, a port, a folder. */
export interface RedisServer {
  readonly port: number;
  /** `redis://127.0.0.1:port`, or `rediss://localhost:port`. Without a password. */
  readonly url: string;
  readonly folder: string;
  readonly process: ChildProcess;
  /** For the test's own questions; it keeps trying while the server is away. Not behind any proxy. */
  readonly client: Redis;
  /** SIGTERM. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGSTOP: it accepts connections and answers nothing. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** Starts it again after `stop` or `kill`: same port, same folder, and whatever it had saved there. */
  start(settings?: readonly string[]): Promise<void>;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

export interface RedisOptionsForTests {
  /** Further settings, as on the command line: `['--maxmemory', '50mb']`. */
  readonly settings?: readonly string[];
  readonly port?: number;
  /** Without modules it is a bare Redis. */
  readonly modules?: boolean;
  /** PEM files; then it speaks TLS only. `clients`: and asks for a client certificate. */
  readonly tls?: {
    readonly ca: string;
    readonly cert: string;
    readonly key: string;
    readonly clients?: boolean;
  };
  /** For `client`, where the server wants to know who asks. */
  readonly client?: ClientOptions;
  /** It is a Sentinel, with these lines of configuration. */
  readonly sentinel?: readonly string[];
  /** Otherwise it has to be started. */
  readonly started?: boolean;
}

type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

/** Nothing is saved unless the settings say so. */
export async function startRedis(options: RedisOptionsForTests = {}): Promise<RedisServer> {
  const stack = await ensureRedisStack({ env: process.env, offline: true });
  const folder = await mkdtemp(join(tmpdir(), 'fourfold-redis-'));
  const { tls } = options;
  // A Sentinel writes what it learns into its configuration file, so it has to have one.
  if (options.sentinel) await writeFile(join(folder, 'sentinel.conf'), options.sentinel.join('\n'));
  let port = options.port ?? (await freePort());
  let child: ChildProcess | undefined;
  const start = async (settings: readonly string[] = []) => {
    child = await runServer(stack, {
      port,
      folder,
      tls: tls !== undefined,
      ...(options.sentinel ? { file: join(folder, 'sentinel.conf') } : {}),
      modules: options.sentinel === undefined && (options.modules ?? true),
      settings: [
        ...(options.sentinel
          ? ['--sentinel']
          : ['--save', '', '--enable-debug-command', 'local', '--enable-protected-configs', 'local']),
        ...tlsSettings(tls),
        ...(options.settings ?? []),
        ...settings,
      ],
    });
    const started = child;
    // Whatever ends the test process must not leave a server behind.
    const last = () => started.kill('SIGKILL');
    process.once('exit', last);
    started.once('exit', () => process.off('exit', last));
  };
  if (options.started ?? true) {
    await start().catch(async (error) => {
      if (options.port !== undefined || !/in use/.test(error.message)) throw error;
      // Somebody else was given the free port in the meantime.
      port = await freePort();
      await start();
    });
  }
  let client: Redis | undefined;
  const gone = async (signal: NodeJS.Signals) => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = new Promise((resolve) => child?.once('exit', resolve));
    child.kill(signal);
    await exit;
  };
  return {
    port,
    url: tls === undefined ? `redis://127.0.0.1:${port}` : `rediss://localhost:${port}`,
    folder,
    get process() {
      if (child === undefined) throw new Error('this Redis has not been started');
      return child;
    },
    get client() {
      if (client === undefined) {
        const usual: ClientOptions = {
          port,
          host: '127.0.0.1',
          maxRetriesPerRequest: null,
          retryStrategy: () => 50,
        };
        if (tls !== undefined) usual.tls = { rejectUnauthorized: false };
        client = new Redis({ ...usual, ...options.client });
        client.on('error', () => {});
      }
      return client;
    },
    stop: () => (child === undefined ? Promise.resolve() : endServer(child)),
    kill: () => gone('SIGKILL'),
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    start,
    async close() {
      client?.disconnect();
      await gone('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function tlsSettings(tls: RedisOptionsForTests['tls']): string[] {
  if (tls === undefined) return [];
  const files = ['--tls-ca-cert-file', tls.ca, '--tls-cert-file', tls.cert, '--tls-key-file', tls.key];
  return [...files, '--tls-auth-clients', tls.clients ? 'yes' : 'no'];
}

/** Below the range from which systems give out ports for outgoing connections, so that it stays free while unused. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port === port));
    });
    await new Promise((resolve) => server.close(resolve));
    if (free) return port;
  }
}
