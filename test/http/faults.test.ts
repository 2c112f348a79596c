import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateAuthority, pemOf } from '../support/certificates.ts';
import type { Behaviour } from '../support/provider/index.ts';
import { quickest } from '../support/quickest.ts';
import { startSidecar } from '../support/sidecar.ts';
import {
  ask,
  caller,
  type Exchanged,
  essence,
  eventually,
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

const bodyOf = ({ response }: Exchanged) => response?.body.toString() ?? '';

describe('a provider that fails', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair();
  });
  afterAll(() => pair?.close());

  describe('in its own words: the client reads the same bytes as without the sidecar', () => {
    const html: Behaviour['reply'] = {
      status: 502,
      reason: 'Bad Gateway',
      headers: [['Content-Type', 'text/html']],
      body: '<h1>502</h1>',
    };
    const told: Record<string, Behaviour> = {
      'a rejected key': { status: 401 },
      'an unknown model': { status: 404 },
      'a rate limit with Retry-After': { status: 429, retryAfter: 7 },
      'a server error': { status: 500 },
      overload: { status: 503, retryAfter: 1 },
      'a page of its load balancer': { reply: html },
    };
    for (const [name, behaviour] of Object.entries(told)) {
      it.each([
        ['JSON', {}],
        ['a stream', streamed],
      ])(`${name}, asked for %s`, async (form, more) => {
        // When the same request goes both ways
        const { straight, through } = await pair.both(ask(`${name} ${form}`, more), behaviour);
        // Then the answers are equal, and nobody asked twice
        expect(essence(through)).toEqual(essence(straight));
        expect(pair.provider.requests).toHaveLength(1);
      });
    }
  });

  describe('in the middle of an answer: the same bytes, and no clean end', () => {
    const broken: Record<string, { behaviour: Behaviour; more?: object; headers?: [string, string][] }> = {
      'JSON torn down': { behaviour: { reset: { afterBytes: 100 } } },
      'JSON cut': { behaviour: { cut: { afterBytes: 100 } } },
      'a stream torn down': { behaviour: { reset: { afterBytes: 400 } }, more: streamed },
      'a stream cut': { behaviour: { cut: { afterBytes: 400 } }, more: streamed },
      'a stream cut before its first byte': { behaviour: { cut: { afterBytes: 0 } }, more: streamed },
      'a length that is too large': { behaviour: { contentLength: 5000 } },
      'gzip cut': {
        behaviour: { compress: 'gzip', cut: { afterBytes: 150 } },
        more: streamed,
        headers: [['Accept-Encoding', 'gzip']],
      },
    };
    for (const [name, { behaviour, more, headers }] of Object.entries(broken)) {
      it(name, async () => {
        const { straight, through } = await pair.both(ask(name, more, headers), behaviour);
        expect(straight.end).not.toBe('complete');
        expect(essence(through)).toEqual(essence(straight));
      });
    }
  });

  describe('in the form of an answer: untouched', () => {
    const odd: Record<string, { behaviour: Behaviour; more?: object; headers?: [string, string][] }> = {
      'an event that is not JSON': { behaviour: { malformed: true }, more: streamed },
      'a stream without [DONE]': { behaviour: { missingDone: true }, more: streamed },
      'a stream that ends in the middle of an event': { behaviour: { endAfterBytes: 300 }, more: streamed },
      'JSON that ends in the middle': { behaviour: { endAfterBytes: 300, contentLength: 300 } },
      'a length that is too small': { behaviour: { contentLength: 20 } },
      'no body at all': {
        behaviour: { reply: { status: 200, headers: [['Content-Type', 'application/json']] } },
      },
      'gzip that is not gzip': {
        behaviour: {
          reply: {
            status: 200,
            headers: [
              ['Content-Encoding', 'gzip'],
              ['Content-Type', 'application/json'],
            ],
            body: 'plain',
          },
        },
        headers: [['Accept-Encoding', 'gzip']],
      },
    };
    for (const [name, { behaviour, more, headers }] of Object.entries(odd)) {
      it(name, async () => {
        const { straight, through } = await pair.both(ask(name, more, headers), behaviour);
        expect(straight.end).toBe('complete');
        expect(essence(through)).toEqual(essence(straight));
      });
    }
  });

  describe('that cannot be asked', () => {
    it('breaks the connection before it answers: 502 in the shape of its API', async () => {
      // Given
      pair.provider.forget();
      pair.provider.next({ reset: 'headers' });
      // When
      const answer = await exchange(pair.sidecar.url, ask('torn down before the headers'));
      // Then
      expectApiError(answer, 502);
      expect(header(answer, 'cache-status')).toBe('fourfold; fwd=uri-miss');
      expect(pair.provider.requests, 'the client decides about a retry').toHaveLength(1);
    });

    it('listens nowhere: 502', async () => {
      const sidecar = await startSidecar({
        FOURFOLD_OPENAI_UPSTREAM: `http://127.0.0.1:${await closedPort()}`,
      });
      try {
        expectApiError(await exchange(sidecar.url, ask('refused')), 502);
        expectApiError(await exchange(sidecar.url, request('GET', '/v1/models', caller('refused'))), 502);
      } finally {
        await sidecar.close();
      }
    });

    it('has a base URL that a pod could start with and a proxy cannot use: 502 that says so, without it', async () => {
      const sidecar = await startSidecar({
        FOURFOLD_CONFIG_OPTIONAL: 'true',
        FOURFOLD_OPENAI_UPSTREAM: 'https://user:password@llm.test/v1',
      });
      try {
        for (const bytes of [ask('unusable'), request('GET', '/v1/models', caller('unusable'))]) {
          const answer = await exchange(sidecar.url, bytes);
          expectApiError(answer, 502);
          expect(bodyOf(answer)).toContain(
            'FOURFOLD_OPENAI_UPSTREAM: expected an http or https URL without credentials',
          );
          expect(bodyOf(answer)).not.toMatch(/password|llm/);
        }
      } finally {
        await sidecar.close();
      }
    });

    it('is the sidecar itself, in a pod: 502 that says so, and no request that asks for itself without end', async () => {
      const port = await closedPort();
      const sidecar = await startSidecar({
        FOURFOLD_CONFIG_OPTIONAL: 'true',
        FOURFOLD_PORT: String(port),
        FOURFOLD_OPENAI_UPSTREAM: `http://localhost:${port}/v1`,
      });
      try {
        for (const bytes of [ask('myself'), request('GET', '/v1/models', caller('myself'))]) {
          const answer = await exchange(sidecar.url, bytes);
          expectApiError(answer, 502);
          expect(bodyOf(answer)).toContain(
            'FOURFOLD_OPENAI_UPSTREAM: expected a base URL other than that of this sidecar',
          );
        }
      } finally {
        await sidecar.close();
      }
    });

    it('is OpenAI where the key is of Azure: 502, and the key stays', async () => {
      const sidecar = await startSidecar({ FOURFOLD_OPENAI_UPSTREAM: 'https://api.openai.com/v1' });
      try {
        const headers: Header[] = [['Host', 'x'], ['Api-Key', 'of-azure'], ...json];
        const path = '/v1/deployments/d/chat/completions?api-version=2024-10-21';
        const answer = await exchange(sidecar.url, request('POST', path, headers, '{"messages":[]}'));
        expectApiError(answer, 502);
        expect(bodyOf(answer)).toContain('AZURE_OPENAI_ENDPOINT');
      } finally {
        await sidecar.close();
      }
    });

    it('has no address: 502', async () => {
      const sidecar = await startSidecar({ FOURFOLD_OPENAI_UPSTREAM: 'http://nowhere.invalid' });
      try {
        expectApiError(await exchange(sidecar.url, ask('no address'), 25_000), 502);
      } finally {
        await sidecar.close();
      }
    });
  });
});

