import { ConfigurationError } from '../config/load.ts';
import { exportCommand, importCommand, type Terminal } from './commands.ts';
import { warmCommand } from './warm-command.ts';

const commands = {
  export: exportCommand,
  import: importCommand,
  warm: (args: readonly string[], _: NodeJS.ProcessEnv, out: Terminal) => warmCommand(args, out),
};

/** @returns the exit code: 0, 1 for a failure or a refused row, 2 for a command or a configuration that cannot be used. */
export async function transferCommand(
  name: keyof typeof commands,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  out: Terminal,
): Promise<number> {
  try {
    return await commands[name](args, env, out);
  } catch (error) {
    if (error instanceof ConfigurationError) for (const fault of error.faults) out.complain(fault);
    else out.complain(`fourfold ${name}: ${(error as Error).message}`);
    return error instanceof TypeError || error instanceof ConfigurationError ? 2 : 1;
  }
}
