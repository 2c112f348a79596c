import { execFile } from 'node:child_process';

/** Standard output. @throws with what the command said. */
export function shell(command: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: 60_000, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command} ${args.join(' ')}: ${stderr.trim() || error.message}`));
    });
  });
}

/** For what may be there already, or be gone already. */
export const tolerant = (command: string, ...args: string[]): Promise<string> =>
  shell(command, ...args).catch(() => '');
