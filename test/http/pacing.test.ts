import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Chat, chatRequest, startChat } from '../support/chat.ts';
import { eventually, wire } from '../support/wire/index.ts';

vi.setConfig({ testTimeout: 90_000 });

/** A stored answer in the rhythm in which the provider sent it. */
let chat: Chat;
beforeAll(async () => {
  chat = await startChat({ FOURFOLD_REPLAY: 'original' });
});
afterAll(() => chat?.close());

const stream = { stream: true };
const content = 'one two three four five six seven eight nine ten';

/** The answer, and when its head, each piece and its end came, in milliseconds. */
async function timed(question: string, body: object) {
  const line = await wire(chat.sidecar.url, ['POST'], 60_000);
  const start = performance.now();
  const pieces: number[] = [];
  line.socket.on('data', () => pieces.push(performance.now() - start));
  line.send(chatRequest(question, { body }));
  const { response } = await line.response();
  line.close();
  return {
    text: response?.body.toString() ?? '',
    pieces,
    first: pieces[0] ?? 0,
    end: performance.now() - start,
  };
}
const phaseOf = async (question: string) =>
  (await chat.ask(question, { headers: { 'Cache-Control': 'only-if-cached' } })).phase;

describe('a stream', () => {
  it('begins no sooner, ends no sooner, and comes piece by piece', async () => {
    chat.provider.next({ content, latencyMs: 600, tokenMs: 150 });
    const miss = await timed('Count slowly', stream);
    const hit = await timed('Count slowly', stream);
    expect(chat.provider.stats().calls).toBe(1);
    expect(hit.first).toBeGreaterThan(550);
    // Some ten pieces at 150 ms each
    expect(hit.end - hit.first).toBeGreaterThan(1_000);
    expect(hit.end).toBeGreaterThan(miss.end * 0.7);
    expect(hit.pieces.length).toBeGreaterThan(6);
    const said = [...hit.text.matchAll(/"content":"([^"]+)"/g)].map(([, piece]) => piece).join('');
    expect(said).toBe(content);
    expect(hit.text).toMatch(/data: \[DONE\]\n\n$/);
  });

  it('that its client leaves is given up', async () => {
    chat.provider.next({ content, latencyMs: 300, tokenMs: 200 });
    await chat.ask('Count and leave', { body: stream, timeoutMs: 60_000 });
    const line = await wire(chat.sidecar.url, ['POST'], 60_000);
    line.send(chatRequest('Count and leave', { body: stream }));
    await line.received(1);
    line.close();
    await eventually(
      () => chat.sidecar.log.some(({ complete, msg }) => msg === 'request' && complete === false),
      10_000,
    );
    expect((await fetch(`${chat.sidecar.adminUrl}/livez`)).status).toBe(200);
  });
});

const apis: Readonly<Record<string, [path: string, body: object]>> = {
  responses: ['/v1/responses', { model: 'gpt-4o-mini', input: 'Count in the rhythm', stream: true }],
  completions: [
    '/v1/completions',
    { model: 'gpt-3.5-turbo-instruct', prompt: 'Count in the rhythm', stream: true },
  ],
  anthropic: [
    '/v1/messages',
    {
      model: 'claude-sonnet-4-5',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Count in the rhythm' }],
      stream: true,
    },
  ],
  gemini: [
    '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
    { contents: [{ role: 'user', parts: [{ text: 'Count in the rhythm' }] }] },
  ],
};

/** Words that no frame of an event holds. */
const fruit = 'apple banana cherry damson elderberry fig grape hazelnut jujube kiwi'.split(' ');

describe('a stream of another API', () => {
  it.each(Object.entries(apis))('keeps its rhythm as well: %s', async (_, [path, body]) => {
    const calls = chat.provider.stats().calls;
    const once = async () => {
      const line = await wire(chat.sidecar.url, ['POST'], 60_000);
      const start = performance.now();
      const pieces: number[] = [];
      let said = '';
      /** Which piece said each word first. */
      const firsts = new Map<string, number>();
      line.socket.on('data', (bytes: Buffer) => {
        said += bytes.toString();
        for (const word of fruit)
          if (!firsts.has(word) && said.includes(word)) firsts.set(word, pieces.length);
        pieces.push(performance.now() - start);
      });
      line.send(
        chatRequest('', { path, raw: JSON.stringify(body), headers: { 'anthropic-version': '2023-06-01' } }),
      );
      const { response } = await line.response();
      line.close();
      expect(response?.status).toBe(200);
      return { pieces, firsts, first: pieces[0] ?? 0, end: performance.now() - start };
    };
    chat.provider.next({ content: fruit.join(' '), latencyMs: 400, tokenMs: 120 });
    const miss = await once();
    const hit = await once();
    expect(chat.provider.stats().calls).toBe(calls + 1);
    expect(hit.first).toBeGreaterThan(350);
    expect(hit.end).toBeGreaterThan(miss.end * 0.7);
    expect(hit.pieces.length).toBeGreaterThan(6);
    // Not its frame at the beginning and all of its words at the end: half of the pieces come in between.
    const between = hit.pieces.filter((at) => at > hit.first + 100 && at < hit.end - 100);
    expect(between.length).toBeGreaterThan(3);
    // And its words do not come in one of them.
    expect(hit.firsts.size).toBe(fruit.length);
    expect(new Set(hit.firsts.values()).size).toBeGreaterThan(4);
  });
});

it('JSON comes when the original was whole', async () => {
  chat.provider.next({ latencyMs: 700 });
  await chat.ask('What is Rust?');
  const start = performance.now();
  const hit = await chat.ask('what is rust');
  expect(performance.now() - start).toBeGreaterThan(650);
  expect(hit).toMatchObject({ status: 200, phase: 'fingerprint' });
});

it('stored as JSON and read as a stream, it comes no sooner either', async () => {
  chat.provider.next({ latencyMs: 500 });
  await chat.ask('What is Kubernetes?');
  const hit = await timed('What is Kubernetes?', stream);
  expect(hit.first).toBeGreaterThan(450);
  expect(hit.text).toMatch(/data: \[DONE\]\n\n$/);
});

it('what does not end the lookup is not delayed: a refusal of only-if-cached comes at once', async () => {
  expect(await phaseOf('Never asked')).toBe('miss');
});
