import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ask, type Chat, chatRequest, startChat } from '../support/chat.ts';
import { startSidecar } from '../support/sidecar.ts';
import {
  configFile,
  eventually,
  exchange,
  type Header,
  header,
  request,
  wire,
} from '../support/wire/index.ts';

vi.setConfig({ testTimeout: 90_000 });

/** Each limit answers in the shape of the provider, with a word that says which it was. */
describe('requests of one client within a minute', () => {
  let chat: Chat;
  beforeAll(async () => {
    chat = await startChat({ FOURFOLD_REQUESTS_PER_MINUTE: '3' });
  });
  afterAll(() => chat?.close());

  it('beyond the limit get 429 and when to come again; other clients go on', async () => {
    for (const n of [1, 2, 3]) expect((await chat.ask(`Question ${n}`, { key: 'eager' })).status).toBe(200);
    const reply = await chat.ask('Question 1', { key: 'eager' });
    expect(reply).toMatchObject({ status: 429, phase: 'bypass', reason: 'too-many-requests' });
    expect(reply.cacheStatus).toBe('fourfold; detail=too-many-requests');
    expect(Number(reply.header('retry-after'))).toSatisfy((seconds: number) => seconds > 0 && seconds <= 60);
    expect(reply.json.error).toMatchObject({ code: 'fourfold_too_many', type: 'requests', param: null });
    expect((await chat.ask('Question 1', { key: 'other' })).status).toBe(200);
    expect(chat.provider.stats().calls).toBe(4);
  });

  it('count on every path that is forwarded, however it is spelt, and not on the own one', async () => {
    const asking = (path: string) =>
      exchange(
        chat.sidecar.url,
        request('GET', path, [
          ['Host', 'x'],
          ['Authorization', 'Bearer paths'],
        ]),
      );
    for (const path of ['/v1/models', '/anything', '/%ff', '/cache/entries/x'])
      expect((await asking(path)).response?.status, path).not.toBe(429);
    for (const path of ['/v1/models', '/%ff', '/anything?x=1']) {
      const refused = await asking(path);
      expect(refused.response?.status, path).toBe(429);
      expect(header(refused, 'x-fourfold-reason')).toBe('too-many-requests');
    }
    expect((await asking('/cache/entries/x')).response?.status).toBe(404);
  });

  it('are told by what the provider reads: no other header makes another client of one', async () => {
    const ask = (n: number, key = 'sidestep') =>
      chat.ask(`Question ${n}`, {
        key,
        headers: { 'x-goog-api-key': `junk ${n}`, 'x-api-key': `junk ${n}` },
      });
    for (const n of [1, 2, 3]) expect((await ask(n)).status).toBe(200);
    expect((await ask(4)).status).toBe(429);
    expect((await ask(4, 'upright')).status).toBe(200);
  });

  it('with the same key in the header and in the query are one', async () => {
    const asking = (path: string, headers: Header[]) =>
      exchange(chat.sidecar.url, request('GET', path, [['Host', 'x'], ...headers]));
    const inHeader: Header[] = [['x-goog-api-key', 'both']];
    for (const n of [1, 2, 3]) {
      const [path, headers]: [string, Header[]] =
        n === 2 ? ['/v1beta/models?key=both', []] : ['/v1beta/models', inHeader];
      expect((await asking(path, headers)).response?.status).not.toBe(429);
    }
    expect((await asking('/v1beta/models?key=both', [])).response?.status).toBe(429);
    expect((await asking('/v1beta/models', inHeader)).response?.status).toBe(429);
  });

  it('count where they are upgrades, too', async () => {
    const upgrade = async () => {
      const line = await wire(chat.sidecar.url, ['GET'], 10_000);
      line.send(
        request('GET', '/v1/realtime', [
          ['Host', 'x'],
          ['Authorization', 'Bearer upgrades'],
          ['Connection', 'Upgrade'],
          ['Upgrade', 'websocket'],
        ]),
      );
      await line.until((text) => text.includes('\r\n\r\n'));
      line.close();
      const { response } = await line.response();
      return response;
    };
    for (const _ of [1, 2, 3]) expect((await upgrade())?.status).toBe(101);
    const refused = await upgrade();
    expect(refused?.status).toBe(429);
    expect(refused?.headers.find(([name]) => name.toLowerCase() === 'retry-after')?.[1]).toMatch(/^\d+$/);
  });

  it('a refused request is counted', async () => {
    const { reasons } = (await (await fetch(`${chat.sidecar.adminUrl}/stats`)).json()) as {
      reasons: { bypassed: Record<string, number> };
    };
    expect(reasons.bypassed['too-many-requests']).toBeGreaterThanOrEqual(1);
  });
});

