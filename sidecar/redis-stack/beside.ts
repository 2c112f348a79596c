import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { modelFolders } from '../models/index.ts';
import { ensureRedisStack } from './ensure.ts';
import { endServer, runServer } from './server.ts';

/** A Redis Stack that lives as long as the sidecar beside it: for trying out, on one machine. */
export interface RedisBeside {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Fetched on demand; its data stays in the cache folder, one folder for each port, and is saved once a minute and at the
 * end. It is ended by `close` only, so that entries under way at the end still find it.
 */
export async function startRedisBeside(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly port: number;
  readonly log: (message: string) => void;
}): Promise<RedisBeside> {
  const { env, port, log } = options;
  const stack = await ensureRedisStack({ env, log });
  const folder = join(modelFolders(env).cacheDir, 'redis', `data-${port}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const settings = ['--save', '60', '1', '--maxmemory', '1gb', '--maxmemory-policy', 'allkeys-lru'];
  const server = await runServer(stack, { port, folder, settings, detached: true }).catch((error) => {
    if (!/in use/i.test(error.message)) throw error;
    throw new Error(
      `--with-redis: port ${port} is in use. Say another as --with-redis=6380, ` +
        `or use what listens there: FOURFOLD_STORE=redis://127.0.0.1:${port}`,
    );
  });
  return { url: `redis://127.0.0.1:${port}`, close: () => endServer(server) };
}
