import { availableParallelism, loadavg } from 'node:os';

/** From 1 on: how much slower this machine may be because it has more to do than it can. */
export const machineLoad = (): number => Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
