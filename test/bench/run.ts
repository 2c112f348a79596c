import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { machine } from './machine.ts';
import { writePage } from './page.ts';
import { readResults, type Section, writeResults } from './results.ts';
import { measureSpeed } from './speed/index.ts';

/**
 * npm run bench [-- speed|accuracy|soak|all …] [--only hits,memory] [--seconds 600] [--show-wrong]
 * Measures the bundle, keeps the results, writes docs/benchmarks.md. Without a section: speed and accuracy.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Scenarios of `speed`, by name. */
    only: { type: 'string' },
    /** Length of `soak`. */
    seconds: { type: 'string', default: '600' },
    /** Prints each wrong hit of `accuracy`. */
    'show-wrong': { type: 'boolean', default: false },
  },
});

const chosen = positionals.length === 0 ? ['speed', 'accuracy'] : positionals;
const has = (section: Section) => chosen.includes(section) || chosen.includes('all');
const unknown = chosen.filter((each) => !['speed', 'accuracy', 'soak', 'all'].includes(each));
if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(', ')}; known are speed, accuracy, soak, all`);

const root = new URL('../../', import.meta.url);
execFileSync(process.execPath, ['build.ts'], { cwd: root, stdio: 'inherit' });
const here = machine();

if (has('speed')) {
  const found = await measureSpeed(values.only?.split(','));
  writeResults({ section: 'speed', machine: here, ...found });
}
writePage();
for (const section of ['speed', 'accuracy', 'soak'] as const) {
  if (has(section)) console.table(readResults(section)?.figures);
}
