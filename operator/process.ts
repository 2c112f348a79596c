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
    // A second signal does not wait.
    process.once(signal, () => {
      process.once(signal, () => process.exit(1));
      // The API server may be away: the lease then ends by itself.
      setTimeout(() => process.exit(0), longestStopMs).unref();
      operator.close().then(() => process.exit(0), fail);
    });
  }
}

const longestStopMs = 12_000;

function fail(error: unknown): void {
  if (error instanceof SettingsError) process.stderr.write(`${error.faults.join('\n')}\n`);
  else {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`fourfold operator: ${said}\n`);
  }
  process.exit(error instanceof SettingsError ? 2 : 1);
}
