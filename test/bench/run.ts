import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { measureAccuracy } from './accuracy/index.ts';
import { machine } from './machine.ts';
import { writePage } from './page.ts';
import { type Findings, type Section, writeResults } from './results.ts';
import { measureSoak } from './soak.ts';
import { measureSpeed } from './speed/index.ts';

/**
 * npm run bench [-- speed|accuracy|soak|all …] [--only hits,memory] [--seconds 600] [--show-wrong]
 * Measures the bundle, keeps the results, writes docs/benchmarks.md. Without a section: speed and accuracy.
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

const chosen = positionals.length === 0 ? ['speed', 'accuracy'] : positionals;
const has = (section: Section) => chosen.includes(section) || chosen.includes('all');
const unknown = chosen.filter((each) => !['speed', 'accuracy', 'soak', 'all'].includes(each));
if (unknown.length > 0)
  throw new Error(`unknown: ${unknown.join(', ')}; known are speed, accuracy, soak, all`);

/** In the order of measuring. */
const sections: Record<Section, () => Promise<Findings | undefined>> = {
  speed: () => measureSpeed(),
  accuracy: () => measureAccuracy({ showWrong: values['show-wrong'] }),
  soak: () => measureSoak(Number(values.seconds)),
};

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
    writeResults({ section: section as Section, machine: here, ...found });
    writePage();
    show(found);
  }
}

function show({ figures, tables }: Findings): void {
  for (const { title, columns, rows } of tables) {
    console.log(title);
    console.table(rows.map((row) => Object.fromEntries(row.map((value, i) => [columns[i], value]))));
  }
  console.table(figures);
}
