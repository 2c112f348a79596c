import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Asking, ask, chatRequest, type Reply, said } from '../support/chat.ts';
import { machineLoad } from '../support/machine-load.ts';
import { type RedisServer, redisAtHand, startRedis } from '../support/redis/index.ts';
import { type Scene, sleep, startScene } from '../support/redis/scene.ts';
import { eventually, header, type Wire, wire } from '../support/wire/index.ts';

/** Three sidecars with one Redis are one cache. */
describe.skipIf(!redisAtHand)('three sidecars, one Redis', () => {
  let redis: RedisServer;
  let scene: Scene;
  let number = 0;
  /** A key of its own for each test: no entry of another answers. */
  let key = '';
  beforeAll(async () => {
    redis = await startRedis();
    scene = await startScene({ store: redis.url, sidecars: 3 });
  });
  afterAll(async () => {
    await scene?.close();
    await redis?.close();
  });
  beforeEach(() => {
    key = `fleet-${++number}`;
  });
  afterEach(() => scene.provider.forget());

  const at = (sidecar: number, question: string, more: Asking = {}) =>
    ask(scene.sidecars[sidecar % 3]?.url ?? '', question, { key, ...more });
  const stats = () => scene.provider.stats();
  const streaming = { stream: true, stream_options: { include_obfuscation: false } };
  /** A stream of about two seconds, the same words each time. */
  const long = { chunks: 40, bytes: 3_000, tokenMs: 50 };
  /** One for all; where the machine is too busy for Redis to answer in time, each sidecar asks for itself. */
  const expectOneCall = (calls: number) =>
    machineLoad() < 3 ? expect(calls).toBe(1) : expect(calls).toBeLessThanOrEqual(3);
  const phases = (replies: readonly Reply[]) => {
    const counts: Record<string, number> = {};
    for (const { phase } of replies) counts[phase ?? ''] = (counts[phase ?? ''] ?? 0) + 1;
    return counts;
  };
  /** A request whose bytes are watched. */
  async function begin(sidecar: number, question: string, more: Asking = {}): Promise<Wire> {
    const line = await wire(scene.sidecars[sidecar]?.url ?? '', ['POST'], 40_000);
    line.send(chatRequest(question, { key, ...more }));
    return line;
  }

  it('what one stored, the others answer in phase 1 within a second', async () => {
    const first = await at(0, 'What is the capital of Wales?');
    expect(first.phase).toBe('miss');
    for (const other of [1, 2]) {
      await eventually(async () => {
        const { phase } = await at(other, 'what is the capital of Wales please', {
          headers: { 'Cache-Control': 'only-if-cached' },
        });
        return phase === 'fingerprint';
      }, 1_000);
    }
    expect(stats().calls).toBe(1);
  });

  it('an answer past its end is served by all three at once, and asked for again by one', async () => {
    const stale = { FOURFOLD_STALE_WHILE_REVALIDATE: '1h' };
    const own = await startScene({ store: redis.url, sidecars: 3, environment: stale });
    const all = () => Promise.all(own.sidecars.map(({ url }) => ask(url, 'What is past its end?', { key })));
    try {
      const first = own.sidecars[0]?.url ?? '';
      const brief = { headers: { 'x-fourfold-ttl': '2s' } };
      expect(await ask(first, 'What is past its end?', { key, ...brief })).toMatchObject({ phase: 'miss' });
      await eventually(async () => (await all()).every(({ phase }) => phase === 'fingerprint'), 2_000);
      await sleep(2_100);
      own.provider.always({ latencyMs: 1_000 });
      const replies = await all();
      expect(replies.map(({ reason }) => reason)).toEqual(replies.map(() => 'stale-while-revalidate'));
      await eventually(async () => (await all()).every(({ reason }) => reason === undefined), 10_000);
      expectOneCall(own.provider.stats().calls - 1);
    } finally {
      await own.close();
    }
  });

  it.each([
    ['JSON', {}],
    ['a stream', streaming],
  ])('R17: fifty identical cold requests over the three make one call: %s', async (_, body) => {
    scene.provider.next({ latencyMs: 1_000, chunks: 20, bytes: 2_000 });
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, n) => at(n, 'What do fifty ask?', { body })),
    );
    const { calls } = stats();
    expectOneCall(calls);
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    expect(new Set(replies.map((reply) => reply.body)).size).toBeLessThanOrEqual(calls);
    expect(phases(replies)).toEqual({ miss: calls, collapsed: 50 - calls });
    for (const follower of replies.filter(({ phase }) => phase === 'collapsed'))
      for (const personal of ['set-cookie', 'openai-organization', 'x-request-id'])
        expect(follower.header(personal), personal).toBeUndefined();
    if (body === streaming) return;
    // A JSON answer says what became of it, whichever sidecar asked
    expect(new Set(replies.map(({ entry }) => entry)).size).toBe(1);
    expect(replies.every(({ cacheStatus }) => cacheStatus?.endsWith('stored'))).toBe(true);
  });

  it('R17: five hundred at once make one call', async () => {
    scene.provider.next({ latencyMs: 2_500 });
    const replies = await Promise.all(
      Array.from({ length: 500 }, (_, n) => at(n, 'What do five hundred ask?', { timeoutMs: 30_000 })),
    );
    expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
    expectOneCall(stats().calls);
  });

  it('a provider that fails for one is not asked by all: they have what ended not long ago', async () => {
    const brief = await startScene({
      store: redis.url,
      provider: scene.provider,
      sidecars: 3,
      environment: { FOURFOLD_STALE_IF_ERROR: '1h' },
    });
    try {
      const question = 'What is known to all of them?';
      const briefly = (sidecar: number) =>
        ask(brief.sidecars[sidecar % 3]?.url ?? '', question, { key, headers: { 'x-fourfold-ttl': '1s' } });
      const first = await briefly(0);
      expect(first.phase).toBe('miss');
      await eventually(async () => (await redis.client.keys(`*e:${first.entry}`)).length === 1);
      await sleep(1_100);
      const { calls } = stats();
      scene.provider.always({ status: 503, latencyMs: 1_000 });
      const replies = await Promise.all(Array.from({ length: 30 }, (_, n) => briefly(n)));
      expect(new Set(replies.map(({ status, reason }) => `${status} ${reason}`))).toEqual(
        new Set(['200 stale-if-error']),
      );
      // One, or one for each sidecar where a busy Redis was too late to tell of the others.
      expect(stats().calls - calls).toBeLessThanOrEqual(2);
    } finally {
      scene.provider.always({});
      await brief.close();
    }
  });

  it('a follower elsewhere has the stream while it is produced, byte for byte', async () => {
    scene.provider.next({ ...long, latencyMs: 400, chunks: 80 });
    const leader = await begin(0, 'A long story', { body: streaming });
    await scene.provider.request(1);
    const follower = await begin(1, 'A long story', { body: streaming });
    await follower.until((text) => text.includes('data: '));
    const early = performance.now();
    const [one, other] = await Promise.all([leader.response(), follower.response()]);
    expect(performance.now() - early).toBeGreaterThan(1_000);
    expect(header({ ...other, times: {} }, 'x-fourfold-phase')).toBe('collapsed');
    expect(other.end).toBe('complete');
    expect(other.response?.body.equals(one.response?.body ?? Buffer.alloc(0))).toBe(true);
    expect(stats().calls).toBe(1);
    for (const line of [leader, follower]) line.close();
  });

  it('who comes late has the whole stream from its beginning', async () => {
    scene.provider.next(long);
    const leader = await begin(0, 'A long story, late', { body: streaming });
    await leader.until((text) => text.split('data: ').length > 15);
    const late = await at(2, 'A long story, late', { body: streaming });
    const { response } = await leader.response();
    expect(late.phase).toBe('collapsed');
    expect(late.body).toBe(response?.body.toString());
    expect(stats().calls).toBe(1);
    leader.close();
  });

  it('a leader whose client leaves goes on for those elsewhere; the last to leave ends the call', async () => {
    scene.provider.next({ ...long, latencyMs: 300, chunks: 60 });
    const leader = await begin(0, 'Who leaves first?', { body: streaming });
    const call = await scene.provider.request(1);
    const followers = [
      await begin(1, 'Who leaves first?', { body: streaming }),
      await begin(2, 'Who leaves first?', { body: streaming }),
    ];
    for (const follower of followers) await follower.until((text) => text.includes('data: '));
    leader.close();
    await sleep(600);
    expect(call.aborted).toBe(false);
    followers[0]?.close();
    const { end } = (await followers[1]?.response()) ?? {};
    expect(end).toBe('complete');
    followers[1]?.close();

    scene.provider.forget();
    scene.provider.next({ ...long, untilClosed: true });
    const alone = await begin(0, 'Nobody waits', { body: streaming });
    const endless = await scene.provider.request(1);
    const last = await begin(1, 'Nobody waits', { body: streaming });
    await last.until((text) => text.includes('data: '));
    alone.close();
    await sleep(300);
    last.close();
    // The follower's mark lasts two seconds; nobody pays for longer
    expect((await endless.closed) > 0 && endless.aborted).toBe(true);
    expect(stats().calls).toBe(1);
  });

  it.each([
    ['500', { status: 500, latencyMs: 600 }],
    ['429', { status: 429, latencyMs: 600, retryAfter: 1 }],
    ['a connection torn down before its headers', { reset: 'headers' as const, latencyMs: 600 }],
  ])("the leader's failure is not the others': %s", async (_, behaviour) => {
    scene.provider.next(behaviour);
    const replies = await Promise.all(Array.from({ length: 6 }, (_, n) => at(n, 'Does it work?')));
    const good = replies.filter(({ status }) => status === 200);
    expect(good).toHaveLength(5);
    for (const reply of good) expect(said(reply)).toContain('Does it work?');
  });

  describe('requests that are not the same share no call', () => {
    const pairs: Record<string, [Asking, Asking]> = {
      tenant: [{ headers: { 'x-fourfold-tenant': 'a' } }, { headers: { 'x-fourfold-tenant': 'b' } }],
      credential: [{ key: 'one' }, { key: 'other' }],
      'stream and JSON': [{ body: { stream: true } }, {}],
      'no-store': [{}, { headers: { 'Cache-Control': 'no-store' } }],
      'no-cache': [{}, { headers: { 'Cache-Control': 'no-cache' } }],
      ttl: [{ headers: { 'x-fourfold-ttl': '1m' } }, {}],
    };
    it.each(Object.entries(pairs))('%s', async (_, [one, other]) => {
      scene.provider.next({ latencyMs: 700 }, {});
      const first = at(0, 'Shared or not?', one);
      await scene.provider.request(1);
      const replies = [await at(1, 'Shared or not?', other), await first];
      expect(replies.map(({ phase }) => phase)).not.toContain('collapsed');
      expect(stats().calls).toBe(2);
    });
  });

  it('answers under way stand in Redis sealed, and leave it with their flight', async () => {
    scene.provider.next({ ...long, content: 'The treasure lies under the old oak.' });
    const lines = [
      await begin(0, 'Where is the treasure?', { body: streaming }),
      await begin(1, 'Where is the treasure?', { body: streaming }),
    ];
    await lines[1]?.until((text) => text.includes('oak') || text.includes('data: '));
    const everything = async (pattern: string) => {
      const keys = await redis.client.keys(pattern);
      const values = await Promise.all(keys.map((each) => redis.client.dumpBuffer(each)));
      return { keys, bytes: Buffer.concat(values.map((each) => each ?? Buffer.alloc(0))) };
    };
    const during = await everything('*flight:*');
    expect(during.keys.length).toBeGreaterThan(1);
    for (const word of ['treasure', 'chatcmpl', `sk-${key}`]) expect(during.bytes.includes(word)).toBe(false);
    for (const line of lines) {
      await line.response();
      line.close();
    }
    await eventually(async () => (await redis.client.keys('*flight:*')).length === 0, 10_000);
  });
});

