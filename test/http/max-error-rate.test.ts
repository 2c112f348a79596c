import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Chat, startChat } from '../support/chat.ts';
import { startProvider } from '../support/provider/index.ts';
import { part } from '../support/require.ts';
import { eventually } from '../support/wire/index.ts';
import { realModel } from '../unit/sidecar/embedders/real-model.ts';

vi.setConfig({ testTimeout: 120_000 });

/** `maxErrorRate`: what was learned decides beside the threshold. */
const model = await realModel();
const withModel = part('model', 'files' in model, 'missing' in model ? model.missing : '');

let judge: Server;
let url: string;
let verdict: 'same' | 'different' = 'same';
beforeAll(async () => {
  judge = createServer(async (request, response) => {
    await json(request);
    response.end(JSON.stringify({ verdict }));
  });
  await new Promise<void>((resolve) => judge.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(judge.address() as { port: number }).port}/judge`;
});
afterAll(() => {
  judge.closeAllConnections();
  judge.close();
});

interface Learned {
  maxErrorRate?: number;
  scopes: { scope: string; semantic: { labels: number; wrong: number; threshold: number | null } }[];
}
const learned = async (chat: Chat) => {
  const stats = (await (await fetch(`${chat.sidecar.adminUrl}/stats`)).json()) as {
    quality: { learned: Learned };
  };
  return stats.quality.learned;
};
const labels = async (chat: Chat) =>
  (await learned(chat)).scopes[0]?.semantic ?? { labels: 0, wrong: 0, threshold: 1 };

it.skipIf(!withModel)(
  'a hit in doubt asks the provider, learns from its answer, and what was learned survives a restart',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fourfold-learned-'));
    const provider = await startProvider();
    const settings = {
      FOURFOLD_MAX_ERROR_RATE: '1%',
      FOURFOLD_AUDIT_SAMPLE_RATE: '5%',
      FOURFOLD_THRESHOLD: '0.8',
      FOURFOLD_JUDGE_ENDPOINT: url,
      FOURFOLD_STORE: `memory://${folder}`,
    };
    verdict = 'same';
    let chat = await startChat(settings, { model: true, provider });
    const first = await chat.ask('How do I reset my password?');
    const asked = 'What are the steps to reset my password?';
    const doubted = await chat.ask(asked);
    expect(doubted).toMatchObject({
      phase: 'miss',
      reason: 'error-rate',
      similarity: expect.stringMatching(/^0\.9/),
    });
    // Paid for once: the same question has an answer of its own now
    expect(await chat.ask(asked)).toMatchObject({ phase: 'fingerprint', entry: doubted.entry });
    expect(doubted.entry).not.toBe(first.entry);
    await eventually(async () => (await labels(chat)).labels === 1, 10_000);
    expect(await learned(chat)).toEqual({
      maxErrorRate: 0.01,
      scopes: [
        {
          scope: expect.stringMatching(/^[0-9a-f]{16}$/),
          semantic: { labels: 1, wrong: 0, threshold: null },
          'near-miss': { labels: 0, wrong: 0, threshold: expect.anything() },
        },
      ],
    });
    // Reports teach too
    const report = await fetch(`${chat.sidecar.url}/cache/feedback`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json' },
      body: JSON.stringify({ entry: first.entry, verdict: 'wrong', prompt: 'How can I change my password?' }),
    });
    expect(await report.json()).toEqual({ blocked: true });
    await eventually(async () => (await labels(chat)).wrong === 1, 10_000);
    const metrics = await (await fetch(`${chat.sidecar.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/^fourfold_learned_threshold\{kind="semantic",quantile="0\.5"\} 1\.1$/m);
    const { threshold } = await labels(chat);
    await chat.close();

    chat = await startChat(settings, { model: true, provider });
    expect(await labels(chat)).toEqual({ labels: 2, wrong: 1, threshold });
    await chat.close();
    await provider.close();
    rmSync(folder, { recursive: true });
  },
);

it.skipIf(!withModel)('without a bound the same hit answers', async () => {
  const chat = await startChat({ FOURFOLD_THRESHOLD: '0.8' }, { model: true });
  await chat.ask('How do I reset my password?');
  expect(await chat.ask('What are the steps to reset my password?')).toMatchObject({ phase: 'semantic' });
  await chat.close();
});
