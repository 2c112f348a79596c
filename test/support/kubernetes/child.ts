import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { onPath } from './programs.ts';

export interface Child {
  readonly pid: number;
  readonly running: boolean;
  /** What it wrote last, for a message that says why it ended. */
  tail(): string;
  /** @throws with what it wrote last, where it has ended. */
  mustRun(): void;
  signal(name: NodeJS.Signals): void;
  /** Signals, waits, and after `graceMs` kills. */
  stop(options?: { signal?: NodeJS.Signals; graceMs?: number }): Promise<void>;
  readonly ended: Promise<void>;
}

/**
 * A program that never outlives this process, however this process ends: on Linux the kernel kills it with its parent,
 * elsewhere the exit handler does. Its output goes to `logFile`.
 */
export function start(
  command: string,
  args: readonly string[],
  options: {
    readonly logFile: string;
    readonly env?: NodeJS.ProcessEnv;
    readonly cwd?: string;
  },
): Child {
  const log = openSync(options.logFile, 'a');
  const [file, ...rest] = [...tieToParent(), command, ...args];
  const child = spawn(file as string, rest, {
    stdio: ['ignore', log, log],
    env: options.env ?? process.env,
    ...(options.cwd ? { cwd: options.cwd } : {}),
  });
  closeSync(log);
  const ended = exit(child);
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  void ended.then(() => process.off('exit', kill));
  const running = () => child.exitCode === null && child.signalCode === null && child.pid !== undefined;
  return {
    get pid() {
      return child.pid ?? -1;
    },
    get running() {
      return running();
    },
    tail: () => `${basename(command)}: ${lastLines(options.logFile, 15)}`,
    mustRun() {
      if (!running()) throw new Error(`${basename(command)} has ended: ${lastLines(options.logFile, 15)}`);
    },
    signal: (name) => void child.kill(name),
    async stop({ signal = 'SIGTERM', graceMs = 5000 } = {}) {
      if (!running()) return;
      child.kill(signal);
      // A stopped process takes no SIGTERM until it goes on.
      child.kill('SIGCONT');
      const timer = setTimeout(kill, graceMs);
      await ended;
      clearTimeout(timer);
    },
    ended,
  };
}

async function exit(child: ChildProcess): Promise<void> {
  try {
    await once(child, 'exit');
  } catch {
    // It could not be started at all; whoever waits for it to be ready says so.
  }
}

let tie: readonly string[] | undefined;

function tieToParent(): readonly string[] {
  const setpriv = process.platform === 'linux' ? onPath('setpriv') : undefined;
  tie ??= setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'KILL', '--'];
  return tie;
}

function lastLines(file: string, lines: number): string {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').slice(-lines).join('\n');
  } catch {
    return '(no output)';
  }
}
