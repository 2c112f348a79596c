import OpenAI from 'openai';
import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions';
import { serve } from './sidecar/main.ts';
import { fetchModel } from './sidecar/models/index.ts';
import { startProvider } from './test/support/provider/index.ts';

/**
 * `npm run demo`: real requests through the official SDK, a real sidecar on its embedded store and the real embedding
 * model. The provider is a stand-in that takes 400 ms and more, or the real one where `OPENAI_API_KEY` is set.
 */
type Scene = {
  readonly ask: string;
  readonly note?: string;
  readonly stream?: boolean;
  readonly extra?: Partial<ChatCompletionCreateParamsNonStreaming>;
};

const ticket: Partial<ChatCompletionCreateParamsNonStreaming> = {
  response_format: {
    type: 'json_schema',
    json_schema: { name: 'city', schema: { type: 'object', properties: { city: { type: 'string' } } } },
  },
};

const scenes: readonly Scene[] = [
  { ask: "What's the capital of France?", note: 'asked for the first time' },
  { ask: 'what is the capital of france please', note: 'case, contraction, courtesy' },
  { ask: 'What is the captial of France?', note: 'a typo' },
  { ask: 'How do I reset my password?', note: 'asked for the first time' },
  { ask: 'What are the steps to reset my password?', note: 'other words' },
  { ask: 'What are the steps to reset my password?', note: 'learnt from the hit before', stream: true },
  { ask: 'Name the city: Paris, France', note: 'a structured answer', extra: ticket },
  { ask: 'Name the city: Paris, France', note: 'structured: same bytes only', extra: ticket },
  { ask: 'How do I enable 2FA?', note: 'asked for the first time' },
  { ask: 'How do I disable 2FA?', note: 'near, but the opposite' },
  { ask: 'Convert 100 USD to EUR', note: 'asked for the first time' },
  { ask: 'Convert 100 EUR to USD', note: 'near, but the other way' },
];

const real = process.env.OPENAI_API_KEY;
const provider = real ? undefined : await startProvider({ always: { latencyMs: 400, tokenMs: 12 } });

console.log('fourfold demo\n');
const model = await fetchModel({ name: 'all-MiniLM-L6-v2', env: process.env, out: process.stdout }).then(
  () => true,
  (error) => {
    console.log(`${error.message}\nGoing on without phase 4 (semantic).\n`);
    return false;
  },
);

const sidecar = await serve({
  ...process.env,
  FOURFOLD_PORT: '0',
  FOURFOLD_ADMIN_PORT: '0',
  FOURFOLD_ADMIN_HOST: '127.0.0.1',
  FOURFOLD_LOG_LEVEL: 'silent',
  ...(provider ? { FOURFOLD_OPENAI_UPSTREAM: `${provider.url}/v1` } : {}),
});
while (model && !(await readiness()).embedder.ready) await new Promise((resolve) => setTimeout(resolve, 50));

console.log(
  `provider   ${real ? 'api.openai.com' : 'a stand-in on this machine (set OPENAI_API_KEY to ask the real one)'}`,
);
console.log(
  `sidecar    ${sidecar.url}, embedded store, ${model ? 'all-MiniLM-L6-v2' : 'no embedding model'}\n`,
);

const client = new OpenAI({ baseURL: `${sidecar.url}/v1`, apiKey: real ?? 'sk-demo' });
const columns = [46, 12, 10, 10, 7] as const;
const paint = (code: number, text: string) => (process.stdout.isTTY ? `\x1b[${code}m${text}\x1b[0m` : text);

console.log(paint(1, line(['prompt', 'phase', 'similarity', 'latency', 'tokens'], 'what it shows')));
for (const scene of scenes) {
  const start = performance.now();
  const { phase, similarity, reason, tokens } = await ask(scene);
  const latency = performance.now() - start;
  const hit = phase !== 'miss';
  const saved = hit && tokens > 0 ? `+${tokens}` : '';
  const shown = line(
    [scene.ask, phase, similarity ?? '', `${latency.toFixed(latency < 10 ? 1 : 0)} ms`, saved],
    `${scene.note}${!hit && reason && !scene.note?.startsWith('asked') ? ` (${reason})` : ''}${scene.stream ? ', streamed' : ''}`,
  );
  console.log(hit ? paint(32, shown) : shown);
}

const stats = (await (await fetch(`${sidecar.adminUrl}/stats`)).json()) as {
  requests: number;
  hits: number;
  tokensSaved: number;
  upstreamCalls: Record<string, number>;
};
const calls = Object.values(stats.upstreamCalls).reduce((sum, each) => sum + each, 0);
console.log(`
${stats.requests} requests, ${stats.hits} answered from the cache, ${calls} calls to the provider, ${stats.tokensSaved} tokens saved.
Next: npm start, then point OPENAI_BASE_URL at http://127.0.0.1:4114/v1 – see README.md.`);
await sidecar.close();
await provider?.close();

async function ask({ ask: content, stream, extra }: Scene) {
  const body = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content }], ...extra };
  let tokens = 0;
  let headers: Headers;
  if (stream) {
    const { data, response } = await client.chat.completions
      .create({ ...body, stream: true, stream_options: { include_usage: true } })
      .withResponse();
    for await (const chunk of data) tokens = chunk.usage?.total_tokens ?? tokens;
    headers = response.headers;
  } else {
    const { data, response } = await client.chat.completions.create(body).withResponse();
    tokens = data.usage?.total_tokens ?? 0;
    headers = response.headers;
  }
  return {
    tokens,
    phase: headers.get('x-fourfold-phase') ?? 'none',
    similarity: headers.get('x-fourfold-similarity'),
    reason: headers.get('x-fourfold-reason'),
  };
}

async function readiness() {
  return (await (await fetch(`${sidecar.adminUrl}/readyz`)).json()) as { embedder: { ready: boolean } };
}

function line(cells: readonly string[], last: string): string {
  const padded = cells.map((cell, i) => {
    const width = columns[i] ?? 0;
    return i === 0 || i === 1 ? cell.padEnd(width) : cell.padStart(width);
  });
  return `${padded.join('  ')}  ${last}`;
}
