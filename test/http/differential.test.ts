import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Behaviour } from '../support/provider/index.ts';
import {
  ask,
  caller,
  chunked,
  type Exchanged,
  essence,
  exchange,
  type Header,
  header,
  json,
  type Pair,
  request,
  startPair,
  streamed,
} from '../support/wire/index.ts';

/** The same bytes go to the provider straight and through the sidecar; whatever comes back must be the same bytes. */
let pair: Pair;
beforeAll(async () => {
  pair = await startPair();
});
afterAll(() => pair?.close());

async function expectSame(bytes: Buffer, behaviour: Behaviour = {}): Promise<void> {
  const { straight, through } = await pair.both(bytes, behaviour);
  expect(straight.end, 'the provider answers').toBe('complete');
  expect(essence(through)).toEqual(essence(straight));
}

const gzip: Header[] = [['Accept-Encoding', 'gzip, br']];
const chat = (body: string | Buffer, headers: Header[] = json) =>
  request(
    'POST',
    '/v1/chat/completions',
    [...caller(createHash('sha1').update(body).digest('hex')), ...headers],
    body,
  );

describe('answers', () => {
  const tools = [
    {
      type: 'function',
      function: {
        name: 'get_weather',
        parameters: { type: 'object', properties: { city: { type: 'string' } } },
      },
    },
  ];
  const asked: Record<string, [more: object, headers?: Header[], behaviour?: Behaviour]> = {
    JSON: [{}],
    'a stream': [streamed],
    'a stream with padding and usage': [{ stream: true, stream_options: { include_usage: true } }],
    'several choices': [{ ...streamed, n: 3 }],
    'log probabilities': [{ ...streamed, logprobs: true }],
    'parallel tool calls in Paris and Rome': [{ tools, tool_choice: 'required' }],
    'streamed tool calls in Paris and Rome': [{ ...streamed, tools, tool_choice: 'required' }],
    'a refusal': [streamed, [], { refusal: 'I cannot help with that.' }],
    'JSON, gzip': [{}, gzip, { compress: 'gzip' }],
    'JSON, brotli': [{}, gzip, { compress: 'br' }],
    'a stream, gzip': [streamed, gzip, { compress: 'gzip' }],
    'a stream, brotli': [streamed, gzip, { compress: 'br' }],
    'a long answer': [{}, [], { bytes: 300_000 }],
    'a long stream': [streamed, [], { bytes: 300_000, chunks: 2000 }],
    'an answer of 20 MB': [{}, [], { bytes: 20 << 20, chunks: 1 }],
  };
  for (const [name, [more, headers, behaviour]] of Object.entries(asked)) {
    it(name, () => expectSame(ask(name, more, headers), behaviour));
  }
});

describe('event streams with odd line ends, comments and marks', () => {
  const shapes: Record<string, Behaviour> = {
    CRLF: { lineEnd: '\r\n' },
    CR: { lineEnd: '\r' },
    'a byte order mark': { bom: true },
    comments: { comments: true },
    'data without a space': { tightData: true },
    'all of it': { lineEnd: '\r\n', bom: true, comments: true, tightData: true },
    'letters of every length': { content: 'aé—漢🦊 ', chunks: 3 },
  };
  for (const [name, behaviour] of Object.entries(shapes)) {
    it(name, () => expectSame(ask(name, streamed), behaviour));
  }

  it('cut into two pieces at every byte', async () => {
    // Given a short stream with every kind of line and letter
    const behaviour: Behaviour = { content: 'é🦊', chunks: 1, lineEnd: '\r\n', comments: true, bom: true };
    const { straight } = await pair.both(ask('whole', streamed), behaviour);
    const whole = essence(straight);
    const length = straight.response?.body.length ?? 0;
    expect(length).toBeGreaterThan(500);
    // When its bytes arrive in two pieces, split at each offset
    for (let at = 1; at < length; at++) {
      pair.provider.forget();
      pair.provider.next({ ...behaviour, splitAt: [at] });
      const question = ask(`split ${at}`, streamed);
      const first = await exchange(pair.sidecar.url, question);
      // Then the client reads the same, and the sidecar has understood the answer: it can give it again.
      const shape = (text: string | undefined) =>
        text?.replaceAll(/chatcmpl-\w+/g, 'id').replaceAll(/"created":\d+/g, '');
      expect(shape(essence(first).body), `split at ${at}`).toBe(shape(whole.body));
      const again = await exchange(pair.sidecar.url, question);
      expect(header(again, 'x-fourfold-phase'), `split at ${at}`).toBe('fingerprint');
      expect(contentOf(again), `split at ${at}`).toBe('é🦊');
    }
  }, 120_000);

  it('every byte on its own', async () => {
    const offsets = Array.from({ length: 2000 }, (_, at) => at);
    await expectSame(ask('byte by byte', streamed), {
      content: 'é🦊',
      chunks: 1,
      splitAt: offsets,
      lineEnd: '\r\n',
    });
  });
});

