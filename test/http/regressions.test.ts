import { createServer, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startProvider } from '../support/provider/index.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar.ts';

/** Each of these was a fault once; the sentence says which. Answers are written byte by byte, as no provider should. */
let answer: (body: string) => Buffer = () => Buffer.alloc(0);
let upstream: Server;
let sidecar: SidecarProcess;

beforeAll(async () => {
  upstream = createServer((socket: Socket) => {
    socket.on('error', () => {});
    socket.once('data', (chunk) => socket.end(answer(chunk.toString())));
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const { port } = upstream.address() as { port: number };
  sidecar = await startSidecar({
    FOURFOLD_OPENAI_UPSTREAM: `http://127.0.0.1:${port}/v1`,
    FOURFOLD_CONVERSATION: 'lastTurn',
  });
});
afterAll(async () => {
  await sidecar.close();
  upstream.close();
});

const respond = (head: string, body: Buffer | string) => {
  const bytes = Buffer.from(body);
  return Buffer.concat([
    Buffer.from(`${head}\r\nContent-Length: ${bytes.length}\r\nConnection: close\r\n\r\n`),
    bytes,
  ]);
};
const stream = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream';
const json = 'HTTP/1.1 200 OK\r\nContent-Type: application/json';
const events = (...deltas: string[]) =>
  `${deltas.map((delta) => `data: {"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":${delta},"finish_reason":null}]}\n\n`).join('')}data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`;
const completion = (content: string) =>
  JSON.stringify({
    id: 'c',
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
  });

async function ask(messages: string | object[], extra: object = {}) {
  const response = await fetch(`${sidecar.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-a' },
    body: JSON.stringify({
      model: 'gpt-4o-mini',
      messages: typeof messages === 'string' ? [{ role: 'user', content: messages }] : messages,
      ...extra,
    }),
  });
  return {
    status: response.status,
    text: await response.text(),
    phase: response.headers.get('x-fourfold-phase'),
  };
}

it.each([
  ['a tool call that is null', events('{"tool_calls":[null]}')],
  ['a field named __proto__', events('{"content":"x","__proto__":{"tools":["p"],"polluted":1}}')],
  [
    'objects in objects, thousands deep',
    events(`{"content":"x","deep":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`),
  ],
])('an answer with %s reaches its client and harms nobody', async (name, body) => {
  for (const [way, head, bytes] of [
    ['plain', stream, Buffer.from(body)],
    ['gzip', `${stream}\r\nContent-Encoding: gzip`, gzipSync(body)],
  ] as const) {
    answer = () => respond(head, bytes);
    const first = await ask(`${name} ${way}`, { stream: true });
    expect(first).toMatchObject({ status: 200, text: body });
    // Nor does it answer anybody else
    expect((await ask(`${name} ${way}`, { stream: true })).phase).toBe('miss');
  }
  expect((await fetch(`${sidecar.adminUrl}/livez`)).status).toBe(200);
});

it('a reason phrase beyond ASCII travels on, and ends no process', async () => {
  answer = () => respond(json.replace('OK', '成功'), completion('fine'));
  expect(await ask('reason phrase')).toMatchObject({ status: 200 });
  const other = await fetch(`${sidecar.url}/v1/embeddings`, { method: 'POST', body: '{}' });
  expect(other.status).toBe(200);
});

it('an answer with a byte order mark is replayed as a stream too', async () => {
  answer = () => respond(json, `\ufeff${completion('marked')}`);
  await ask('byte order mark');
  const again = await ask('byte order mark', { stream: true });
  expect(again).toMatchObject({ status: 200, phase: 'fingerprint' });
  expect(again.text).toContain('marked');
});

it('lastTurn: what the user said counts where the last message is not theirs', async () => {
  answer = (request) => respond(json, completion(request.includes('France') ? 'Paris' : 'kill -9'));
  const prefilled = (content: string) => [
    { role: 'user', content },
    { role: 'assistant', content: 'Answer:' },
  ];
  await ask(prefilled('What is the capital of France?'));
  expect(await ask(prefilled('How do I kill a process?'))).toMatchObject({ phase: 'miss' });
});

it('an idle connection to the admin port does not hold the process', async () => {
  const own = await startSidecar({ FOURFOLD_OPENAI_UPSTREAM: 'http://127.0.0.1:9/v1' });
  const { connect } = await import('node:net');
  const socket = connect(Number(new URL(own.adminUrl).port), '127.0.0.1').on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  const start = performance.now();
  expect(await own.close()).toBe(0);
  expect(performance.now() - start).toBeLessThan(5_000);
});

it('an answer that is under way when its document is removed is not stored', async () => {
  const provider = await startProvider({ always: { latencyMs: 400 } });
  const own = await startSidecar({ FOURFOLD_OPENAI_UPSTREAM: `${provider.url}/v1` });
  const post = () =>
    fetch(`${own.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer sk-a',
        'x-fourfold-sources': 'doc-1',
      },
      body: JSON.stringify({
        model: 'gpt-4o-mini',
        messages: [{ role: 'user', content: 'What does the document say?' }],
      }),
    });
  const running = post();
  await provider.request(1);
  await fetch(`${own.url}/cache/entries?source=doc-1`, {
    method: 'DELETE',
    headers: { authorization: 'Bearer sk-a' },
  });
  await (await running).text();
  expect((await post()).headers.get('x-fourfold-phase')).toBe('miss');
  // The one that was asked after the removal is
  expect((await post()).headers.get('x-fourfold-phase')).toBe('fingerprint');
  await own.close();
  await provider.close();
});

