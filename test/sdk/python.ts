import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Client, Sdk, Told } from './sdk.ts';

const run = promisify(execFile);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const version = '3.54.0';
const folder = here('../../.cache/python-openai');
const interpreter = `${folder}/bin/python`;

/** Makes the SDK's own environment once; throws, with the reason, where Python or the package cannot be had. */
export async function installPython(): Promise<void> {
  const there = () =>
    run(interpreter, ['-c', `import openai; assert openai.__version__ == '${version}'`], { timeout: 20_000 });
  if (
    await there().then(
      () => true,
      () => false,
    )
  )
    return;
  await run('python3', ['-m', 'venv', folder], { timeout: 60_000 });
  await run(interpreter, ['-m', 'pip', 'install', '--quiet', `openai==${version}`], { timeout: 120_000 });
  await there();
}

/** One Python process for all questions of a test file. */
export function startPython(): Sdk {
  const child = spawn(interpreter, [here('python/client.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  const tell = <Answer>(order: object): Promise<Answer> => {
    const answer = last.then(async () => {
      child.stdin.write(`${JSON.stringify(order)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`the Python process ended, with code ${child.exitCode}`);
      return JSON.parse(value) as Answer;
    });
    last = answer.catch(() => {});
    return answer;
  };
  return {
    name: 'Python',
    ask: (client: Client, params) => tell<Told>({ do: 'ask', ...client, params }),
    models: async (client) => (await tell<{ models: string[] }>({ do: 'models', ...client })).models,
    embed: async (client, params) =>
      (await tell<{ embedding: number[] }>({ do: 'embed', ...client, params })).embedding,
    close: () => void child.kill(),
  };
}
