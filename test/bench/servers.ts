import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface Server {
  readonly url: string;
  readonly pid: number;
  isRunning(): boolean;
  close(): Promise<void>;
}

export interface Sidecar extends Server {
  readonly adminUrl: string;
  /** Milliseconds, since the last time that it was asked for. */
  loopDelay(): Promise<{ p50: number; p99: number; max: number }>;
}

const scratch = mkdtempSync(join(tmpdir(), 'fourfold-bench-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
let files = 0;

export function scratchFile(content: string | Buffer): string {
  const file = join(scratch, String(files++));
  writeFileSync(file, content);
  return file;
}

const bundle = fileURLToPath(new URL('../../dist/fourfold.js', import.meta.url));
const loopDelay = new URL('./loop-delay.mjs', import.meta.url);

/**
 * The bundle that ships, as a process of its own, with its default settings but for what is given. Its log is read and
 * thrown away, as a container runtime would take it; `watched` adds the event loop's watch, which costs a little memory.
 */
export async function startFourfold(options: {
  provider: string;
  /** In place of the bundle. */
  entry?: string;
  config?: object;
  watched?: boolean;
  model?: boolean;
  /** URL of the store, where it is not the embedded one. */
  store?: string | undefined;
}): Promise<Sidecar> {
  const delays = scratchFile('');
  // As a user starts it: its first line chooses node's flags.
  const [command, ...argv] = options.entry === undefined ? [bundle] : [process.execPath, options.entry];
  const child = spawn(command, [...argv, 'serve'], {
    env: {
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      HOME: process.env.HOME,
      ...(process.env.FOURFOLD_CACHE_DIR ? { FOURFOLD_CACHE_DIR: process.env.FOURFOLD_CACHE_DIR } : {}),
      ...(process.env.FOURFOLD_MODEL_DIR ? { FOURFOLD_MODEL_DIR: process.env.FOURFOLD_MODEL_DIR } : {}),
      FOURFOLD_PORT: '0',
      FOURFOLD_ADMIN_PORT: '0',
      FOURFOLD_ADMIN_HOST: '127.0.0.1',
      FOURFOLD_OPENAI_UPSTREAM: `${options.provider}/v1`,
      ...(options.store ? { FOURFOLD_STORE: options.store } : {}),
      ...(options.config ? { FOURFOLD_CONFIG: scratchFile(JSON.stringify(options.config)) } : {}),
      ...(options.watched ? { NODE_OPTIONS: `--import ${loopDelay.href}`, BENCH_LOOP_DELAY: delays } : {}),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { url, adminUrl } = await listening(child);
  const sidecar: Sidecar = {
    ...server(child, url),
    adminUrl,
    async loopDelay() {
      writeFileSync(delays, '');
      child.kill('SIGUSR2');
      while (statSync(delays).size === 0) await sleep(5);
      return JSON.parse(readFileSync(delays, 'utf8'));
    },
  };
  if (options.model !== false) await modelReady(adminUrl);
  return sidecar;
}

async function listening({ stdout }: ChildProcess): Promise<{ url: string; adminUrl: string }> {
  let text = '';
  for (;;) {
    const [chunk] = (await once(stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    text += chunk;
    const line = text.split('\n').find((each) => each.includes('"msg":"listening"') && each.endsWith('}'));
    if (line === undefined) continue;
    stdout?.resume();
    return JSON.parse(line);
  }
}

async function modelReady(adminUrl: string): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50)) {
    const { embedder } = (await (await fetch(`${adminUrl}/readyz`)).json()) as {
      embedder: { ready: boolean };
    };
    if (embedder.ready) return;
  }
  throw new Error('the model did not load within a minute; `npm run fetch` brings it');
}

/** One of the servers of server/, which tells its URL over the channel that a fork has. */
export async function startServer(
  name: 'bare' | 'bare-redis' | 'provider',
  ...args: string[]
): Promise<Server> {
  const child = fork(new URL(`./server/${name}.ts`, import.meta.url), args);
  const [{ url }] = await once(child, 'message');
  return server(child, url);
}

function server(child: ChildProcess, url: string): Server {
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  return {
    url,
    pid: child.pid as number,
    isRunning,
    async close() {
      if (!isRunning()) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

export async function tell(
  provider: Server,
  behaviour: { latencyMs?: number; bytes?: number; chunks?: number },
): Promise<void> {
  await fetch(`${provider.url}/__control`, { method: 'POST', body: JSON.stringify(behaviour) });
}

export async function callsOf(provider: Server): Promise<number> {
  const response = await fetch(`${provider.url}/__stats`);
  return ((await response.json()) as { calls: number }).calls;
}
