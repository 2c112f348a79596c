import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { program } from './programs.ts';

export interface KubectlOptions {
  readonly stdin?: string;
  readonly kubeconfig?: string;
  readonly withinMs?: number;
}

/**
 * Standard output of kubectl. Its cache of what a server serves lies beside the kubeconfig: addresses come again, and then
 * a shared cache would be another server's.
 * @throws with what it said on standard error.
 */
export function kubectl(
  kubeconfig: string,
  args: readonly string[],
  options: KubectlOptions = {},
): Promise<string> {
  const { stdin = '', withinMs = 120_000 } = options;
  return new Promise((resolve, reject) => {
    const cache = join(dirname(kubeconfig), 'kubectl-cache');
    const child = execFile(
      program('kubectl'),
      ['--kubeconfig', kubeconfig, '--cache-dir', cache, ...args],
      { timeout: withinMs, maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        if (error === null) return resolve(stdout);
        const said = stderr.trim() || stdout.trim() || error.message;
        reject(
          new Error(
            `kubectl ${args.join(' ')}: ${error.killed ? `ended after ${withinMs} ms: ` : ''}${said}`,
          ),
        );
      },
    );
    child.stdin?.on('error', () => {}); // It may end without having read.
    child.stdin?.end(stdin);
  });
}
