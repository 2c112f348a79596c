import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it.each([
  ['an option of vitest', ['test/unit/run.test.ts', '-t', 'a name']],
  ['a folder that is not there', ['untit']],
  ['a file that is not there', ['test/unit/runs.test.ts']],
])('`npm test` refuses %s, instead of running whatever file has it in its path', (_, words) => {
  const { status, stderr } = spawnSync(process.execPath, ['test/run.ts', ...words], {
    timeout: 20_000,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringMatching(/^npm test: expected directories of test\/, or files, found \S/),
  });
});
