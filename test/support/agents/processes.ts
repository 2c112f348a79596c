import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export interface Outcome {
  readonly result?: unknown;
  readonly source?: string;
  readonly error?: string;
}

export interface Caller {
  readonly process: ChildProcess;
  /** What became of each of its calls; none where it was killed. */
  readonly outcomes: Promise<readonly Outcome[]>;
}

const script = fileURLToPath(new URL('caller.ts', import.meta.url));

/** Processes with the client of the package, and who of them executed. */
export class Callers {
  readonly #folder = mkdtempSync(join(tmpdir(), 'fourfold-callers-'));
  readonly #log = join(this.#folder, 'executed');

  start(url: string, calls: number, behaviour: 'works' | 'throws' | 'hangs' = 'works'): Caller {
    const child = spawn(process.execPath, [script, url, String(calls), behaviour, this.#log], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return {
      process: child,
      outcomes: text(child.stdout).then((said) => (said === '' ? [] : JSON.parse(said))),
    };
  }

  /** The ids of the processes that executed, once for each time. */
  get executed(): readonly number[] {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8').trim().split('\n').map(Number) : [];
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