describe('requests that the provider judges', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const message = '"messages":[{"role":"user","content":"hi"}]';
  const bodies: Record<string, string | Buffer> = {
    'no JSON': '{"model":',
    'an empty body': '',
    'a list': '[1,2]',
    null: 'null',
    'no model': `{${message}}`,
    'no messages': '{"model":"gpt-4o-mini"}',
    'messages that are no list': '{"model":"gpt-4o-mini","messages":{}}',
    'null as a message': '{"model":"gpt-4o-mini","messages":[null]}',
    'deep JSON': `{"model":"gpt-4o-mini",${message},"deep":${deep}}`,
    'only deep JSON': deep,
    'a key __proto__': `{"model":"gpt-4o-mini",${message},"__proto__":{"stream":true}}`,
    'a constructor': `{"model":"gpt-4o-mini",${message},"constructor":{"prototype":{"stream":true}}}`,
    'duplicate keys': `{"model":"nobody","model":"gpt-4o-mini",${message}}`,
    'a lone surrogate': `{"model":"gpt-4o-mini","messages":[{"role":"user","content":"\\ud800"}]}`,
    'invalid UTF-8': Buffer.concat([
      Buffer.from('{"model":"gpt-4o-mini","messages":[{"role":"user","content":"'),
      Buffer.from([0xff, 0xfe, 0xc0]),
      Buffer.from('"}]}'),
    ]),
    'a byte order mark': Buffer.concat([
      Buffer.from([0xef, 0xbb, 0xbf]),
      Buffer.from(`{"model":"gpt-4o-mini",${message}}`),
    ]),
    'numbers beyond a double': `{"model":"gpt-4o-mini",${message},"seed":1e999,"top_p":123456789012345678901234567890}`,
    'white space around': `\n\t {"model":"gpt-4o-mini",${message}} \n`,
  };
  for (const [name, body] of Object.entries(bodies)) it(name, () => expectSame(chat(body)));

  const valid = (question: string) =>
    `{"model":"gpt-4o-mini","messages":[{"role":"user","content":"${question}"}]}`;
  it('a content type that lies', () => expectSame(chat(valid('lies'), [['Content-Type', 'text/plain']])));
  it('no content type', () => expectSame(chat(valid('no type'), [])));
  it('a content type of its own', () =>
    expectSame(chat(valid('odd type'), [['content-type', 'Application/JSON; charset=UTF-8; x=y']])));
  it('a body in chunks of unknown length', () => {
    const pieces = valid('in chunks').match(/.{1,7}/g) ?? [];
    const headers = [...caller('in chunks'), ...json];
    return expectSame(
      chunked(
        'POST',
        '/v1/chat/completions',
        headers,
        pieces.map((piece) => Buffer.from(piece)),
      ),
    );
  });
  it('no credentials', () =>
    expectSame(request('POST', '/v1/chat/completions', [['Host', 'x'], ...json], valid('nobody'))));
  it('another method on a cached path', () =>
    expectSame(request('GET', '/v1/chat/completions', caller('GET'))));
  it('a query on a cached path', () =>
    expectSame(
      request(
        'POST',
        '/v1/chat/completions?api-version=1&x=%2F',
        [...caller('query'), ...json],
        valid('query'),
      ),
    ));
  it.each([[{}], [{ stream: true }]])('a text of 3 MB %o', (more) =>
    expectSame(ask(`${Object.keys(more)} ${'long '.repeat(600_000)}`, more)),
  );
});

