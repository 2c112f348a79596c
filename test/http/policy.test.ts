import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

vi.setConfig({ testTimeout: 90_000 });

import { type Chat, startChat } from '../support/chat.ts';
import { quickest } from '../support/quickest.ts';
import { redisAtHand, startRedis } from '../support/redis/index.ts';
import { configFile } from '../support/wire/index.ts';

/** A compliance endpoint that is told of new answers, and what the cache does with its verdicts. */
interface Told {
  body: { entry: string; dialect: string; model: string; prompt: string | null; answer: string };
  headers: IncomingMessage['headers'];
}
let endpoint: Server;
let url: string;
let told: Told[] = [];
let answer: (response: ServerResponse, told: Told) => void;
const verdict = (verdict: string) => (response: ServerResponse) =>
  void response.end(JSON.stringify({ verdict }));

beforeAll(async () => {
  endpoint = createServer(async (request, response) => {
    const heard = { body: (await json(request)) as Told['body'], headers: request.headers };
    told.push(heard);
    answer(response, heard);
  });
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(endpoint.address() as { port: number }).port}/judge`;
});
afterAll(() => {
  endpoint.closeAllConnections();
  endpoint.close();
});

const only = { headers: { 'Cache-Control': 'only-if-cached' } };
const start = (settings: Record<string, string> = {}) => {
  told = [];
  return startChat({ FOURFOLD_POLICY_ENDPOINT: url, ...settings });
};
const outcomes = async (chat: Chat) =>
  ((await (await fetch(`${chat.sidecar.adminUrl}/stats`)).json()) as { policy: Record<string, number> })
    .policy;
const counted = async (chat: Chat, wanted: Record<string, number>) => {
  let seen = {};
  for (const end = Date.now() + 15_000; Date.now() < end; await sleep(50)) {
    seen = await outcomes(chat);
    if (isDeepStrictEqual(seen, wanted)) return;
  }
  expect(seen).toEqual(wanted);
};

it('each new answer is told once, with its question, and hits are not', async () => {
  answer = verdict('allow');
  const folder = mkdtempSync(join(tmpdir(), 'fourfold-test-'));
  writeFileSync(join(folder, 'token'), 'policy-token\n');
  const chat = await start({ FOURFOLD_POLICY_TOKEN_FILE: join(folder, 'token') });
  const reply = await chat.ask('What is the capital of France?');
  await chat.ask('what is the capital of france');
  await chat.ask('Tools', { body: { tools: [{ type: 'function', function: { name: 'f' } }], stream: true } });
  await counted(chat, { allow: 2 });
  expect(told.map(({ body }) => body)).toEqual([
    {
      entry: reply.entry,
      dialect: 'openai-chat',
      model: 'gpt-4o-mini',
      prompt: 'What is the capital of France?',
      answer: reply.json.choices[0]?.message.content,
    },
    expect.objectContaining({ prompt: null, answer: expect.stringContaining('Tools') }),
  ]);
  expect(told[0]?.headers.authorization).toBe('Bearer policy-token');
  // Whose question it was is nobody's business
  expect(JSON.stringify(told)).not.toContain('sk-test');
  await chat.close();
  rmSync(folder, { recursive: true });
});

it('block removes the entry, and it is not stored again', async () => {
  answer = (response, { body }) => verdict(body.prompt?.includes('bad') ? 'block' : 'allow')(response);
  const chat = await start();
  const { entry } = await chat.ask('A bad question');
  await chat.ask('A good question');
  await counted(chat, { block: 1, allow: 1 });
  const gone = await fetch(`${chat.sidecar.url}/cache/entries/${entry}`, {
    headers: { authorization: 'Bearer sk-test' },
  });
  expect(gone.status).toBe(404);
  expect(await chat.ask('A bad question')).toMatchObject({ status: 200, phase: 'miss', reason: 'policy' });
  expect(await chat.ask('a bad question')).toMatchObject({ status: 200, phase: 'miss' });
  expect(await chat.ask('A good question')).toMatchObject({ phase: 'fingerprint' });
  await chat.close();
});

it.skipIf(!redisAtHand)(
  'what is blocked while Redis is away answers nobody, and goes when Redis is back',
  async () => {
    const redis = await startRedis();
    answer = (response) => void setTimeout(() => verdict('block')(response), 1_000);
    const chat = await start({ FOURFOLD_STORE: redis.url });
    const question = 'How is the forbidden thing made?';
    await vi.waitFor(async () => expect((await chat.ask('Is Redis there?')).phase).not.toBe('miss'), 10_000);
    await chat.ask(question);
    await vi.waitFor(async () => expect(await redis.client.dbsize()).toBeGreaterThan(0), 5_000);
    redis.pause();
    await vi.waitFor(async () => expect(await outcomes(chat)).toMatchObject({ block: 2 }), 15_000);
    redis.resume();
    expect((await chat.ask(question)).phase).toBe('miss');
    const other = await startChat({ FOURFOLD_STORE: redis.url }, { provider: chat.provider });
    await vi.waitFor(async () => expect((await other.ask(question, only)).status).toBe(504), 40_000);
    await other.close();
    await chat.close();
    await redis.close();
  },
);

it('an answer that somebody gives is told too, and is not taken where it was blocked', async () => {
  answer = verdict('block');
  const chat = await start();
  const give = async () => {
    const response = await fetch(`${chat.sidecar.url}/cache/answers`, {
      method: 'PUT',
      headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json' },
      body: JSON.stringify({
        path: '/v1/chat/completions',
        request: { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'A given question' }] },
        answer: 'A bad answer',
      }),
    });
    return (await response.json()) as { entry?: string };
  };
  const { entry } = await give();
  await counted(chat, { block: 1 });
  expect(told[0]?.body).toMatchObject({ entry, prompt: 'A given question', answer: 'A bad answer' });
  expect(await give()).toEqual({ stored: false, reason: 'policy' });
  await chat.close();
});

it.each([
  ['credential', 'fingerprint', 'it is its own there'],
  ['none', 'miss', 'it would be of everybody'],
  ['header:x-team', 'miss', 'it would be of a team'],
])('personal, partitioned by %s: %s, since %s', async (partitionBy, phase) => {
  answer = verdict('personal');
  const chat = await start({ FOURFOLD_PARTITION_BY: partitionBy });
  await chat.ask('What is my name?');
  await counted(chat, { personal: 1 });
  expect(await chat.ask('What is my name?')).toMatchObject({ status: 200, phase });
  await chat.close();
});

it.each([
  ['another status', (response: ServerResponse) => void response.writeHead(500).end('{"verdict":"block"}')],
  ['no verdict', (response: ServerResponse) => void response.end('{"verdict":"destroy"}')],
  ['no JSON', (response: ServerResponse) => void response.end('<html>')],
  ['null', (response: ServerResponse) => void response.end('null')],
  [
    'a megabyte',
    (response: ServerResponse) => void response.end(JSON.stringify({ verdict: 'block', x: 'x'.repeat(1e6) })),
  ],
  ['a redirect', (response: ServerResponse) => void response.writeHead(302, { location: url }).end()],
  ['a broken connection', (response: ServerResponse) => void response.destroy()],
])('an endpoint that answers %s is counted, and the entry stays', async (_, says) => {
  answer = says;
  const chat = await start();
  await chat.ask('What is Rust?');
  await counted(chat, { failed: 1 });
  expect(await chat.ask('What is Rust?')).toMatchObject({ phase: 'fingerprint' });
  await chat.close();
});

it('a part of the answers is told where that is asked for', async () => {
  answer = verdict('allow');
  const chat = await start({ FOURFOLD_POLICY_SAMPLE_RATE: '0.3' });
  for (let n = 0; n < 100; n++) await chat.ask(`Question ${n}`);
  await sleep(500);
  expect(told.length).toBeGreaterThan(5);
  expect(told.length).toBeLessThan(60);
  await chat.close();
});

describe('an endpoint in trouble', () => {
  it.each<[string, typeof answer]>([
    ['hangs', () => {}],
    ['fails', (response) => void response.writeHead(500).end()],
    ['breaks the connection', (response) => void response.destroy()],
    ['answers garbage', (response) => void response.end(`{"verdict":${'x'.repeat(60_000)}`)],
  ])(
    'that %s delays nobody, holds no memory, and does not hold the end of the process',
    async (name, says) => {
      answer = says;
      // Without the model a request takes next to nothing, and what is added to it shows
      const settings = { FOURFOLD_CONFIG: configFile({ phases: { semantic: { enabled: false } } }) };
      const troubled = await start(settings);
      const free = await startChat(settings);
      const times = { troubled: [] as number[], free: [] as number[] };
      const residentBytes = async ({ sidecar }: Chat) =>
        (
          (await (await fetch(`${sidecar.adminUrl}/stats`)).json()) as {
            memory: { residentBytes: number };
          }
        ).memory.residentBytes;
      // Requests make a process grow, whatever the endpoint says.
      const added = async () => (await residentBytes(troubled)) - (await residentBytes(free));
      const asks = async (name: 'troubled' | 'free', from: number) => {
        const chat = { troubled, free }[name];
        for (let n = from; n < from + 20; n++) {
          const asked = performance.now();
          expect((await chat.ask(`Question ${n}`)).status).toBe(200);
          times[name].push(performance.now() - asked);
        }
      };
      const round = async (from: number) => {
        for (let worker = 0; worker < 8; worker += 4)
          await Promise.all(
            [0, 1, 2, 3].flatMap((one) => {
              const first = from + (worker + one) * 20;
              return [asks('troubled', first), asks('free', first)];
            }),
          );
      };
      await round(0);
      const before = await added();
      const p99 = (list: number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length * 0.99)] ?? 0;
      // One process that stands still for a moment is four requests, and the whole of a percentile.
      const share = await quickest(1, async (attempt) => {
        await round(160 * (attempt + 1));
        const [troubled, free] = [p99(times.troubled), p99(times.free)];
        console.log(`${name}: p99 ${Math.round(troubled)} ms, without ${Math.round(free)} ms`);
        Object.assign(times, { troubled: [], free: [] });
        return troubled / (3 * free + 20);
      });
      expect(share).toBeLessThan(1);
      // What is held, and not what is not collected yet: a process that has nothing to do collects after some seconds.
      await expect
        .poll(async () => (await added()) - before, { timeout: 30_000, interval: 500 })
        .toBeLessThan(40e6);
      // Eight wait for an answer, two hundred for their turn; the others are counted
      const { dropped = 0, failed = 0 } = await outcomes(troubled);
      expect(name === 'hangs' ? dropped : failed).toBeGreaterThan(80);
      const begun = performance.now();
      expect(await troubled.sidecar.close()).toBe(0);
      expect(performance.now() - begun).toBeLessThan(5_000);
      await troubled.close();
      await free.close();
    },
  );

  it('that hangs is given up after eight seconds', async () => {
    answer = () => {};
    const chat = await start();
    await chat.ask('What is Rust?');
    const begun = performance.now();
    await counted(chat, { failed: 1 });
    expect(performance.now() - begun).toBeGreaterThan(7_000);
    await chat.close();
  });
});