it('a provider behind an authority of its own is asked where the authority is named, and never through a proxy', async () => {
  const authority = await certificateAuthority();
  const provider = createTlsServer(await pemOf(await authority.issue()), (_, response) =>
    response.end('here'),
  );
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  const nobody = `http://127.0.0.1:${await closedPort()}`;
  const settings = {
    ...{ HTTPS_PROXY: nobody, HTTP_PROXY: nobody },
    FOURFOLD_OPENAI_UPSTREAM: `https://localhost:${(provider.address() as AddressInfo).port}`,
  };
  const sidecars = await Promise.all([
    startSidecar(settings),
    startSidecar({ ...settings, NODE_EXTRA_CA_CERTS: authority.file }),
  ]);
  try {
    const [unknown, known] = await Promise.all(
      sidecars.map(({ url }) => exchange(url, request('GET', '/v1/models', caller('over TLS')))),
    );
    expectApiError(unknown as Exchanged, 502);
    expect(bodyOf(known as Exchanged)).toBe('here');
  } finally {
    await Promise.all(sidecars.map((sidecar) => sidecar.close()));
    provider.close();
  }
});

describe('a provider that keeps silent', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair({ FOURFOLD_FIRST_BYTE_TIMEOUT: '1s', FOURFOLD_IDLE_TIMEOUT: '1s' });
  });
  afterAll(() => pair?.close());

  it('before it answers: 504 at the configured limit, and the call ends', async () => {
    // Given
    pair.provider.next({ stall: 'headers' });
    // When
    const answer = await exchange(pair.sidecar.url, ask('stalled before the headers'));
    // Then
    expectApiError(answer, 504);
    expect(answer.times.firstByte).toBeGreaterThan(900);
    expect(answer.times.firstByte).toBeLessThan(3000);
    await eventually(() => pair.provider.stats().aborted === 1);
  });

  it('in the middle of a stream: what came is delivered, and there is no clean end', async () => {
    pair.provider.next({ stall: { afterBytes: 300 } });
    const answer = await exchange(pair.sidecar.url, ask('stalled in the middle', streamed));
    expect(answer.response?.status).toBe(200);
    expect(answer.response?.body).toHaveLength(300);
    expect(answer.end).toMatch(/cut|reset/);
  });

  it('but a slow one that keeps talking is waited for', async () => {
    pair.provider.next({ tokenMs: 250, chunks: 8 });
    const answer = await exchange(pair.sidecar.url, ask('slow but alive', streamed));
    expect(answer.end).toBe('complete');
    expect(answer.times.end ?? performance.now()).toBeGreaterThan(1000);
  });
});