describe.skipIf(!redisAtHand)('a leader that dies', () => {
  let redis: RedisServer;
  let scene: Scene;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(() => scene?.close());
  afterAll(() => redis?.close());

  const streaming = { stream: true, stream_options: { include_obfuscation: false } };
  const long = { chunks: 40, bytes: 3_000, tokenMs: 60 };

  /** One asks at the first sidecar, ten more at the other two, and the leader falls when the moment has come. */
  async function fall(
    signal: NodeJS.Signals,
    moment: (followers: readonly Wire[]) => Promise<void>,
    body: object,
  ) {
    const [leader, ...others] = scene.sidecars;
    if (leader === undefined) throw new Error('no sidecar');
    const begin = async (url: string) => {
      const line = await wire(url, ['POST'], 60_000);
      line.send(chatRequest('Tell me all of it', { body }));
      return line;
    };
    const first = await begin(leader.url);
    await scene.provider.request(1);
    const followers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => begin(others[n % 2]?.url ?? '')),
    );
    await moment(followers);
    leader.process.kill(signal);
    const fallen = performance.now();
    const answers = await Promise.all(followers.map((follower) => follower.response()));
    const milliseconds = Math.round(performance.now() - fallen);
    for (const line of [first, ...followers]) line.close();
    return { answers, milliseconds, leader };
  }
  /** One more than before, or one for each sidecar that is left: where a busy Redis is late, a follower asks for himself. */
  const expectFewCalls = () => {
    const { calls } = scene.provider.stats();
    expect(calls).toBeGreaterThanOrEqual(2);
    expect(calls).toBeLessThanOrEqual(3);
  };
  const texts = (answers: Awaited<ReturnType<typeof fall>>['answers']) =>
    answers.map(({ response, end }) => ({
      status: response?.status,
      end,
      body: response?.body.toString() ?? '',
    }));
  const content = (body: string) =>
    [...body.matchAll(/"content":("(?:[^"\\]|\\.)*")/g)].map(([, text = '""']) => JSON.parse(text)).join('');

  it.each([
    ['killed', 'SIGKILL' as const, 'JSON', {}],
    ['killed', 'SIGKILL' as const, 'a stream', streaming],
    ['stopped', 'SIGSTOP' as const, 'a stream', streaming],
  ])(
    '%s (%s) before the first byte of %s: another asks, and all have the answer',
    async (_, signal, _form, body) => {
      scene = await startScene({ store: redis.url, sidecars: 3, always: { latencyMs: 300 } });
      scene.provider.next({ latencyMs: 20_000 });
      const { answers, milliseconds } = await fall(signal, () => sleep(500), body);
      for (const { status, end } of texts(answers))
        expect({ status, end }).toEqual({ status: 200, end: 'complete' });
      expectFewCalls();
      console.log(`leader ${signal} before the first byte: all followers answered after ${milliseconds} ms`);
      expect(milliseconds).toBeLessThan(10_000);
    },
  );

  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    '%s in the middle of a stream loses no follower: what was said goes on in the same words',
    async (signal) => {
      scene = await startScene({ store: redis.url, sidecars: 3, always: long });
      const { answers, milliseconds } = await fall(
        signal,
        async (followers) => {
          for (const follower of followers) await follower.until((text) => text.split('data: ').length > 8);
        },
        streaming,
      );
      const seen = texts(answers);
      for (const { status, end, body } of seen) {
        expect({ status, end }).toEqual({ status: 200, end: 'complete' });
        expect(body.match(/\[DONE\]/g)).toHaveLength(1);
        expect(new Set(body.match(/"id":"[^"]+"/g)).size).toBe(1);
        expect(content(body)).toBe(content(seen[0]?.body ?? ''));
        expect(content(body).length).toBe(3_000);
      }
      expectFewCalls();
      console.log(`leader ${signal} in mid-stream: all followers complete after ${milliseconds} ms`);
    },
  );

  it('in the middle of a stream, and the provider now says something else: broken off, never ended cleanly', async () => {
    scene = await startScene({
      store: redis.url,
      sidecars: 3,
      always: { ...long, content: 'Once upon a time.' },
    });
    const { answers } = await fall(
      'SIGKILL',
      async (followers) => {
        for (const follower of followers) await follower.until((text) => text.split('data: ').length > 8);
        scene.provider.always({ ...long, content: 'There was a king.' });
      },
      streaming,
    );
    for (const { end, body } of texts(answers)) {
      expect(end).not.toBe('complete');
      expect(body).not.toContain('[DONE]');
      expect(content(body)).not.toContain('king');
    }
  });

  it('Redis killed in the middle of a shared stream: nobody loses his answer, nobody has another one', async () => {
    const own = await startRedis();
    try {
      scene = await startScene({ store: own.url, sidecars: 2, always: long });
      const begin = async (sidecar: number) => {
        const line = await wire(scene.sidecars[sidecar]?.url ?? '', ['POST'], 60_000);
        line.send(chatRequest('Without Redis', { body: streaming }));
        return line;
      };
      const leader = await begin(0);
      await scene.provider.request(1);
      const follower = await begin(1);
      await follower.until((text) => text.split('data: ').length > 8);
      await own.kill();
      for (const line of [leader, follower]) {
        const { response, end } = await line.response();
        expect(end).toBe('complete');
        expect(content(response?.body.toString() ?? '').length).toBe(3_000);
        line.close();
      }
    } finally {
      await own.close();
    }
  });
});
