import { describe } from 'vitest';
import { part } from '../support/require.ts';
import { apiSuite, type Calls, type To } from './openai-apis.suite.ts';
import { installPython, speakTo } from './python.ts';

const missing = await installPython().then(
  () => '',
  (error: Error) => error.message,
);
const there = part(
  'python',
  missing === '',
  `the openai and langchain-openai packages for Python cannot be installed: ${missing}`,
);

/** The cases of the script, each asked for as JSON and as a stream. */
const { cases, ask, close } = there ? await script() : { cases: [], ask: undefined, close: () => {} };

async function script() {
  const { tell, close } = speakTo('python/openai_apis.py');
  const ask = (name: string, stream: boolean) => async (to: To) => {
    const told = await tell<{ failure?: string }>({ do: 'ask', case: name, to, stream });
    if (told.failure !== undefined) throw new Error(told.failure);
    return told;
  };
  return { cases: await tell<string[]>({ do: 'cases' }), ask, close };
}

const calls = Object.fromEntries(
  cases.map((name): [string, Calls] => [
    name,
    { json: ask?.(name, false) as Calls['json'], stream: ask?.(name, true) as Calls['stream'], common },
  ]),
);

/** A library's own name for a run, and what only one of the two forms tells, with and without a cache. */
function common(told: unknown): unknown {
  const { usage: _, id: __, model: ___, ...rest } = told as Record<string, unknown>;
  return 'calls' in rest || 'text' in rest ? rest : told;
}

describe.skipIf(!there)('the openai and langchain-openai packages for Python', () =>
  apiSuite(calls, {}, close),
);
