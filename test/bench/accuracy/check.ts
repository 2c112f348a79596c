import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchFile } from '../servers.ts';
import { fileOf, folder } from './data.ts';
import type { Decision } from './decision.ts';

/**
 * The sets' own scorer on the same decisions. Ours must agree with it to the last hit.
 * @returns false where there is no Python to ask.
 */
export function agreesWithScorer(
  files: readonly string[],
  decisions: ReadonlyMap<unknown, Decision>,
  ours: Readonly<Record<string, unknown>>,
): boolean {
  const scorer = join(folder, 'score.py');
  if (!existsSync(scorer) || !hasPython()) return false;
  const written = scratchFile([...decisions.values()].map((each) => JSON.stringify(each)).join('\n'));
  const scored = scratchFile('');
  execFileSync('python3', [
    scorer,
    '--quiet',
    ...['--data', ...files.map(fileOf)],
    ...['--decisions', written],
    ...['--json', scored],
  ]);
  const { metrics } = JSON.parse(readFileSync(scored, 'utf8')) as { metrics: Record<string, number> };
  for (const [name, theirs] of Object.entries(metrics)) {
    const own = ours[name];
    if (typeof own === 'number' && Math.abs(own - theirs) > 1e-9)
      throw new Error(`${files.join(', ')}: ${name} is ${own} by our count and ${theirs} by the scorer's`);
  }
  if (metrics.missing || metrics.unresolved)
    throw new Error(`the scorer misses decisions: ${files.join(', ')}`);
  return true;
}

function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
