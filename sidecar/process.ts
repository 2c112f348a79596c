import { ConfigurationError } from './config/load.ts';
import { type Sidecar, serve } from './main.ts';

/** The sidecar as a process: runs until SIGTERM or SIGINT, and says in its exit code how it ended. */
export async function serveUntilStopped(env: NodeJS.ProcessEnv): Promise<void> {
  let sidecar: Sidecar;
  try {
    sidecar = await serve(env);
  } catch (error) {
    return fail(error);
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // A second signal does not wait for the drain.
    process.once(signal, () => {
      process.once(signal, () => process.exit(1));
      sidecar.close().then(() => process.exit(0), fail);
    });
  }
}

function fail(error: unknown): void {
  if (error instanceof ConfigurationError) process.stderr.write(`${error.faults.join('\n')}\n`);
  else
    process.stderr.write(
      `fourfold: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  process.exit(error instanceof ConfigurationError ? 2 : 1);
}
