import { readFileSync } from 'node:fs';

/** Milliseconds of CPU time of a process and its threads since its start; Linux counts them in steps of 10 ms. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the name in brackets, which may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
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