it('streams beyond the limit get 429; hits and JSON do not count, and a stream that ends makes room', async () => {
  const chat = await startChat({ FOURFOLD_STREAMS: '2' });
  const stream = { body: { stream: true } };
  await chat.ask('Known', stream);
  chat.provider.always({ chunks: 5, bytes: 300, tokenMs: 50, untilClosed: true });
  const open = await Promise.all(
    [1, 2].map(async (n) => {
      const line = await wire(chat.sidecar.url, ['POST'], 20_000);
      line.send(chatRequest(`A tale ${n}`, stream));
      await line.received(300);
      return line;
    }),
  );
  const refused = await chat.ask('A tale 3', stream);
  expect(refused).toMatchObject({ status: 429, phase: 'bypass', reason: 'too-many-streams' });
  expect(refused.header('retry-after')).toBe('1');
  expect(refused.json.error.code).toBe('fourfold_too_many');
  expect(await chat.ask('Known', stream)).toMatchObject({ status: 200, phase: 'fingerprint' });
  chat.provider.always({});
  expect(await chat.ask('JSON')).toMatchObject({ status: 200 });
  open[0]?.close();
  await eventually(() => chat.provider.stats().running === 1);
  expect(await chat.ask('A tale 3', stream)).toMatchObject({ status: 200 });
  open[1]?.close();
  await chat.close();
});

it('who shares a stream that is open already opens none, and a stale answer is better than none', async () => {
  const chat = await startChat({
    FOURFOLD_STREAMS: '1',
    FOURFOLD_CONFIG: configFile({ stale: { ifError: '1h' }, phases: { semantic: { enabled: false } } }),
  });
  const stream = { body: { stream: true } };
  await chat.ask('Not long ago', { ...stream, headers: { 'x-fourfold-ttl': '1s' } });
  await sleep(1_100);
  chat.provider.next({ chunks: 10, bytes: 600, tokenMs: 200 });
  const first = chat.ask('A tale', stream);
  await chat.provider.request(2);
  const [shared, refused, rescued] = await Promise.all([
    chat.ask('A tale', stream),
    chat.ask('Another tale', stream),
    chat.ask('Not long ago', stream),
  ]);
  expect(refused).toMatchObject({ status: 429, reason: 'too-many-streams' });
  expect(shared).toMatchObject({ status: 200, phase: 'collapsed' });
  expect(rescued).toMatchObject({ status: 200, phase: 'fingerprint', reason: 'stale-if-error' });
  expect((await first).phase).toBe('miss');
  expect(await chat.ask('Another tale', stream)).toMatchObject({ status: 200, phase: 'miss' });
  expect(chat.provider.stats().calls).toBe(3);
  await chat.close();
});

it('ten million bytes of tiny values are passed on, and nobody waits for them', async () => {
  const chat = await startChat();
  const body = `{"model":"gpt-4o-mini","x":[${Array(3_300_000).fill('[]').join(',')}],"messages":[]}`;
  let longest = 0;
  const watch = setInterval(() => {
    const start = performance.now();
    void fetch(`${chat.sidecar.adminUrl}/livez`).then(() => {
      longest = Math.max(longest, performance.now() - start);
    });
  }, 50);
  const reply = await chat.ask('', { raw: body, timeoutMs: 25_000 });
  clearInterval(watch);
  expect(reply).toMatchObject({ phase: 'bypass', reason: 'too-complex' });
  expect(longest).toBeLessThan(1_500);
  await chat.close();
});

