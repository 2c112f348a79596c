import { readFileSync } from 'node:fs';
import { machineLoad } from '../machine-load.ts';
import { type Behaviour, type Provider, startProvider } from '../provider/index.ts';
import { type SidecarProcess, startSidecar } from '../sidecar.ts';
import { startTraffic, summary, type Traffic, type TrafficOptions } from '../traffic.ts';
import { configFile, eventually } from '../wire/index.ts';

/** Several sidecars, one provider, one Redis: what the fault tests play on. */
export interface Scene {
  readonly provider: Provider;
  readonly sidecars: readonly SidecarProcess[];
  traffic(options?: Partial<TrafficOptions>): Traffic;
  close(): Promise<void>;
}

export interface SceneOptions {
  /** URL of the store. */
  readonly store: string;
  readonly sidecars?: number;
  /** Fields of the configuration. Phase 4 is off unless this says otherwise. */
  readonly configuration?: object;
  readonly environment?: Record<string, string>;
  readonly always?: Behaviour;
  /** That of another scene: whoever has another provider has other answers. */
  readonly provider?: Provider;
  /** Waits for the embedding model. */
  readonly model?: boolean;
  /** Until Redis is asked; false where it is away at the start. */
  readonly up?: boolean;
  /** In place of the sources: a bundle. */
  readonly entry?: string;
}

export async function startScene(options: SceneOptions): Promise<Scene> {
  const provider =
    options.provider ?? (await startProvider({ always: options.always ?? { latencyMs: providerMs } }));
  const phases = options.model ? {} : { phases: { semantic: { enabled: false } } };
  const environment = {
    FOURFOLD_OPENAI_UPSTREAM: provider.url,
    FOURFOLD_STORE: options.store,
    FOURFOLD_CONFIG: configFile({ ...phases, ...options.configuration }),
    ...options.environment,
  };
  const sidecars = await Promise.all(
    Array.from({ length: options.sidecars ?? 1 }, () =>
      startSidecar(environment, {
        model: options.model ?? false,
        ...(options.entry === undefined ? {} : { entry: options.entry }),
      }),
    ),
  );
  const scene: Scene = {
    provider,
    sidecars,
    traffic: (more = {}) => startTraffic({ urls: sidecars.map(({ url }) => url), perSecond: usual, ...more }),
    async close() {
      for (const { process } of sidecars) process.kill('SIGCONT');
      await Promise.all(sidecars.map((sidecar) => sidecar.close()));
      if (options.provider === undefined) await provider.close();
    },
  };
  if (options.up ?? true)
    await eventually(async () => (await Promise.all(sidecars.map(hasBegun))).every(Boolean), 15_000);
  return scene;
}

/** Milliseconds that the provider takes for an answer. */
export const providerMs = 20;

/** Requests a second. A machine that cannot sustain so many without any fault is asked for fewer. */
const usual = Number(process.env.FOURFOLD_TRAFFIC ?? 100);

/** Traffic at the rate that this scene sustains before anything is wrong: half as many until it does. */
export async function steadyTraffic(scene: Scene, most = usual): Promise<Traffic> {
  for (let rate = most; ; rate /= 2) {
    const traffic = scene.traffic({ perSecond: rate, controls: true });
    await sleep(2_000);
    const { p50 } = summary(traffic.samples);
    const enough = traffic.samples.length > rate * 1.5;
    if ((enough && p50 < 4 * providerMs) || rate < 8) {
      console.log(`${Math.round(rate)} requests a second, p50 ${p50} ms`);
      return traffic;
    }
    await traffic.stop();
  }
}

/** Log lines that say whether Redis is asked, in order. */
export const changes = ({ log }: SidecarProcess): ('up' | 'down')[] =>
  log.flatMap(({ msg }) =>
    msg === 'redis is asked' ? ['up'] : String(msg).startsWith('redis is not asked') ? ['down'] : [],
  );

/**
 * As `changes`, for comparison with what must have been. On a machine that has several times more to do than it can, a
 * healthy Redis is late now and then: what came after that is left out, as long as it ended well.
 */
export function changesUpTo(
  sidecar: SidecarProcess,
  expected: readonly ('up' | 'down')[],
): ('up' | 'down')[] {
  const all = changes(sidecar);
  const ended = all.at(-1) === expected.at(-1);
  return machineLoad() >= 3 && ended ? all.slice(0, expected.length) : all;
}

export const isUp = (sidecar: SidecarProcess): boolean => changes(sidecar).at(-1) === 'up';

/** Redis is asked, and what others removed is known: until then what is stored is taken out again. */
export async function hasBegun(sidecar: SidecarProcess): Promise<boolean> {
  if (!isUp(sidecar)) return false;
  const { store } = (await (await fetch(`${sidecar.adminUrl}/stats`)).json()) as {
    store: { feed: { began: number } };
  };
  return store.feed.began > 0;
}

/** Lines of the log at or above `warn`, by message. */
export function complaints({ log }: SidecarProcess): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { level, msg } of log) {
    if (Number(level) < 40 && level !== 'warn' && level !== 'error') continue;
    counts[String(msg)] = (counts[String(msg)] ?? 0) + 1;
  }
  return counts;
}

export function residentMiB({ process }: SidecarProcess): number {
  const status = readFileSync(`/proc/${process.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
