import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSidecar, upstreams } from '../support/sidecar.ts';
import {
  ask,
  caller,
  exchange,
  type Header,
  header,
  json,
  type Pair,
  request,
  startPair,
  streamed,
  wire,
} from '../support/wire/index.ts';

let pair: Pair;
beforeAll(async () => {
  pair = await startPair();
});
afterAll(() => pair?.close());

/** The headers that the provider received, as [name, value], without those of the connection. */
async function received(bytes: Buffer): Promise<Header[]> {
  pair.provider.forget();
  await exchange(pair.sidecar.url, bytes);
  const { rawHeaders } = await pair.provider.request(1);
  const pairs = rawHeaders.flatMap((name, at): Header[] =>
    at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? '']] : [],
  );
  return pairs.filter(([name]) => !/^(host|connection|content-length|transfer-encoding)$/i.test(name));
}

describe('what the provider receives', () => {
  const own: Header[] = [
    ['Authorization', 'Bearer k'],
    ['X-Stainless-Lang', 'js'],
    ['user-agent', 'OpenAI/JS 7'],
    ['X-Twice', 'b'],
    ['X-Twice', 'a'],
    ['OpenAI-Beta', 'x=y'],
    ['Accept-Encoding', 'gzip'],
    ['Cookie', 'c=1'],
    ['X-Latin', 'caf\xe9'],
    ['X-Empty', ''],
  ];

  it('the headers of the client, in their order and spelling, on a cached path', async () => {
    const bytes = request(
      'POST',
      '/v1/chat/completions',
      [['Host', 'x'], ...own, ...json],
      '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"headers"}]}',
    );
    expect(await received(bytes)).toEqual([...own, ...json]);
  });

  it('the same on any other path', async () => {
    expect(await received(request('GET', '/v1/anything', [['Host', 'x'], ...own]))).toEqual(own);
  });

  it('nothing that is meant for the cache', async () => {
    const toTheCache: Header[] = [
      ['Cache-Control', 'max-age=60'],
      ['x-fourfold-ttl', '10m'],
      ['X-Fourfold-Tenant', 'blue'],
      ['x-fourfold-tags', 'a,b'],
      ['x-fourfold-threshold', '0.95'],
      ['x-fourfold-sources', 'doc-1'],
    ];
    const names = (await received(ask('for the cache', {}, toTheCache))).map(([name]) => name.toLowerCase());
    expect(names).toEqual(['authorization', 'content-type']);
  });

  it('nothing that belongs to one connection', async () => {
    const hop: Header[] = [
      ['Connection', 'keep-alive, X-Hop'],
      ['X-Hop', '1'],
      ['Keep-Alive', 'timeout=5'],
      ['Proxy-Connection', 'keep-alive'],
      ['TE', 'trailers'],
      ['X-Stays', '1'],
    ];
    const names = (await received(request('GET', '/v1/hop', [...caller('hop'), ...hop]))).map(([name]) =>
      name.toLowerCase(),
    );
    expect(names).toEqual(['authorization', 'x-stays']);
  });

  it('its own host, whatever the client believed', async () => {
    await received(
      request('GET', '/v1/host', [
        ['Host', 'evil.test'],
        ['Authorization', 'Bearer k'],
      ]),
    );
    const call = await pair.provider.request(1);
    expect(call.headers.host).toBe(`127.0.0.1:${pair.provider.port}`);
  });

  it('the body byte for byte, in the spelling of the client', async () => {
    const body = '{ "messages" : [ {"content":"sp\\u0061ced","role":"user"} ],\n"model":"gpt-4o-mini" }';
    await received(request('POST', '/v1/chat/completions', [...caller('spaced'), ...json], body));
    expect((await pair.provider.request(1)).body.toString()).toBe(body);
  });

  it('an absolute target is not followed: the path of it goes to the provider', async () => {
    await received(request('GET', 'http://169.254.169.254/latest/meta-data?x=1', caller('absolute')));
    expect((await pair.provider.request(1)).path).toBe('/latest/meta-data?x=1');
  });

  it('nothing of /cache/…', async () => {
    pair.provider.forget();
    const answer = await exchange(pair.sidecar.url, request('GET', '/cache/nothing-here', caller('cache')));
    expect(answer.response?.status).toBe(404);
    expect(pair.provider.requests).toHaveLength(0);
  });
});

