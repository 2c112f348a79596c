import { readdirSync, readFileSync } from 'node:fs';

/**
 * Milliseconds of CPU time that the threads of a process have had. `/proc/<pid>/stat` would count in steps of 10 ms, which
 * is more than a round of misses costs; the scheduler's own count is in nanoseconds.
 */
export function cpuMs(pid: number): number {
  return scheduled(pid).reduce((sum, { ran }) => sum + ran, 0);
}

/** Milliseconds for which the main thread was ready to run and other work had the core. */
export function waitedMs(pid: number): number {
  return scheduled(pid)[0]?.waited ?? 0;
}

function scheduled(pid: number): { ran: number; waited: number }[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      const [ran = 0, waited = 0] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')
        .split(' ')
        .map((nanoseconds) => Number(nanoseconds) / 1e6);
      return [{ ran, waited }];
    } catch {
      // A thread that ended meanwhile.
      return [];
    }
  });
}

export interface Resident {
  readonly totalMiB: number;
  /** Heap, stacks, tensors: memory of this process alone. */
  readonly anonymousMiB: number;
  /** Mapped program code and libraries, which processes of the same image share. */
  readonly fileMiB: number;
}

export function resident(pid: number): Resident {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024;
  return { totalMiB: mib('VmRSS'), anonymousMiB: mib('RssAnon'), fileMiB: mib('RssFile') };
}
