import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { startVitest } from 'vitest/node';
import { fetchModel } from '../sidecar/models/index.ts';
import { ensureRedisStack } from '../sidecar/redis-stack/index.ts';
import { fetchKubernetes } from './support/kubernetes/fetch.ts';

/**
 * `npm test`: every test that this machine can run, with the real parts fetched first. Parts that cannot be had are named
 * at the end with the reason; `FOURFOLD_REQUIRE=model,python` (or `all`) turns such a skip into a failure.
 * Arguments choose directories of test/ or files: `npm test unit contract`, `npm test test/http/faults.test.ts`.
 */
const chosen = process.argv.slice(2);
const directories = chosen.filter((argument) => /^[a-z][a-z0-9]*$/.test(argument));
// Whatever else there is would be looked for in the paths of all files: `-t` stands in most of them, those of `e2e` too.
const unknown = chosen.filter(
  (each) => !existsSync(directories.includes(each) ? join('test', each) : each) || each.startsWith('-'),
);
if (unknown.length > 0) {
  console.error(`npm test: expected directories of test/, or files, found ${unknown.join(' ')}`);
  process.exit(2);
}
const files = chosen.filter((argument) => !directories.includes(argument));
// Beside files a directory is all of its files: a project would leave out those of the others.
const projects = files.length === 0 ? directories : [];
const filters = files.length === 0 ? [] : [...files, ...directories.map((name) => `test/${name}/`)];

await fetchModel({ name: 'all-MiniLM-L6-v2', env: process.env, out: process.stdout }).catch((error) => {
  console.warn(`The model cannot be fetched: ${error.message}`);
});
// The tests that need it say in the summary why it is missing.
await ensureRedisStack({ env: process.env, log: console.log }).catch(() => {});
// Ten minutes of building are nothing to begin unasked.
if (/\b(cluster|e2e|all)\b/.test(process.env.FOURFOLD_REQUIRE ?? '')) {
  await fetchKubernetes({ out: process.stdout }).catch((error) => console.warn(error.message));
}

// Whatever tests put into the folder for temporary files goes with the run.
const scratch = await mkdtemp(join(tmpdir(), 'fourfold-'));
process.env.TMPDIR = scratch;
process.env.NODE_COMPILE_CACHE ??= join(scratch, 'compiled');
process.env.FOURFOLD_SKIPS = join(scratch, 'skips');
const counts = { passed: 0, failed: 0, skipped: 0 };

const summary: Reporter = {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandled) {
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        counts[state === 'passed' || state === 'failed' ? state : 'skipped']++;
      }
      // A file that cannot be loaded holds no tests, and is a failure all the same.
      counts.failed += module.errors().length;
    }
    counts.failed += unhandled.length;
  },
};

const vitest = await startVitest('test', filters, {
  run: true,
  watch: false,
  ...(projects.length > 0 ? { project: projects } : {}),
  reporters: [process.env.CI ? 'verbose' : 'default', summary],
});
// A worker that does not end must not keep the result back.
await Promise.race([vitest.close(), new Promise((resolve) => setTimeout(resolve, 15_000))]);

const skips = new Set(
  (await readFile(process.env.FOURFOLD_SKIPS, 'utf8').catch(() => '')).split('\n').filter(Boolean),
);
for (const skip of skips) console.log(`skipped: ${skip}`);
await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed > 0 || counts.passed === 0 || process.exitCode ? 1 : 0);
