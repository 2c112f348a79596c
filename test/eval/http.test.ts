import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { ensureModel, modelFolders } from '../../sidecar/models/index.ts';
import { isAtHand } from '../bench/accuracy/data.ts';
import { goals, isAsGood, type Scores, written } from '../bench/accuracy/goals.ts';
import { askAll } from '../bench/accuracy/index.ts';
import { part } from '../support/require.ts';

const name = 'all-MiniLM-L6-v2';
const model = await ensureModel({ name, ...modelFolders(process.env), offline: true }).then(
  () => true,
  () => false,
);
const sets = part('eval', isAtHand(), 'the labelled sets are not here; FOURFOLD_EVAL names their folder');
const measurable = part('model', model, `${name} is not fetched; npm run fetch brings it`) && sets;

/** The sources, so that what is tested is what is being changed. The page's goals are `npm run bench -- accuracy`. */
const entry = fileURLToPath(new URL('../../cli.ts', import.meta.url));

describe.skipIf(!measurable)('over HTTP, at the default configuration, at least the reference holds', () => {
  let scores: Scores & { unembedded: number };
  beforeAll(async () => {
    scores = await askAll({ entry, draws: ['stream_draw_2'] });
  }, 280_000);

  test('every text was embedded in time, or the figures say nothing', () => {
    expect(scores.unembedded).toBeLessThan(20);
  });

  test.each(goals)('$name', (goal) => {
    const value = goal.read(scores) ?? Number.NaN;
    expect(isAsGood(goal, value), `${written(goal, value)}, reference ${written(goal, goal.reference)}`).toBe(
      true,
    );
  });
});