describe('when the client receives it', () => {
  it.each([
    ['on a cached path', ask('first byte', streamed)],
    ['on any other path', request('GET', '/v1/threads/runs/stream', caller('first byte'))],
  ])('the first piece arrives while the provider still works %s', async (_, bytes) => {
    const reply = {
      status: 200,
      headers: [['Content-Type', 'text/event-stream'] as Header],
      body: ': one\n\n: two\n\n',
    };
    pair.provider.forget();
    pair.provider.next({ reply, splitAt: [7], stall: { afterBytes: 7 } });
    const line = await wire(pair.sidecar.url, ['POST']);
    line.send(bytes);
    await pair.provider.request(1);
    await sleep(100);
    line.close();
    expect((await line.response()).response?.body.toString()).toBe(': one\n\n');
  });

  it('`Expect: 100-continue` is answered, and the request goes on', async () => {
    const line = await wire(pair.sidecar.url, ['POST']);
    const bytes = ask('expect', {}, [['Expect', '100-continue']]);
    const head = bytes.indexOf('\r\n\r\n') + 4;
    line.send(bytes.subarray(0, head));
    await line.received(1);
    line.send(bytes.subarray(head));
    const { response } = await line.response();
    line.close();
    expect(response).toMatchObject({ status: 200, interim: ['HTTP/1.1 100 Continue'] });
  });

  it('several requests sent at once on one connection are answered in their order', async () => {
    const line = await wire(pair.sidecar.url, ['GET', 'POST', 'GET', 'POST']);
    const questions = [
      request('GET', '/v1/first', caller('p')),
      ask('second', streamed),
      request('GET', '/v1/third', caller('p')),
      ask('fourth'),
    ];
    line.send(Buffer.concat(questions));
    const answers = [];
    for (let n = 1; n <= 4; n++) answers.push((await line.response(n)).response?.body.toString());
    line.close();
    expect(answers[0]).toContain('"path":"/v1/first"');
    expect(answers[1]).toMatch(/^data: [\s\S]*\[DONE\]\n\n$/);
    expect(answers[2]).toContain('"path":"/v1/third"');
    expect(answers[3]).toContain('"object": "chat.completion"');
  });
});

describe('a protocol switch', () => {
  it('joins the client to the provider, byte for byte', async () => {
    const line = await wire(pair.sidecar.url, ['GET']);
    const upgrade: Header[] = [
      ['Connection', 'Upgrade'],
      ['Upgrade', 'websocket'],
    ];
    line.send(request('GET', '/v1/realtime?model=gpt-4o', [...caller('realtime'), ...upgrade]));
    await line.until((text) => text.includes('\r\n\r\n'));
    line.send(Buffer.from([0x81, 0x04]));
    line.send(Buffer.from('ping'));
    await line.until((text) => text.endsWith('\x81\x04ping'));
    line.close();
    const { response } = await line.response();
    expect(response).toMatchObject({ status: 101, body: Buffer.from('\x81\x04ping', 'latin1') });
  });
});

