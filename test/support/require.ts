import { appendFileSync } from 'node:fs';

/**
 * A real part that a test needs. Where it cannot be had, the test is skipped and says why, unless `FOURFOLD_REQUIRE`
 * (a comma separated list, or `all`) names it: then its absence is a failure.
 */
export type Part = 'model' | 'python' | 'eval' | 'redis' | 'cluster' | 'e2e' | 'lua';

/** For `describe.skipIf(!part(…))`. @throws where the part is required and missing. */
export function part(name: Part, ok: boolean, reason: string): boolean {
  if (ok) return true;
  const required = (process.env.FOURFOLD_REQUIRE ?? '').split(',').map((each) => each.trim());
  if (required.includes(name) || required.includes('all')) throw new Error(`${name} is required: ${reason}`);
  // Gathered for the closing summary of `npm test`.
  const { FOURFOLD_SKIPS: skips } = process.env;
  if (skips === undefined) console.warn(`skipped, no ${name}: ${reason}`);
  else appendFileSync(skips, `no ${name}: ${reason}\n`);
  return false;
}
