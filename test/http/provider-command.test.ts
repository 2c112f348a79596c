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

const question = 'What is Rust?';
const chat = { messages: [{ role: 'user', content: question }] };
const gemini = { contents: [{ parts: [{ text: question }] }] };
it.each<[api: string, path: string, body: object, stream: { path?: string; body?: object } | undefined]>([
  ['OpenAI chat completions', '/v1/chat/completions', { model: 'gpt-4o-mini', ...chat }, {}],
  ['OpenAI completions', '/v1/completions', { model: 'gpt-3.5-turbo-instruct', prompt: question }, {}],
  ['OpenAI Responses', '/v1/responses', { model: 'gpt-4.1', input: question }, {}],
  ['OpenAI embeddings', '/v1/embeddings', { model: 'text-embedding-3-small', input: question }, undefined],
  ['Azure', '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21', chat, {}],
  ['Anthropic Messages', '/v1/messages', { model: 'claude-sonnet-4-5', max_tokens: 99, ...chat }, {}],
  [
    'Gemini',
    '/v1beta/models/gemini-2.5-flash:generateContent',
    gemini,
    { path: '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse', body: gemini },
  ],
])('speaks %s', async (_, path, body, stream) => {
  const post = async (at: string, asked: object) => {
    const headers = {
      'content-type': 'application/json',
      authorization: 'Bearer any',
      'anthropic-version': '2023-06-01',
    };
    const response = await fetch(url + at, { method: 'POST', headers, body: JSON.stringify(asked) });
    const type = response.headers.get('content-type')?.split(';')[0];
    return { status: response.status, type, text: await response.text() };
  };
  const said = /embeddings/.test(path) ? '"embedding":' : 'ANSWER[';
  expect(await post(path, body)).toMatchObject({
    status: 200,
    type: 'application/json',
    text: expect.stringContaining(said),
  });
  if (stream === undefined) return;
  const told = await post(stream.path ?? path, stream.body ?? { ...body, stream: true });
  expect(told).toMatchObject({ status: 200, type: 'text/event-stream' });
  expect(told.text.match(/^data: /gm)?.length).toBeGreaterThan(3);
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

it('takes on so many requests of a key in a minute, and says when to come again', async () => {
  const limited = start('--port', '0', '--rate-limit', '2', '--quiet');
  const [first] = (await once(createInterface({ input: limited.stdout }), 'line')) as [string];
  const status = async (key: string) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ model: 'gpt-4o-mini', ...chat });
    const response = await fetch(`${first}/v1/chat/completions`, { method: 'POST', headers, body });
    await response.text();
    return [response.status, Number(response.headers.get('retry-after') ?? 0)];
  };
  expect([await status('a'), await status('a')]).toEqual([
    [200, 0],
    [200, 0],
  ]);
  const [refused, seconds] = await status('a');
  expect(refused).toBe(429);
  expect(seconds).toSatisfy((wait: number) => wait > 50 && wait <= 60);
  expect(await status('b')).toEqual([200, 0]);
  limited.kill('SIGTERM');
  await once(limited, 'exit');
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
