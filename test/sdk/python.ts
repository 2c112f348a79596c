import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Client, Sdk, Told } from './sdk.ts';

const run = promisify(execFile);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const sdks = { openai: '3.54.0', anthropic: '2.12.0', 'langchain-openai': '1.7.3' };
const folder = here('../../.cache/python-openai');
export const interpreter = `${folder}/bin/python`;

/** Makes the SDKs' own environment once; throws, with the reason, where Python or a package cannot be had. */
export const installPython = (): Promise<void> => installPackages(folder, sdks);

/** An environment with these packages, which is made once. */
export async function installPackages(
  folder: string,
  packages: Readonly<Record<string, string>>,
): Promise<void> {
  const interpreter = `${folder}/bin/python`;
  const pinned = Object.entries(packages).map(([name, version]) => `${name}==${version}`);
  const versions = `from importlib.metadata import version; assert [f'{n}=={version(n)}' for n in ${JSON.stringify(Object.keys(packages))}] == ${JSON.stringify(pinned)}`;
  const there = () => run(interpreter, ['-c', versions], { timeout: 20_000 });
  if (
    await there().then(
      () => true,
      () => false,
    )
  )
    return;
  await run('python3', ['-m', 'venv', folder], { timeout: 60_000 });
  await run(interpreter, ['-m', 'pip', 'install', '--quiet', ...pinned], { timeout: 300_000 });
  await there();
}

/** One Python process for all questions of a test file. */
export function startPython(): Sdk {
  const { tell, close } = speakTo('python/client.py');
  return {
    name: 'Python',
    ask: (client: Client, params) => tell<Told>({ do: 'ask', ...client, params }),
    models: async (client) => (await tell<{ models: string[] }>({ do: 'models', ...client })).models,
    embed: async (client, params) =>
      (await tell<{ embedding: number[] }>({ do: 'embed', ...client, params })).embedding,
    close,
  };
}

/** A script that answers each line of JSON with one line of JSON. */
export function speakTo(script: string): { tell<Answer>(order: object): Promise<Answer>; close(): void } {
  const child = spawn(interpreter, [here(script)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  return {
    tell<Answer>(order: object): Promise<Answer> {
      const answer = last.then(async () => {
        child.stdin.write(`${JSON.stringify(order)}\n`);
        const { value, done } = await lines.next();
        if (done) throw new Error(`the Python process ended, with code ${child.exitCode}`);
        return JSON.parse(value) as Answer;
      });
      last = answer.catch(() => {});
      return answer;
    },
    close: () => void child.kill(),
  };
}
