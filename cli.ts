#!/usr/bin/env node
import { ConfigurationError } from './sidecar/config/load.ts';
import { serve } from './sidecar/main.ts';

const usage = `fourfold – answers repeated LLM requests beside the pod

  fourfold serve      the sidecar: proxy on 4114, probes and metrics on 4115
                      configured by FOURFOLD_CONFIG (a file) and FOURFOLD_* variables; see docs/reference.md
`;

/** Exit codes: 0 after a clean stop, 1 for a failure, 2 for a configuration or a command that cannot be used. */
async function main([command, ...rest]: string[]): Promise<void> {
  if (command === 'serve' && rest.length === 0) return await serveUntilStopped();
  const asked = command === undefined || command === 'help' || command === '--help';
  process[asked ? 'stdout' : 'stderr'].write(
    asked ? usage : `fourfold: unknown command: ${[command, ...rest].join(' ')}\n\n${usage}`,
  );
  process.exitCode = asked ? 0 : 2;
}

async function serveUntilStopped(): Promise<void> {
  const sidecar = await serve(process.env);
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

main(process.argv.slice(2)).catch(fail);
