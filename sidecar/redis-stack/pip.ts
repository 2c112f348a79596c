import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const atMostMs = 300_000;

/** The wheel, downloaded into the folder through whichever pip this machine has. @throws with what each of them said. */
export async function downloadWheel(
  wheel: { distribution: string; release: string; platform: string },
  folder: string,
): Promise<string> {
  const download = [
    ...['download', '--quiet', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check'],
    // Named, since pip would refuse a wheel whose tag asks for a newer C library than its files do.
    ...['--platform', wheel.platform, '--python-version', '3.11', '--dest', folder],
    `${wheel.distribution}==${wheel.release}`,
  ];
  const failures: string[] = [];
  for (const pip of [['python3', '-m', 'pip'], ['pip3'], ['pip'], undefined]) {
    try {
      const [command = '', ...before] = pip ?? (await ownPip(folder));
      await run(command, [...before, ...download]);
      const found = (await readdir(folder)).find((name) => name.endsWith('.whl'));
      if (found !== undefined) return join(folder, found);
      failures.push(`${command}: brought no wheel`);
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  throw new Error([...new Set(failures)].join('; '));
}

/** Debian has Python without pip; a virtual environment brings one. */
async function ownPip(folder: string): Promise<string[]> {
  const environment = join(folder, 'venv');
  await run('python3', ['-m', 'venv', environment]);
  return [join(environment, 'bin', 'python'), '-m', 'pip'];
}

function run(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      signal: AbortSignal.timeout(atMostMs),
    });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said = (said + chunk).slice(-4000);
    });
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        new Error(error.code === 'ENOENT' ? `${command} is not on the PATH` : `${command}: ${error.message}`),
      ),
    );
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ended with ${code}: ${lastLine(said)}`)),
    );
  });
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