describe('an upgrade', () => {
  const upgrade: Header[] = [
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
  ];

  it('of a path of the cache is none, however it is spelt', async () => {
    for (const path of ['/cache/entries', '/%63ache/entries', '/c%61che?x=%zz']) {
      const { response } = await exchange(
        pair.sidecar.url,
        request('GET', path, [...caller('own'), ...upgrade]),
      );
      expect(response?.status, path).toBe(404);
    }
    expect(pair.provider.requests.filter(({ path }) => path.includes('ache'))).toEqual([]);
  });

  it('takes no credential of a proxy along', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const provider = createServer().on('upgrade', ({ headers }, socket) => {
      seen.push(headers);
      socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    });
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    const { port } = provider.address() as AddressInfo;
    const sidecar = await startSidecar(upstreams(`http://127.0.0.1:${port}`));
    const line = await wire(sidecar.url, ['GET']);
    const secret: Header = ['Proxy-Authorization', 'Basic c2VjcmV0'];
    line.send(request('GET', '/v1/realtime', [...caller('proxied'), secret, ...upgrade]));
    await line.until((text) => text.includes('\r\n\r\n'));
    line.close();
    expect(seen[0]).toMatchObject({ upgrade: 'websocket', authorization: expect.any(String) });
    expect(seen[0]?.['proxy-authorization']).toBeUndefined();
    await sidecar.close();
    provider.close();
  });
});

describe('a connection that never ends', () => {
  it('does not keep the sidecar from ending after its drain', async () => {
    const own = await startPair({ FOURFOLD_DRAIN: '1s' });
    const line = await wire(own.sidecar.url, ['GET'], 20_000);
    const upgrade: Header[] = [
      ['Connection', 'Upgrade'],
      ['Upgrade', 'websocket'],
    ];
    try {
      line.send(request('GET', '/v1/realtime', [...caller('open'), ...upgrade]));
      await line.until((text) => text.includes('\r\n\r\n'));
      const ended = await Promise.race([own.sidecar.close(), sleep(8000, 'still there')]);
      expect(ended).toBe(0);
    } finally {
      line.close();
      own.sidecar.process.kill('SIGKILL');
      await own.provider.close();
    }
  }, 40_000);
});

describe('what could be read in two ways is refused and never forwarded', () => {
  const body = '5\r\nhello\r\n0\r\n\r\n';
  const ambiguous: Record<string, string> = {
    'a length and chunks': `POST /v1/files HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n${body}`,
    'two lengths':
      'POST /v1/files HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!',
    'a length that is no number': 'POST /v1/files HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello',
    'an unknown transfer coding': `POST /v1/files HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n${body}`,
    'white space before the colon': 'GET /v1/files HTTP/1.1\r\nHost: x\r\nX-A : 1\r\n\r\n',
    'a folded header': 'GET /v1/files HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n 2\r\n\r\n',
    'a bare line feed': 'GET /v1/files HTTP/1.1\nHost: x\n\n',
    'no host': 'GET /v1/files HTTP/1.1\r\n\r\n',
    'no HTTP': 'hello\r\n\r\n',
  };
  it.each(Object.entries(ambiguous))('%s', async (_, bytes) => {
    pair.provider.forget();
    const answer = await exchange(pair.sidecar.url, Buffer.from(bytes, 'latin1'), 3000);
    expect(answer.response?.status).toBe(400);
    await sleep(50);
    expect(pair.provider.requests).toHaveLength(0);
  });

  it('and the sidecar goes on', async () => {
    const answer = await exchange(pair.sidecar.url, ask('after the nonsense'));
    expect(answer.response?.status).toBe(200);
    expect(header(answer, 'x-fourfold-phase')).toBe('miss');
  });
});

describe('what the cache is told in a header that it cannot read', () => {
  const unreadable: Header[] = [
    ['x-fourfold-threshold', '1.5'],
    ['x-fourfold-threshold', 'high'],
    ['x-fourfold-ttl', 'soon'],
    ['x-fourfold-tags', ','],
    ['Cache-Control', 'max-age=never'],
  ];
  it.each(unreadable)('%s: %s is answered with 400 that names it', async (name, value) => {
    pair.provider.forget();
    const answer = await exchange(pair.sidecar.url, ask('unreadable', {}, [[name, value]]));
    expect(answer.response?.status).toBe(400);
    const { error } = JSON.parse(answer.response?.body.toString() ?? '');
    expect(error).toMatchObject({
      message: expect.stringContaining(name.toLowerCase()),
      type: 'invalid_request_error',
    });
    expect(pair.provider.requests).toHaveLength(0);
  });
});
