import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Chat, said, startChat } from '../support/chat.ts';
import { eventually } from '../support/wire/index.ts';

vi.setConfig({ testTimeout: 90_000 });

/** Hits that also ask the provider, and what shadow mode finds out for nothing. */
interface Asked {
  body: { entry: string; prompt: string; stored: string; served: string; fresh: string };
  headers: IncomingHttpHeaders;
}
let judge: Server;
let url: string;
let asked: Asked[] = [];
beforeAll(async () => {
  judge = createServer(async (request, response) => {
    const body = (await json(request)) as Asked['body'];
    asked.push({ body, headers: request.headers });
    response.end(JSON.stringify({ verdict: body.prompt.includes('captial') ? 'different' : 'same' }));
  });
  await new Promise<void>((resolve) => judge.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(judge.address() as { port: number }).port}/judge`;
});
afterAll(() => {
  judge.closeAllConnections();
  judge.close();
});

const stored = 'What is the capital of Wales?';
const typed = 'What is the captial of Wales?';
interface Stats {
  hits: number;
  misses: number;
  shadow: { hits: number; hitRatio: number; phases: Record<string, number> };
  quality: {
    same: number;
    different: number;
    failed: number;
    wrong?: object;
    phases: Record<string, object>;
  };
}
const stats = async (chat: Chat) => (await (await fetch(`${chat.sidecar.adminUrl}/stats`)).json()) as Stats;

describe('a judge', () => {
  it('is told of hits, and a hit that was wrong is put right by the answer that was paid for', async () => {
    asked = [];
    const chat = await startChat({ FOURFOLD_AUDIT_SAMPLE_RATE: '100%', FOURFOLD_JUDGE_ENDPOINT: url });
    const first = await chat.ask(stored);
    expect(await chat.ask('what is the capital of wales')).toMatchObject({ phase: 'fingerprint' });
    await eventually(async () => (await stats(chat)).quality.same === 1, 10_000);
    expect(await chat.ask(typed)).toMatchObject({ phase: 'near-miss', entry: first.entry });
    await eventually(async () => (await stats(chat)).quality.different === 1, 10_000);
    const { quality } = await stats(chat);
    expect(quality.phases).toMatchObject({
      fingerprint: { same: 1, different: 0, wrong: { share: 0, low: 0 } },
      'near-miss': { same: 0, different: 1, wrong: { share: 1, high: 1 } },
    });
    expect(quality.wrong).toMatchObject({ share: 0.5, low: expect.closeTo(0.0945, 3) });
    expect(asked[1]?.body).toMatchObject({
      prompt: typed,
      stored,
      served: said(first),
      model: 'gpt-4o-mini',
    });
    expect(JSON.stringify(asked)).not.toContain('sk-test');
    const own = await chat.ask(typed);
    expect(own).toMatchObject({ phase: 'fingerprint' });
    expect(own.entry).not.toBe(first.entry);
    expect(said(own)).toBe(asked[1]?.body.fresh);
    const metrics = await (await fetch(`${chat.sidecar.adminUrl}/metrics`)).text();
    expect(metrics).toContain('fourfold_wrong_hit_ratio{phase="near-miss",bound="high"} 1');
    await chat.close();
  });

  it('is not there: nothing is counted as right', async () => {
    const chat = await startChat({
      FOURFOLD_AUDIT_SAMPLE_RATE: '100%',
      FOURFOLD_JUDGE_ENDPOINT: 'http://127.0.0.1:9/judge',
    });
    await chat.ask(stored);
    await chat.ask(stored);
    await eventually(async () => {
      const { phases } = (await stats(chat)).quality;
      return (phases.fingerprint as { unjudged: number }).unjudged === 1;
    }, 10_000);
    expect((await stats(chat)).quality).not.toHaveProperty('wrong');
    await chat.close();
  });
});

it.each([
  ['JSON', {}],
  ['a stream', { stream: true }],
])(
  'the same credentials and the same body go out once more, and nobody waits for it: %s',
  async (_, body) => {
    const chat = await startChat({ FOURFOLD_AUDIT_SAMPLE_RATE: '100%' });
    await chat.ask(stored, { body });
    chat.provider.next({ latencyMs: 8_000 });
    const start = performance.now();
    expect(await chat.ask(stored, { body })).toMatchObject({ phase: 'fingerprint' });
    expect(performance.now() - start).toBeLessThan(6_000);
    const [first, again] = [await chat.provider.request(1), await chat.provider.request(2)];
    expect(again.headers.authorization).toBe(first.headers.authorization);
    expect(again.json).toEqual(first.json);
    await eventually(async () => (await stats(chat)).quality.same === 1, 30_000);
    await chat.close();
  },
);

it('a provider that fails is no wrong answer, and one that is slow does not hold up the end', async () => {
  const chat = await startChat({ FOURFOLD_AUDIT_SAMPLE_RATE: '100%' });
  await chat.ask(stored);
  chat.provider.next({ status: 500 });
  await chat.ask(stored);
  await eventually(async () => (await stats(chat)).quality.failed === 1, 10_000);
  chat.provider.next({ latencyMs: 60_000 });
  await chat.ask(stored);
  await chat.provider.request(3);
  const start = performance.now();
  await chat.sidecar.close();
  expect(performance.now() - start).toBeLessThan(20_000);
  await chat.provider.close();
});

it('without a sample rate no hit asks the provider', async () => {
  const chat = await startChat();
  await chat.ask(stored);
  for (let n = 0; n < 5; n++) await chat.ask(stored);
  expect(chat.provider.stats().calls).toBe(1);
  await chat.close();
});

it('shadow mode counts what would have been a hit, and compares it with the answer that is asked for anyway', async () => {
  const chat = await startChat({ FOURFOLD_MODE: 'shadow', FOURFOLD_JUDGE_ENDPOINT: url });
  await chat.ask(stored);
  await chat.ask(stored);
  await chat.ask(typed);
  await eventually(async () => (await stats(chat)).quality.different === 1, 10_000);
  expect(chat.provider.stats().calls).toBe(3);
  expect(await stats(chat)).toMatchObject({
    hits: 0,
    misses: 1,
    shadow: { hits: 2, hitRatio: expect.closeTo(2 / 3, 5), phases: { fingerprint: 1, 'near-miss': 1 } },
    quality: { same: 1, different: 1 },
  });
  await chat.close();
});
