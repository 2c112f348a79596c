import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from '../make-folder.ts';
import { modelFolders } from '../models/index.ts';
import { ensureRedisStack } from './ensure.ts';
import { endServer, hasEnded, runServer } from './server.ts';

/** A Redis Stack that lives as long as the sidecar beside it: for trying out, on one machine. */
export interface RedisBeside {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Fetched on demand; its data stays in the cache folder, one folder for each port, and is saved once a minute and at the
 * end. `close` ends it, so that entries under way at the end still find it, or the kernel where the sidecar is killed.
 */
export async function startRedisBeside(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly port: number;
  readonly log: (message: string) => void;
}): Promise<RedisBeside> {
  const { env, port, log } = options;
  const stack = await ensureRedisStack({ env, log });
  const folder = join(modelFolders(env).cacheDir, 'redis', `data-${port}`);
  await makeFolder(folder, 0o700);
  const settings = ['--save', '60', '1', '--maxmemory', '1gb', '--maxmemory-policy', 'allkeys-lru'];
  const start = () => runServer(stack, { port, folder, settings, detached: true, bound: true });
  const server = await start().catch((error) => {
    if (!/in use/i.test(error.message)) throw error;
    throw new Error(
      `--with-redis: port ${port} is in use. Say another as --with-redis=6380, ` +
        `or use what listens there: FOURFOLD_STORE=redis://127.0.0.1:${port}`,
    );
  });
  return { url: `redis://127.0.0.1:${port}`, close: keepRunning(server, start, log) };
}

/** Starts it again whenever it ends by itself; the sidecar answers without it meanwhile. @returns what ends it for good. */
function keepRunning(
  first: ChildProcess,
  start: () => Promise<ChildProcess>,
  log: (message: string) => void,
): () => Promise<void> {
  let server = first;
  const closing = new AbortController();
  const { signal } = closing;
  const again = async () => {
    if (!hasEnded(server)) await once(server, 'exit');
    await sleep(pauseMs, undefined, { signal, ref: false });
    log(`--with-redis: redis-server ended with ${server.exitCode ?? server.signalCode}; starting it again`);
    server = await start();
    if (signal.aborted) await endServer(server);
  };
  const kept = (async () => {
    while (!signal.aborted)
      await again().catch((error: Error) => {
        if (!signal.aborted) log(`--with-redis: ${error.message}`);
      });
  })();
  return async () => {
    closing.abort();
    await endServer(server);
    await kept;
  };
}

/** Milliseconds. */
const pauseMs = 1_000;