describe('any other path', () => {
  it.each(['GET', 'HEAD', 'OPTIONS', 'DELETE'])('%s', (method) =>
    expectSame(request(method, '/v1/threads/t_1?limit=2', caller(method))),
  );
  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'REPORT'])('%s with a body', (method) =>
    expectSame(
      request(
        method,
        '/v1/threads',
        [...caller(method), ['Content-Type', 'application/octet-stream']],
        'body',
      ),
    ),
  );
  it('POST without a body', () =>
    expectSame(request('POST', '/v1/threads/t_1/cancel', [...caller('none'), ['Content-Length', '0']])));

  const paths = [
    '/',
    '/v1',
    '/v1/',
    '/v1//models',
    '/v1/models/',
    '/v1/models/gpt-4o',
    '/v1/models/nobody',
    '/V1/Models',
    '/v1/a%2Fb/%e2%82%ac/%E2%82%AC',
    '/v1/./a/../b',
    '/v1/a;b=c/@:!$&()*+,=',
    '/v1/a?',
    '/v1/a?x=1&x=2&y=%zz',
    '/v1/%zz',
    '/v1/a?b?c/d',
    '/v1/a%00b',
    "/v1/'quoted'|{}^`",
    '/v1/chat/completions/',
    '/v1/chat/completions/chatcmpl-1',
    '/livez',
    '/metrics',
    '/cachet',
  ];
  it.each(paths)('path %s', (path) => expectSame(request('GET', path, caller(path))));
  it('a path of 8 kB', () => expectSame(request('GET', `/v1/${'a'.repeat(8000)}`, caller('long path'))));

  it('headers in any spelling, repeated, empty, not ASCII', () =>
    expectSame(
      request('GET', '/v1/x', [
        ['hOsT', 'x'],
        ['AUTHORIZATION', 'Bearer k'],
        ['X-Twice', '1'],
        ['x-twice', '2'],
        ['X-Empty', ''],
        ['X-Latin', 'caf\xe9'],
        ['Cookie', 'a=1'],
        ['Cookie', 'b=2'],
        ['User-Agent', 'me/1.0'],
        ['Accept', '*/*'],
      ]),
    ));

  it('an upload of files', () => {
    const parts = [
      '--b',
      'Content-Disposition: form-data; name="file"; filename="ü.bin"',
      '',
      '\0\x01\x02\r\n--x',
      '--b--',
      '',
    ];
    return expectSame(
      request(
        'POST',
        '/v1/files',
        [...caller('upload'), ['Content-Type', 'multipart/form-data; boundary=b']],
        parts.join('\r\n'),
      ),
    );
  });
  it('50 MB with a length', async () => {
    const body = Buffer.alloc(50 << 20, 'fourfold ');
    await expectSame(request('POST', '/v1/files', caller('50 MB'), body));
    expect(pair.provider.requests[0]?.bodySha256).toBe(createHash('sha256').update(body).digest('hex'));
  });
  it('50 MB without a length, and trailers', () => {
    const pieces = Array.from({ length: 50 }, (_, n) => Buffer.alloc(1 << 20, String(n)));
    return expectSame(
      chunked('POST', '/v1/files', [...caller('50 MB chunked'), ['Trailer', 'X-Sum']], pieces),
    );
  });
  it('50 MB on a cached path', async () => {
    const body = `{"model":"gpt-4o-mini","messages":[{"role":"user","content":"${'image '.repeat(9 << 20)}"}]}`;
    await expectSame(chat(body));
  });
});

describe('any other answer', () => {
  const replies: Record<string, NonNullable<Behaviour['reply']>> = {
    'nothing to say': { status: 204, headers: [['X-Why', 'done']] },
    'not modified': { status: 304, headers: [['ETag', '"1"']] },
    'a redirect, which is not followed': {
      status: 302,
      headers: [['Location', 'http://169.254.169.254/latest']],
      body: 'there',
    },
    'a redirect that keeps the method': { status: 308, headers: [['Location', '/v1/elsewhere']] },
    'a status of its own': { status: 299, reason: 'Quite Fine', headers: [['X-A', '1']], body: 'ok' },
    'no reason phrase': { status: 200, reason: '', body: 'ok' },
    'no headers at all': { status: 200, body: 'ok' },
    'a body in chunks': {
      status: 200,
      headers: [['Transfer-Encoding', 'chunked']],
      body: 'x'.repeat(100_000),
    },
    trailers: { status: 200, headers: [['Trailer', 'X-Sum']], body: 'abc', trailers: [['X-Sum', '3']] },
    'headers repeated, empty, in any spelling': {
      status: 200,
      headers: [
        ['x-A', '1'],
        ['X-a', '2'],
        ['X-Empty', ''],
        ['LINK', '<a>'],
        ['Link', '<b>'],
        ['Via', '1.1 edge'],
        ['Age', '3'],
        ['Cache-Control', 'no-store'],
        ['X-Latin', 'caf\xe9'],
      ],
      body: 'ok',
    },
    'a type without a body': {
      status: 200,
      headers: [
        ['Content-Type', 'audio/mpeg'],
        ['Content-Length', '0'],
      ],
    },
    'an encoding nobody knows': {
      status: 200,
      headers: [['Content-Encoding', 'zstd']],
      body: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
    },
  };
  for (const [name, reply] of Object.entries(replies)) {
    it(`${name}, on any path`, () => expectSame(request('GET', '/v1/something', caller(name)), { reply }));
    it(`${name}, on a cached path`, () => expectSame(ask(name), { reply }));
    it(`${name}, on a cached path as a stream`, () => expectSame(ask(name, streamed), { reply }));
  }
});

/** The words of an event stream, put together. */
function contentOf({ response }: Exchanged): string {
  const events = response?.body.toString().match(/(?<=^data: )\{.*$/gm) ?? [];
  return events.map((event) => JSON.parse(event).choices[0]?.delta.content ?? '').join('');
}
