import { compactHeap } from './compact-heap.ts';
import { ConfigurationError } from './config/load.ts';
import { type Sidecar, serve } from './main.ts';

/**
 * The sidecar as a process: runs until SIGTERM or SIGINT, and says in its exit code how it ended. With `redisPort` a local
 * Redis Stack runs beside it, as its store.
 */
export async function serveUntilStopped(
  env: NodeJS.ProcessEnv,
  { redisPort }: { redisPort?: number | undefined } = {},
): Promise<void> {
  let sidecar: Sidecar;
  try {
    sidecar = redisPort === undefined ? await serve(env) : await serveWithRedis(env, redisPort);
  } catch (error) {
    return fail(error);
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    let at: number | undefined;
    process.on(signal, () => {
      if (at === undefined) {
        at = performance.now();
        sidecar.close().then(() => process.exit(0), fail);
        // A second signal does not wait for the drain.
      } else if (performance.now() - at > echoMs) process.exit(1);
    });
  }
  compactHeap();
}

/** What is sent to npm and to all that it started, as from a terminal, npm passes on: it comes twice. */
const echoMs = 200;

async function serveWithRedis(env: NodeJS.ProcessEnv, port: number): Promise<Sidecar> {
  if (env.FOURFOLD_STORE) {
    const fault = `--with-redis brings the store itself, and FOURFOLD_STORE names ${redacted(env.FOURFOLD_STORE)}`;
    throw new ConfigurationError([fault]);
  }
  const { startRedisBeside } = await import('./redis-stack/index.ts');
  // Standard output is the log, one JSON object a line.
  const log = (message: string) => process.stderr.write(`${message}\n`);
  const redis = await startRedisBeside({ env, port, log });
  try {
    const sidecar = await serve({ ...env, FOURFOLD_STORE: redis.url });
    return { ...sidecar, close: () => sidecar.close().finally(() => redis.close()) };
  } catch (error) {
    await redis.close();
    throw error;
  }
}

/** A store's URL may hold a password. */
const redacted = (url: string): string => url.replace(/\/\/[^@/]*@/, '//***@');

function fail(error: unknown): void {
  if (error instanceof ConfigurationError) process.stderr.write(`${error.faults.join('\n')}\n`);
  else process.stderr.write(`fourfold: ${told(error)}\n`);
  process.exit(error instanceof ConfigurationError ? 2 : 1);
}

/** What is wrong outside of this program its message says; where a mistake lies within, only the stack does. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE')
    return `${error.message}; FOURFOLD_PORT and FOURFOLD_ADMIN_PORT choose others`;
  return error.constructor === Error ? error.message : (error.stack ?? error.message);
}