it('past maxEntryBytes one who takes nothing holds the others up for seconds, not for good', async () => {
  const chat = await startChat({
    FOURFOLD_CONFIG: configFile({ maxEntryBytes: '64Ki', phases: { semantic: { enabled: false } } }),
  });
  const more = { body: { stream: true } };
  chat.provider.always({ bytes: 16_000_000, chunks: 1_000, latencyMs: 1_000 });
  const stalled = await wire(chat.sidecar.url, ['POST'], 80_000);
  stalled.socket.pause();
  stalled.send(chatRequest('A very long tale', more));
  await chat.provider.request(1);
  const reader = await wire(chat.sidecar.url, ['POST'], 80_000);
  reader.send(chatRequest('A very long tale', more));
  const { response, end } = await reader.response();
  expect(end).toBe('complete');
  expect(response?.body.length).toBeGreaterThan(16_000_000);
  expect(header({ response, end, times: {} } as never, 'x-fourfold-phase')).toBe('collapsed');
  expect(chat.provider.stats().calls).toBe(1);
  for (const line of [stalled, reader]) line.close();
  await chat.close();
});

describe('an address that takes no connection', () => {
  let stopped: ChildProcess;
  let port = '';
  const line: Socket[] = [];
  beforeAll(async () => {
    // A process that listens and is stopped: the kernel takes two connections for it, and leaves the next ones waiting.
    const listens = `const server = require('net').createServer();
      server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
        console.log(server.address().port);
        process.kill(process.pid, 'SIGSTOP');
      });`;
    stopped = spawn(process.execPath, ['-e', listens], { stdio: ['ignore', 'pipe', 'inherit'] });
    [port] = (await once(createInterface({ input: stopped.stdout as Readable }), 'line')) as [string];
    for (let n = 0; n < 4; n++) line.push(connect(Number(port), '127.0.0.1').on('error', () => {}));
    await sleep(300);
  });
  afterAll(() => {
    for (const socket of line) socket.destroy();
    stopped?.kill('SIGKILL');
  });

  it('is given up at the deadline for connections, not at the one for answers', async () => {
    const url = `http://127.0.0.1:${port}`;
    const sidecar = await startSidecar({
      FOURFOLD_OPENAI_UPSTREAM: url,
      FOURFOLD_ANTHROPIC_UPSTREAM: url,
      FOURFOLD_CONNECT_TIMEOUT: '1s',
    });
    const given = async (path: string) => {
      const begun = performance.now();
      const reply = await ask(sidecar.url, 'Is anybody there?', { path, timeoutMs: 60_000 });
      return { reply, took: performance.now() - begun };
    };
    const [cached, passed] = await Promise.all([
      given('/v1/chat/completions'),
      given('/v1/messages/batches'),
    ]);
    for (const { reply, took } of [cached, passed]) {
      expect(reply.status).toBe(504);
      expect(reply.body).toContain('fourfold_upstream_timeout');
      expect(took).toBeGreaterThan(900);
      expect(took).toBeLessThan(20_000);
    }
    expect(cached.reply.json.error).toMatchObject({ type: 'api_connection_error', param: null });
    expect(JSON.parse(passed.reply.body)).toMatchObject({ type: 'error', error: { type: 'timeout_error' } });
    await sidecar.close();
  });
});

describe('an upgrade that nobody answers', () => {
  let silent: Server;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    silent = createServer((socket) => void sockets.push(socket.on('error', () => {})));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  it('is given up with 504 at the deadline', async () => {
    const { port } = silent.address() as { port: number };
    const sidecar = await startSidecar({
      FOURFOLD_OPENAI_UPSTREAM: `http://127.0.0.1:${port}`,
      FOURFOLD_CONNECT_TIMEOUT: '200ms',
      FOURFOLD_FIRST_BYTE_TIMEOUT: '300ms',
    });
    const socket = connect(Number(new URL(sidecar.url).port), '127.0.0.1');
    let text = '';
    const closed = new Promise((resolve) =>
      socket
        .on('data', (chunk) => {
          text += chunk;
        })
        .on('close', resolve),
    );
    socket.write('GET /v1/realtime HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    await closed;
    expect(text).toMatch(/^HTTP\/1\.1 504 /);
    await sidecar.close();
  });
});
