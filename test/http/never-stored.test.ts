import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Behaviour } from '../support/provider/index.ts';
import {
  ask,
  eventually,
  exchange,
  type Header,
  header,
  type Pair,
  startPair,
  streamed,
  wire,
} from '../support/wire/index.ts';

/** An answer is stored only when it is whole and worth saying again. After any other the next asker reaches the provider. */
let pair: Pair;
beforeAll(async () => {
  pair = await startPair({ FOURFOLD_MAX_ENTRY_BYTES: '100000' });
});
afterAll(() => pair?.close());

/** Asks twice, the first time with the behaviour, and answers how the second one was handled. */
async function askTwice(question: string, more: object, behaviour: Behaviour) {
  pair.provider.forget();
  pair.provider.next(behaviour);
  const first = await exchange(pair.sidecar.url, ask(question, more));
  const second = await exchange(pair.sidecar.url, ask(question, more));
  return { first, second, calls: pair.provider.stats().calls, phase: header(second, 'x-fourfold-phase') };
}

const forms: [string, object][] = [
  ['JSON', {}],
  ['a stream', streamed],
];

describe.each(forms)('as %s', (form, more) => {
  it('a good answer is stored: the provider is asked once', async () => {
    const { calls, phase, second } = await askTwice(`good ${form}`, more, {});
    expect({ calls, phase }).toEqual({ calls: 1, phase: 'fingerprint' });
    expect(second.end).toBe('complete');
  });

  const worthless: Record<string, [Behaviour, reason?: string]> = {
    'an error of the caller': [{ status: 400 }, 'status'],
    'a rejected key': [{ status: 401 }, 'status'],
    'an unknown model': [{ status: 404 }, 'status'],
    'a rate limit': [{ status: 429, retryAfter: 1 }, 'status'],
    'a server error': [{ status: 500 }, 'status'],
    overload: [{ status: 503 }, 'status'],
    'cut at the token limit': [{ finishReason: 'length' }, 'length'],
    'stopped by a filter': [{ finishReason: 'content_filter' }, 'content-filter'],
    'a finish reason nobody knows': [{ finishReason: 'tired' }],
    'an empty answer': [{ content: '' }, 'empty'],
    'white space': [{ content: ' \n ' }, 'empty'],
    'a refusal': [{ refusal: 'I cannot help with that.' }, 'refusal'],
    'larger than the limit': [{ bytes: 150_000, chunks: 10 }, 'too-large-answer'],
    '200 with an error inside': [
      {
        reply: {
          status: 200,
          headers: [['Content-Type', 'application/json']],
          body: '{"error":{"message":"no"}}',
        },
      },
      'malformed',
    ],
    '200 with a page': [
      { reply: { status: 200, headers: [['Content-Type', 'text/html']], body: '<h1>maintenance</h1>' } },
    ],
    '200 with nothing': [{ reply: { status: 200, headers: [['Content-Type', 'application/json']] } }],
    '203 with an answer': [
      { reply: { status: 203, headers: [['Content-Type', 'application/json']], body: '{}' } },
      'status',
    ],
    'torn down in the middle': [{ reset: { afterBytes: 200 } }],
    'cut in the middle': [{ cut: { afterBytes: 200 } }],
    // A stream is whole with its terminal event, whatever length was announced.
    ...(form === 'JSON' && { 'shorter than announced': [{ contentLength: 100_000 }] }),
  };
  for (const [name, [behaviour, reason]] of Object.entries(worthless)) {
    it(`${name} is not`, async () => {
      const { first, calls, phase } = await askTwice(`${name} ${form}`, more, behaviour);
      expect({ calls, phase }).toEqual({ calls: 2, phase: 'miss' });
      expect(header(first, 'cache-status') ?? '').not.toMatch(/stored/);
      // A stream's headers leave before anybody knows how it ends; a whole answer says why it was not kept.
      if (reason && first.response?.framing === 'length')
        expect(header(first, 'x-fourfold-reason')).toBe(reason);
    });
  }
});

