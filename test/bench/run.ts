import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { ensureRedisStack } from '../../sidecar/redis-stack/index.ts';
import { measureAccuracy } from './accuracy/index.ts';
import { keep, show } from './keep.ts';
import { machine } from './machine.ts';
import { measureRedisFaults } from './redis-faults.ts';
import { measureRedisHits } from './redis-hits.ts';
import { measureRedisIndex } from './redis-index.ts';
import type { Findings, Section } from './results.ts';
import { measureSoak } from './soak.ts';
import { measureSpeed } from './speed/index.ts';

/**
 * npm run bench [-- speed|accuracy|redis|redis-index|redis-faults|soak|all …] [--only hits,memory] [--seconds 600] [--show-wrong]
 * Measures the bundle, keeps the results, writes docs/benchmarks.md. Without a section: speed, accuracy and redis.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** A trial: these scenarios of `speed`, and nothing is kept. */
    only: { type: 'string' },
    /** Length of `soak`. */
    seconds: { type: 'string', default: '600' },
    /** Prints each wrong hit of `accuracy`. */
    'show-wrong': { type: 'boolean', default: false },
  },
});

const chosen = positionals.length === 0 ? ['speed', 'accuracy', 'redis'] : positionals;
const has = (section: Section) => chosen.includes(section) || chosen.includes('all');

/** In the order of measuring. */
const sections: Record<Section, () => Promise<Findings | undefined>> = {
  speed: () => measureSpeed(),
  accuracy: () => measureAccuracy({ showWrong: values['show-wrong'] }),
  redis: () => withRedis(measureRedisHits),
  'redis-index': () => withRedis(measureRedisIndex),
  'redis-faults': () => withRedis(measureRedisFaults),
  soak: () => measureSoak(Number(values.seconds)),
};
const known = [...Object.keys(sections), 'all'];
const unknown = chosen.filter((each) => !known.includes(each));
if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(', ')}; known are ${known.join(', ')}`);

/** Without a Redis Stack for this machine its sections keep what they had. */
async function withRedis(measure: () => Promise<Findings>): Promise<Findings | undefined> {
  try {
    await ensureRedisStack({ env: process.env, log: console.log });
  } catch (error) {
    console.warn(`no Redis Stack here, so nothing of it is measured: ${(error as Error).message}`);
    return undefined;
  }
  return measure();
}

const root = new URL('../../', import.meta.url);
execFileSync(process.execPath, ['build.ts'], { cwd: root, stdio: 'inherit' });
const here = machine();

if (values.only !== undefined) {
  show(await measureSpeed(values.only.split(',')));
} else {
  for (const [section, measure] of Object.entries(sections)) {
    if (!has(section as Section)) continue;
    const found = await measure();
    if (found === undefined) continue;
    keep(section as Section, found, here);
  }
}
