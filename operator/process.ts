import { type Operator, operate } from './main.ts';
import { SettingsError } from './settings.ts';

/** The operator as a process: runs until SIGTERM or SIGINT, and says in its exit code how it ended. */
export async function operateUntilStopped(env: NodeJS.ProcessEnv): Promise<void> {
  let operator: Operator;
  try {
    operator = await operate(env);
  } catch (error) {
    return fail(error);
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    let at: number | undefined;
    process.on(signal, () => {
      if (at === undefined) {
        at = performance.now();
        // The API server may be away: the lease then ends by itself.
        setTimeout(() => process.exit(0), longestStopMs).unref();
        operator.close().then(() => process.exit(0), fail);
        // A second signal does not wait.
      } else if (performance.now() - at > echoMs) process.exit(1);
    });
  }
}

/** What is sent to npm and to all that it started, as from a terminal, npm passes on: it comes twice. */
const echoMs = 200;

const longestStopMs = 12_000;

function fail(error: unknown): void {
  if (error instanceof SettingsError) process.stderr.write(`${error.faults.join('\n')}\n`);
  else process.stderr.write(`fourfold operator: ${told(error)}\n`);
  process.exit(error instanceof SettingsError ? 2 : 1);
}

/** What is wrong outside of this program its message says; where a mistake lies within, only the stack does. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (
    'code' in error &&
    (error.code === 'EADDRINUSE' || error.code === 'EADDRNOTAVAIL' || error.code === 'EACCES')
  )
    return `${error.message}; FOURFOLD_OPERATOR_PORT, FOURFOLD_OPERATOR_HOST and FOURFOLD_OPERATOR_WEBHOOK_PORT choose others`;
  return error.constructor === Error ? error.message : (error.stack ?? error.message);
}
