import type { Settings } from '../../crds/settings.ts';
import type { Neighbourhood } from './neighbourhood.ts';
import { best, type Point } from './point.ts';
import { replay } from './replay.ts';
import type { Labelled } from './sample.ts';

/** From 0.80 to 0.99. */
export const thresholds: readonly number[] = Array.from({ length: 20 }, (_, at) => (80 + at) / 100);
export const overlaps: readonly number[] = [0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1];

export interface Curves {
  /** With the overlap of the configuration. */
  readonly byThreshold: readonly Point[];
  /** With the best of these thresholds, or that of the configuration where none is good enough. */
  readonly byOverlap: readonly Point[];
  /** As the configuration is now. */
  readonly now: Point;
}

/** Replays the questions with each threshold, then with each overlap. `told`: how many replays of how many are done. */
export async function sweep(
  questions: readonly Labelled[],
  neighbourhood: Neighbourhood,
  settings: Settings,
  { mostError, told }: { mostError: number; told: (done: number, of: number) => void },
): Promise<Curves> {
  let done = 0;
  const total = thresholds.length + overlaps.length + 1;
  const at = async (threshold: number, overlap: number) => {
    const nearMiss = { ...settings.phases.nearMiss, overlap };
    const point = await replay(questions, neighbourhood, {
      ...settings,
      threshold,
      phases: { ...settings.phases, nearMiss },
    });
    told(++done, total);
    return point;
  };
  const { overlap } = settings.phases.nearMiss;
  const now = await at(settings.threshold, overlap);
  const byThreshold: Point[] = [];
  for (const threshold of thresholds) byThreshold.push(await at(threshold, overlap));
  const { threshold } = best([now, ...byThreshold], mostError) ?? now;
  const byOverlap: Point[] = [];
  for (const overlap of overlaps) byOverlap.push(await at(threshold, overlap));
  return { byThreshold, byOverlap, now };
}
