import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/wire/index.ts';

/** `npm run provider`, as a user starts it. */
const main = fileURLToPath(new URL('../support/provider/main.ts', import.meta.url));
const start = (...options: string[]) => spawn(process.execPath, [main, ...options], { stdio: 'pipe' });

let child: ChildProcess;
let url: string;
const lines: string[] = [];
beforeAll(async () => {
  child = start('--port', '0');
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => lines.push(line));
  await eventually(() => lines.length > 0, 20_000);
  url = lines[0] ?? '';
}, 30_000);
afterAll(async () => {
  child.kill('SIGTERM');
  await once(child, 'exit');
});

const ask = (content: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer any', 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] }),
  });

it('says its URL first, alone, then what can be done with it', async () => {
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await eventually(() => lines.some((line) => line.includes('/__control')));
});

it('answers, and writes a line for each request', async () => {
  const answer = (await (await ask('What is Rust?')).json()) as { choices: { message: object }[] };
  expect(answer.choices[0]?.message).toMatchObject({ content: expect.stringContaining('Rust is') });
  await eventually(() => lines.some((line) => /^POST \/v1\/chat\/completions 200 \d+ bytes/.test(line)));
});

it('behaves as a request asks, by header or in its text', async () => {
  const byHeader = await ask('What is Rust?', { 'provider-behaviour': '{"status":429,"retryAfter":7}' });
  expect([byHeader.status, byHeader.headers.get('retry-after')]).toEqual([429, '7']);
  const byText = await ask('What is Rust? [[{"status": 503}]]');
  expect(byText.status).toBe(503);
  expect((await ask('What is Rust?')).status).toBe(200);
});

it('a behaviour that cannot be read is answered with 400', async () => {
  expect((await ask('x', { 'provider-behaviour': 'slow' })).status).toBe(400);
  expect((await ask('x', { 'provider-behaviour': '[]' })).status).toBe(400);
});

it('tells what arrived', async () => {
  const requests = (await (await fetch(`${url}/__requests`)).json()) as { path: string }[];
  expect(requests.map(({ path }) => path)).toContain('/v1/chat/completions');
});

it('says what it can do, and what it cannot read', async () => {
  const told = async (...options: string[]) => {
    const process = start(...options);
    let text = '';
    for (const output of [process.stdout, process.stderr])
      output.on('data', (chunk) => {
        text += chunk;
      });
    const [code] = await once(process, 'close');
    return { code, text };
  };
  expect(await told('--help')).toMatchObject({
    code: 0,
    text: expect.stringContaining('provider-behaviour'),
  });
  expect(await told('--port', 'many')).toMatchObject({
    code: 2,
    text: expect.stringContaining('found "many"'),
  });
  expect(await told('--port', new URL(url).port)).toMatchObject({
    code: 1,
    text: expect.stringMatching(/listen/),
  });
});
