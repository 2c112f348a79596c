import { type Load, median, type Outcome, type Plan } from '../load/index.ts';
import { cpuMs, waitedMs } from '../process-usage.ts';
import type { Figure, Findings } from '../results.ts';
import type { Server, Sidecar } from '../servers.ts';

/** What every scenario of this folder is given, and what it finds. */
export interface Bench {
  readonly load: Load;
  /** Answers at once; a scenario that slows it down sets it back. */
  readonly provider: Server;
}

export type Scenario = (bench: Bench) => Promise<Findings>;

export interface Measured extends Outcome {
  /** CPU time of the measured server for each request, all its threads. */
  readonly cpuMicros: number;
  /** Time for which other work of the machine kept its main thread waiting, for each request. */
  readonly waitedMicros: number;
}

/** Carries out a plan and adds what it cost the server. */
export async function measure({ load }: Bench, server: Server, plan: Omit<Plan, 'url'>): Promise<Measured> {
  const before = { cpu: cpuMs(server.pid), waited: waitedMs(server.pid) };
  const outcome = await load.run({ url: server.url, ...plan });
  const micros = (milliseconds: number) => (milliseconds * 1000) / Math.max(1, outcome.requests);
  return {
    ...outcome,
    cpuMicros: micros(cpuMs(server.pid) - before.cpu),
    waitedMicros: micros(waitedMs(server.pid) - before.waited),
  };
}

/** The middle of what several rounds found, for each number by itself. */
export const middle = <T>(rounds: readonly T[], read: (round: T) => number): number =>
  median(rounds.map(read));

/** How often each round's A stands to the same round's B; neighbours in time share the machine's other work. */
export const ratio = (a: readonly number[], b: readonly number[]): number =>
  median(a.map((value, i) => value / (b[i] ?? Number.NaN)));

/** The goal of every scenario: nothing holds the event loop. */
export async function loopFigure(where: string, sidecar: Sidecar): Promise<Figure> {
  const { p99, max } = await sidecar.loopDelay();
  return {
    name: `Event loop delay, p99: ${where}`,
    goal: '< 10 ms',
    measured: `${round(p99, 1)} ms (longest ${round(max, 1)} ms)`,
    met: p99 < 10,
  };
}

/** Answers that are no answers make every other number worthless. */
export function verify(what: string, outcomes: readonly Outcome[]): void {
  const failed = outcomes.reduce((sum, each) => sum + each.failed, 0);
  const wrong = outcomes.reduce((sum, each) => sum + each.wrong, 0);
  if (failed + wrong > 0) throw new Error(`${what}: ${failed} requests failed, ${wrong} answers were wrong`);
}

export const round = (value: number, digits = 0): number => Number(value.toFixed(digits));
