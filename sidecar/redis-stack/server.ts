import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { promisify } from 'node:util';
import type { RedisStack } from './ensure.ts';

export interface ServerOptions {
  readonly port: number;
  /** Its data. */
  readonly folder: string;
  /** Further settings, as on the command line: `['--maxmemory', '50mb']`. */
  readonly settings?: readonly string[];
  /** Without modules it is a bare Redis. */
  readonly modules?: boolean;
  /** Where answers are expected: a server that speaks TLS only cannot be asked, and its port alone is waited for. */
  readonly tls?: boolean;
  /** A configuration file, read before the settings. */
  readonly file?: string;
  /** In a process group of its own, where a Ctrl-C in the terminal does not reach it. */
  readonly detached?: boolean;
  /** The kernel ends it (SIGTERM) where this process ends without a word; where the system has no such means, nobody does. */
  readonly bound?: boolean;
}

/** A redis-server as a process of its own, on 127.0.0.1. @returns when it answers; @throws with the end of its log. */
export async function runServer(stack: RedisStack, options: ServerOptions): Promise<ChildProcess> {
  const { port, folder, settings = [], modules = true, tls = false } = options;
  // Whoever has the port already would answer in the place of ours.
  if (!(await isFree(port))) throw new Error(`port ${port} is in use`);
  const [command = '', ...before] = [...(options.bound ? await binding() : []), stack.server];
  const child = spawn(
    command,
    [
      ...before,
      ...(options.file === undefined ? [] : [options.file]),
      ...['--port', tls ? '0' : String(port), ...(tls ? ['--tls-port', String(port)] : [])],
      ...['--bind', '127.0.0.1', '--dir', folder, '--daemonize', 'no', ...settings],
      ...(modules ? stack.modules.flatMap((path) => ['--loadmodule', path]) : []),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], detached: options.detached ?? false },
  );
  let said = '';
  const keep = (chunk: Buffer) => {
    said = (said + chunk).slice(-4000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(
        new Error(
          `redis-server ended with ${code ?? signal}: ${said.trim().split('\n').slice(-3).join(' | ')}`,
        ),
      ),
    );
  });
  ended.catch(() => {});
  await Promise.race([ended, untilAnswers(port, tls, () => said)]);
  return child;
}

/** Replaces itself with the command that follows, so process id and signals are that one's. */
async function binding(): Promise<readonly string[]> {
  const words = ['setpriv', '--pdeathsig', 'TERM', '--'] as const;
  const tried = promisify(execFile)(words[0], [...words.slice(1), 'true']);
  return await tried.then(
    () => words,
    () => [],
  );
}

/** Asks it to end, and insists after five seconds. */
export async function endServer(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  // A stopped process notices nothing but these two.
  child.kill('SIGCONT');
  const insist = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(insist);
}

export const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

async function untilAnswers(port: number, tls: boolean, said: () => string): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; ) {
    if (await (tls ? accepts(port) : answers(port))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`redis-server did not answer on port ${port} within 30 s: ${said().slice(-300)}`);
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => socket.destroy()).once('error', () => {});
    socket.once('close', (failed) => resolve(!failed));
  });

/** Any word but LOADING: a server that wants a password is there too. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (said) => {
      resolve(!said.toString().startsWith('-LOADING'));
      socket.destroy();
    });
    socket.once('error', () => {});
    socket.once('close', () => resolve(false));
  });
}
