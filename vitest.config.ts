import { defineConfig } from 'vitest/config';

/** One project for each directory of test/ that holds tests; `npm test <directory>` runs it alone. */
const project = (name: string, testTimeout: number, more: object = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout,
    hookTimeout: 60_000,
    // Many tests hold a bound in time; on a busy machine one of thousands is late. A second failure is one.
    retry: Number(process.env.FOURFOLD_RETRIES ?? 0),
    pool: 'forks' as const,
    ...more,
  },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('unit', 30_000),
      project('contract', 30_000),
      project('http', 30_000),
      // Real servers that fail, and the time that it takes to notice.
      project('redis', 180_000, { hookTimeout: 180_000 }),
      project('sdk', 120_000),
      project('eval', 300_000),
      project('consistency', 60_000),
      project('cluster', 120_000),
      // After all others: a sentinel that is kept waiting believes nobody for half a minute.
      project('e2e', 300_000, {
        globalSetup: 'test/e2e/setup.ts',
        hookTimeout: 180_000,
        sequence: { groupOrder: 1 },
      }),
    ],
  },
});