describe('a client that leaves', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await startPair();
  });
  afterAll(() => pair?.close());

  const moments: Record<string, { behaviour: Behaviour; more?: object; after: number }> = {
    'before a JSON answer begins': { behaviour: { stall: 'headers' }, after: 0 },
    'before a stream begins': { behaviour: { stall: 'headers' }, more: streamed, after: 0 },
    'in the middle of a stream': {
      behaviour: { untilClosed: true, tokenMs: 10 },
      more: streamed,
      after: 1500,
    },
    'while a JSON answer stands still': { behaviour: { stall: { afterBytes: 100 } }, after: 0 },
  };
  for (const [name, { behaviour, more, after }] of Object.entries(moments)) {
    it(`${name}: the provider stops within 100 ms`, async () => {
      const took = await quickest(100, async (attempt) => {
        // Given a provider at work
        const question = ask(`${name}, try ${attempt}`, more);
        pair.provider.forget();
        pair.provider.next(behaviour);
        const line = await wire(pair.sidecar.url, ['POST']);
        line.send(question);
        const call = await pair.provider.request(1);
        await line.received(after);
        await sleep(50);
        // When
        const left = performance.now();
        line.close();
        // Then
        const gone = await Promise.race([call.closed, sleep(5_000, Number.POSITIVE_INFINITY)]);
        expect(gone).toBeLessThan(Number.POSITIVE_INFINITY);
        expect(call.aborted).toBe(true);
        // and the next who asks is not served what the first did not wait for.
        const next = await exchange(pair.sidecar.url, question);
        expect(next.end).toBe('complete');
        expect(pair.provider.requests).toHaveLength(2);
        return gone - left;
      });
      expect(took).toBeLessThan(100);
    });
  }
});

describe('a client that reads slowly', () => {
  const endless: Behaviour = {
    untilClosed: true,
    reply: {
      status: 200,
      headers: [['Content-Type', 'text/event-stream']],
      body: `: ${'x'.repeat(65_000)}\n\n`,
    },
  };
  const plenty = 24 << 20;

  it.each([
    ['on a cached path', (n: number) => ask(`slow reader ${n}`, streamed)],
    [
      'on any other path',
      (n: number) => request('GET', `/v1/files/${n}/content`, caller(`slow reader ${n}`)),
    ],
  ])(
    '%s holds the provider back, and the memory stays flat',
    async (_, bytes) => {
      const pair = await startPair();
      try {
        // Given
        pair.provider.always(endless);
        const before = residentBytes(pair.sidecar.process.pid);
        // When five clients begin to read and stop
        const lines = await Promise.all(
          Array.from({ length: 5 }, () => wire(pair.sidecar.url, ['POST'], 60_000)),
        );
        for (const [n, line] of lines.entries()) {
          line.send(bytes(n));
          await line.received(1000);
          line.socket.pause();
        }
        // Then the provider is stopped by what the sockets hold (the embedding model may have loaded meanwhile: 130 MB)
        await settled(() => written());
        expect(written() / lines.length).toBeLessThan(plenty);
        expect(residentBytes(pair.sidecar.process.pid) - before).toBeLessThan(300 << 20);
        // and goes on when the reader goes on.
        const mark = written();
        lines[0]?.socket.resume();
        await eventually(() => written() > mark + plenty, 10_000);
        for (const line of lines) line.close();
      } finally {
        await pair.close();
      }

      function written() {
        return pair.provider.requests.reduce((sum, each) => sum + each.writtenBytes, 0);
      }
    },
    60_000,
  );
});

function expectApiError(answer: Awaited<ReturnType<typeof exchange>>, status: number) {
  expect(answer.end).toBe('complete');
  expect(answer.response?.status).toBe(status);
  expect(header(answer, 'content-type')).toMatch(/^application\/json/);
  const { error } = JSON.parse(answer.response?.body.toString() ?? '');
  expect(error).toEqual({
    message: expect.any(String),
    type: expect.any(String),
    param: null,
    code: expect.any(String),
  });
  expect(error.message).not.toMatch(/\n\s+at |node_modules|\.ts\b/);
}

/** A port on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const residentBytes = (pid: number | undefined) =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

/** Waits until a number has stood still for a second, or for ten seconds. */
async function settled(value: () => number): Promise<void> {
  for (let [last, still, tries] = [Number.NaN, 0, 0]; still < 10 && tries < 100; tries++, await sleep(100)) {
    still = value() === last ? still + 1 : 0;
    last = value();
  }
}