describe('an event stream', () => {
  const ends: Record<string, Behaviour> = {
    'without [DONE]': { missingDone: true },
    'with an event that is not JSON': { malformed: true },
    'with an error in the middle': {
      reply: {
        status: 200,
        headers: [['Content-Type', 'text/event-stream']],
        body: 'data: {"error":{"message":"overloaded"}}\n\ndata: [DONE]\n\n',
      },
    },
    'of nothing but [DONE]': {
      reply: { status: 200, headers: [['Content-Type', 'text/event-stream']], body: 'data: [DONE]\n\n' },
    },
  };
  for (const [name, behaviour] of Object.entries(ends)) {
    it(`${name} is not stored`, async () => {
      const { calls, phase } = await askTwice(name, streamed, behaviour);
      expect({ calls, phase }).toEqual({ calls: 2, phase: 'miss' });
    });
  }

  const encodings: [string, Header[], Behaviour][] = [
    ['plain', [], {}],
    ['compressed', [['Accept-Encoding', 'gzip']], { compress: 'gzip' }],
  ];
  it.each(encodings)(
    'is stored with its terminal event, %s: an SDK reads no further, and leaves',
    async (name, headers, coded) => {
      // Given a provider that has said [DONE] and does not end the message
      const short: Behaviour = { content: 'Paris', chunks: 1, ...coded };
      const question = ask(`as SDKs do, ${name}`, streamed, headers);
      pair.provider.forget();
      pair.provider.next(short);
      const { response } = await exchange(pair.provider.url, question);
      const gzipEnd = coded.compress ? 10 : 0;
      const said = (response?.body.length ?? 0) - gzipEnd;
      pair.provider.forget();
      pair.provider.next({ ...short, stall: { afterBytes: said } });
      const line = await wire(pair.sidecar.url, ['POST']);
      line.send(question);
      const call = await pair.provider.request(1);
      await eventually(() => call.writtenBytes === said);
      await sleep(100);
      // When somebody asks the same while the first is there, and again when it has left
      const meanwhile = await exchange(pair.sidecar.url, question, 2000);
      line.close();
      const after = await exchange(pair.sidecar.url, question, 2000);
      // Then both are answered by the cache
      expect([meanwhile, after].map((each) => header(each, 'x-fourfold-phase'))).toEqual([
        'fingerprint',
        'fingerprint',
      ]);
      expect(pair.provider.stats().calls).toBe(1);
    },
  );

  const cuts: Record<string, (at: number) => Behaviour> = {
    'ended in good order': (at) => ({ endAfterBytes: at }),
    'torn down': (at) => ({ reset: { afterBytes: at } }),
    cut: (at) => ({ cut: { afterBytes: at } }),
  };
  it.each(Object.entries(cuts))(
    '%s after any byte but the last is not stored',
    async (how, cut) => {
      // Given a short stream
      const short: Behaviour = { content: 'Paris', chunks: 1 };
      pair.provider.next(short);
      const length =
        (await exchange(pair.sidecar.url, ask(`whole, ${how}`, streamed))).response?.body.length ?? 0;
      expect(length).toBeGreaterThan(500);
      // When it ends after each of its bytes, each time for another question
      const seen = new Map<string, number>();
      pair.provider.always((request) => {
        const question = (request.json as { messages: [{ content: string }] }).messages[0].content;
        seen.set(question, (seen.get(question) ?? 0) + 1);
        return seen.get(question) === 1 ? { ...short, ...cut(Number(question.split(' ').at(-1))) } : short;
      });
      const stored: number[] = [];
      const tryAt = async (at: number) => {
        const question = ask(`${how} after ${at}`, streamed);
        await exchange(pair.sidecar.url, question);
        const again = await exchange(pair.sidecar.url, question);
        if (header(again, 'x-fourfold-phase') !== 'miss') stored.push(at);
      };
      try {
        const offsets = Array.from({ length: length - 1 }, (_, at) => at + 1);
        await atOnce(24, offsets, tryAt);
      } finally {
        pair.provider.always({});
      }
      // Then every second asker reached the provider
      expect(stored).toEqual([]);
      expect([...seen.values()].filter((calls) => calls !== 2)).toEqual([]);
    },
    120_000,
  );
});

describe('a stored answer leaves behind what belonged to the first asker', () => {
  it.each(forms)('%s', async (form, more) => {
    const question = `headers ${form}`;
    const { first, second } = await askTwice(question, more, {});
    const names = (answer: typeof first) =>
      answer.response?.headers.map(([name]) => name.toLowerCase()) ?? [];
    const personal =
      /^(set-cookie|x-ratelimit-.*|x-request-id|openai-processing-ms|openai-organization|cf-ray)$/;
    expect(names(first).filter((name) => personal.test(name)).length).toBeGreaterThan(5);
    expect(names(second).filter((name) => personal.test(name))).toEqual([]);
    expect(header(second, 'content-type')).toBe(header(first, 'content-type'));
    expect(header(second, 'age')).toMatch(/^\d+$/);
    expect(header(second, 'cache-status')).toMatch(/^fourfold; hit; ttl=\d+; detail=fingerprint$/);
  });
});

async function atOnce<Item>(
  limit: number,
  items: Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}
