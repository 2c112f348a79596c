import type { Settings } from '../../crds/settings.ts';
import type { Decision } from '../decisions/decision.ts';
import { Neighbourhood } from './neighbourhood.ts';
import { replay } from './replay.ts';
import type { Labelled } from './sample.ts';
import { overlaps, thresholds } from './sweep.ts';

/** Two questions of a log that a loose cache would answer alike; a person says whether they mean the same. */
export interface Pair {
  readonly a: string;
  readonly b: string;
  readonly same: null;
  readonly phase: string;
  readonly similarity: number;
}

/** The questions of a log in their order, where their text was written down. */
export function questionsOf(decisions: readonly Decision[]): Labelled[] {
  return decisions
    .filter((decision): decision is Decision & { prompt: string } => typeof decision.prompt === 'string')
    .toSorted((a, b) => a.time - b.time)
    .map(({ scope, prompt }) => ({ scope, prompt, intent: '', counts: true }));
}

/**
 * At most 300 of the pairs that the loosest settings would answer alike, drawn evenly, the closest last. `random`: in [0, 1).
 */
export async function pairsToLabel(
  questions: readonly Labelled[],
  vectors: ReadonlyMap<string, Float32Array>,
  settings: Settings,
  random: () => number,
): Promise<Pair[]> {
  const threshold = thresholds[0] as number;
  const nearMiss = { ...settings.phases.nearMiss, overlap: overlaps[0] as number };
  const loosest = { ...settings, threshold, phases: { ...settings.phases, nearMiss } };
  const pairs = new Map<string, Pair>();
  await replay(
    questions,
    new Neighbourhood(questions, vectors, threshold),
    loosest,
    ({ entry, phase, similarity }, b) => {
      const a = entry.text ?? '';
      const key = JSON.stringify([a, b]);
      // From the second time on its wording is known, and phase 1 would be what answers.
      if (phase !== 'exact' && a !== b && !pairs.has(key))
        pairs.set(key, { a, b, same: null, phase, similarity: Number(similarity.toFixed(4)) });
    },
  );
  const all = [...pairs.values()];
  for (let at = all.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [all[at], all[other]] = [all[other] as Pair, all[at] as Pair];
  }
  return all.slice(0, most).toSorted((x, y) => x.similarity - y.similarity);
}

const most = 300;
