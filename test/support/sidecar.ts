import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { inherited } from './inherited.ts';

const cli = fileURLToPath(new URL('../../cli.ts', import.meta.url));

export interface SidecarProcess {
  /** Base URL of the port for the application. */
  readonly url: string;
  readonly adminUrl: string;
  readonly process: ChildProcess;
  /** Every line that it logged so far, parsed. */
  readonly log: Record<string, unknown>[];
  /** SIGTERM, and the exit code. */
  close(): Promise<number | null>;
}

/** Every provider's requests go to the one that stands in for all of them. */
export const upstreams = (url: string): Record<string, string> => ({
  FOURFOLD_OPENAI_UPSTREAM: url,
  FOURFOLD_ANTHROPIC_UPSTREAM: url,
  FOURFOLD_GEMINI_UPSTREAM: url,
});

/**
 * `fourfold serve` as a process of its own on free ports, with these environment variables.
 * Without `model: true` it does not wait for the embedding model, and phases 1 to 3 answer.
 */
export async function startSidecar(
  environment: Record<string, string>,
  options: { model?: boolean; entry?: string; flags?: readonly string[] } = {},
): Promise<SidecarProcess> {
  // Another entry is started as a user starts it: its first line chooses node's flags.
  const [command, ...argv] = options.entry === undefined ? [process.execPath, cli] : [options.entry];
  const child = spawn(command, [...argv, 'serve', ...(options.flags ?? [])], {
    env: {
      ...inherited(),
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      FOURFOLD_PORT: '0',
      FOURFOLD_ADMIN_PORT: '0',
      FOURFOLD_ADMIN_HOST: '127.0.0.1',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let faults = '';
  child.stderr?.on('data', (chunk) => {
    faults += chunk;
  });
  const log: Record<string, unknown>[] = [];
  const listening = new Promise<Record<string, unknown>>((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const parsed = JSON.parse(line);
      log.push(parsed);
      if (parsed.msg === 'listening') resolve(parsed);
    });
    child.once('exit', (code) => reject(new Error(`the sidecar ended with ${code}: ${faults}`)));
  });
  const { url, adminUrl } = (await listening) as { url: string; adminUrl: string };
  const sidecar: SidecarProcess = {
    url,
    adminUrl,
    process: child,
    log,
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill('SIGTERM');
      const [code] = await once(child, 'exit');
      return code;
    },
  };
  if (options.model) await modelReady(sidecar);
  return sidecar;
}

async function modelReady({ adminUrl }: SidecarProcess): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    const { embedder } = (await (await fetch(`${adminUrl}/readyz`)).json()) as {
      embedder: { ready: boolean };
    };
    if (embedder.ready) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the model did not load within a minute');
}