it('a hit by meaning that was promoted does not answer a stricter question', async () => {
  const provider = await startProvider();
  const own = await startSidecar({ FOURFOLD_OPENAI_UPSTREAM: `${provider.url}/v1` }, { model: true });
  const phase = async (content: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${own.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-a', ...headers },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] }),
    });
    await response.text();
    return response.headers.get('x-fourfold-phase');
  };
  await phase('How do I reset my password?');
  const reworded = 'What are the steps to reset my password?';
  expect([await phase(reworded), await phase(reworded)]).toEqual(['semantic', 'fingerprint']);
  expect(await phase(reworded, { 'x-fourfold-threshold': '0.99', 'cache-control': 'no-store' })).toBe('miss');
  await own.close();
  await provider.close();
});

it('an entry that phase 1 answers again and again is not the first to leave a full store', async () => {
  const provider = await startProvider();
  const own = await startSidecar({
    FOURFOLD_OPENAI_UPSTREAM: `${provider.url}/v1`,
    FOURFOLD_MAX_ENTRIES: '3',
  });
  const phase = async (content: string) => {
    const response = await fetch(`${own.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-a' },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] }),
    });
    await response.text();
    return response.headers.get('x-fourfold-phase');
  };
  await phase('What is rust?');
  for (const other of ['Who was Cleopatra?', 'How deep is the sea?', 'Why do cats purr?', 'Name a planet.']) {
    await phase(other);
    expect(await phase('what is rust')).toBe('fingerprint');
  }
  await own.close();
  await provider.close();
});

it('an answer that promises trailers to whoever can have none is passed on', async () => {
  answer = () => Buffer.from('HTTP/1.1 200 OK\r\nTrailer: x-sum\r\nConnection: close\r\n\r\n');
  const response = await fetch(`${sidecar.url}/v1/models`, { method: 'HEAD' });
  expect(response.status).toBe(200);
  answer = () => Buffer.from('HTTP/1.1 204 No Content\r\nTrailer: x-sum\r\nConnection: close\r\n\r\n');
  expect((await fetch(`${sidecar.url}/v1/models`)).status).toBe(204);
  const length = 'Trailer: x-sum\r\nContent-Length: 2\r\nConnection: close';
  answer = () => Buffer.from(`HTTP/1.1 200 OK\r\n${length}\r\n\r\nok`);
  expect(await (await fetch(`${sidecar.url}/v1/models`)).text()).toBe('ok');
});

it('headers of 60 KB go both ways', async () => {
  const many = 'x'.repeat(60_000);
  answer = (request) => respond(`${json}\r\nx-many: ${many}`, request.includes(many) ? '{}' : '[]');
  // Sent in pieces, of which the provider of these tests sees the first: fetch reads the answer by node's own limits.
  const { wire, request } = await import('../support/wire/index.ts');
  const line = await wire(sidecar.url, ['GET'], 10_000);
  line.send(
    request(
      'GET',
      '/v1/models',
      [
        ['Host', 'x'],
        ['baggage', many],
      ],
      '',
    ),
  );
  const { response } = await line.response();
  line.close();
  expect(response?.status).toBe(200);
  expect(response?.headers.find(([name]) => name.toLowerCase() === 'x-many')?.[1]).toHaveLength(60_000);
});
