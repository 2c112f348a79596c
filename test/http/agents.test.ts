import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Chat, startChat } from '../support/chat.ts';
import { part } from '../support/require.ts';
import { realModel } from '../unit/sidecar/embedders/real-model.ts';

/** What agents keep: `/cache/tools` and `/cache/memories`, on the port for the application. */
const model = await realModel();
const withModel = part('model', 'files' in model, 'missing' in model ? model.missing : '');

let chat: Chat;
beforeAll(async () => {
  chat = await startChat({}, { model: withModel });
});
afterAll(() => chat?.close());

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what these tests look at
  readonly body: any;
}

async function call(method: string, path: string, body?: unknown, key = 'test'): Promise<Answer> {
  const answer = await fetch(chat.sidecar.url + path, {
    method,
    headers: { Authorization: `Bearer sk-${key}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}

const lookup = async (tool: string, input: unknown, more: object = {}, key?: string) =>
  (await call('POST', `/cache/tools/${tool}/lookup`, { input, ...more }, key)).body;
const keep = (tool: string, input: unknown, result: unknown, more: object = {}, key?: string) =>
  call('PUT', `/cache/tools/${tool}`, { input, result, success: true, ...more }, key);
const recall = async (query: string, tags: string[], more: object = {}, key?: string) =>
  (await call('POST', '/cache/memories/lookup', { query, tags, k: 10, ...more }, key)).body;
const memorize = (query: string, tags: string[], results: object[], more: object = {}, key?: string) =>
  call('PUT', '/cache/memories', { query, tags, results, ...more }, key);

describe('tools', () => {
  it('a result answers the same input, whatever the order of its fields, with what was said of it', async () => {
    expect(await lookup('weather', { city: 'Paris', days: 2 })).toMatchObject({ hit: false });
    const stored = await keep(
      'weather',
      { city: 'Paris', days: 2 },
      { sun: true },
      { metadata: { by: 'me' } },
    );
    expect(stored).toMatchObject({ status: 201, body: { entry: expect.any(String) } });
    const found = await lookup('weather', { days: 2, city: 'Paris' });
    expect(found).toMatchObject({
      hit: true,
      result: { sun: true },
      phase: 'exact',
      similarity: 1,
      entry: stored.body.entry,
      age: 0,
      accessCount: 1,
      metadata: { by: 'me' },
    });
    expect(Date.parse(found.expiresAt) - Date.parse(found.createdAt)).toBe(3_600_000);
    expect(await lookup('weather', { days: 2, city: 'Paris' })).toMatchObject({ accessCount: 2 });
  });

  it('two tools with one input keep two results', async () => {
    await keep('one', { q: 1 }, 'first');
    await keep('two', { q: 1 }, 'second');
    expect((await lookup('one', { q: 1 })).result).toBe('first');
    expect((await lookup('two', { q: 1 })).result).toBe('second');
  });

  it('another key, another partition', async () => {
    await keep('mine', { q: 1 }, 'secret', {}, 'one');
    expect(await lookup('mine', { q: 1 }, {}, 'two')).toMatchObject({ hit: false });
    expect((await call('DELETE', '/cache/tools/mine', undefined, 'two')).body).toEqual({ removed: 0 });
    expect(await lookup('mine', { q: 1 }, {}, 'one')).toMatchObject({ hit: true });
  });

  it('a failed call is not kept, and one that is gone after its time does not answer', async () => {
    expect((await keep('flaky', { q: 1 }, 'no', { success: false })).body).toEqual({
      stored: false,
      reason: 'failed',
    });
    expect(await lookup('flaky', { q: 1 })).toMatchObject({ hit: false });
    await keep('brief', { q: 1 }, 'yes', { ttl: 1 });
    expect(await lookup('brief', { q: 1 })).toMatchObject({ hit: true });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await lookup('brief', { q: 1 })).toMatchObject({ hit: false });
  });

  it('DELETE removes the results of one tool', async () => {
    for (const n of [1, 2, 3]) await keep('gone', { n }, n);
    await keep('stays', { n: 1 }, 1);
    expect((await call('DELETE', '/cache/tools/gone')).body).toEqual({ removed: 3 });
    expect(await lookup('gone', { n: 1 })).toMatchObject({ hit: false });
    expect(await lookup('stays', { n: 1 })).toMatchObject({ hit: true });
  });

  it('what was removed while it was computed does not come in', async () => {
    const { asOf } = await lookup('slow', { n: 1 });
    await call('DELETE', '/cache/tools/slow');
    expect((await keep('slow', { n: 1 }, 'old', { since: asOf })).body).toEqual({
      stored: false,
      reason: 'removed',
    });
  });

  it.each([null, false, 0, '', [], {}, 'text', 12.5, { deep: { list: [1, null] } }])(
    'a result of %j comes back as it was',
    async (result) => {
      await keep('any', { result }, result);
      expect((await lookup('any', { result })).result).toEqual(result);
    },
  );

  describe.skipIf(!withModel)('by meaning', () => {
    it('another wording of the question hits within the tool, and all else must be equal', async () => {
      await keep('search', { query: 'How do I reset my password?', limit: 5 }, ['reset']);
      const found = await lookup('search', { query: 'how can I reset my password', limit: 5 });
      expect(found).toMatchObject({ hit: true, result: ['reset'], phase: 'semantic' });
      expect(found.similarity).toBeGreaterThan(0.9);
      expect(await lookup('search', { query: 'how can I reset my password', limit: 6 })).toMatchObject({
        hit: false,
      });
      expect(await lookup('browse', { query: 'how can I reset my password', limit: 5 })).toMatchObject({
        hit: false,
      });
    });

    it('guards and threshold hold as they do for questions', async () => {
      await keep('guarded', { query: 'How do I enable two-factor login?' }, 'on');
      expect(await lookup('guarded', { query: 'How do I disable two-factor login?' })).toMatchObject({
        hit: false,
        reason: expect.any(String),
      });
      await keep('strict', { query: 'How do I reset my password?' }, 'reset');
      expect(
        await lookup('strict', { query: 'how can I reset my password' }, { threshold: 0.999 }),
      ).toMatchObject({ hit: false, reason: 'threshold' });
    });

    it('a hundred neighbours of another tool do not hide a hit', async () => {
      for (let n = 0; n < 100; n++)
        await keep('crowd', { query: `how can I reset my password ${'please '.repeat(n % 7)}`.trim(), n }, n);
      await keep('alone', { query: 'How do I reset my password?', n: 0 }, 'mine');
      expect(await lookup('alone', { query: 'how can I reset my password', n: 0 })).toMatchObject({
        hit: true,
        result: 'mine',
      });
    });
  });
});

describe('memories', () => {
  it('a search answers for the same set of tags only', async () => {
    await memorize('what does Ana drink', ['user:1', 'taste'], [{ id: 'm1', text: 'tea' }]);
    expect(await recall('what does Ana drink', ['taste', 'user:1', 'taste'])).toMatchObject({
      hit: true,
      cached: true,
      results: [{ id: 'm1', text: 'tea' }],
    });
    for (const tags of [['taste'], ['user:1'], [], ['user:1', 'taste', 'more'], ['user:2', 'taste']])
      expect(await recall('what does Ana drink', tags), String(tags)).toMatchObject({ hit: false });
    expect(await recall('what does Ana drink', ['user:1', 'taste'], {}, 'other')).toMatchObject({
      hit: false,
    });
  });

  it('at most k results, and none where fewer were searched for', async () => {
    const results = [1, 2, 3].map((id) => ({ id }));
    await memorize('three of them', ['k'], results);
    expect((await recall('three of them', ['k'], { k: 2 })).results).toEqual(results.slice(0, 2));
    expect((await recall('three of them', ['k'], { k: 9 })).results).toEqual(results);
    await memorize('three of many', ['k'], results, { k: 3 });
    expect(await recall('three of many', ['k'], { k: 3 })).toMatchObject({ hit: true });
    expect(await recall('three of many', ['k'], { k: 4 })).toMatchObject({ hit: false });
  });

  it('types are apart', async () => {
    await memorize('of one type', ['t'], [{ id: 1 }], { type: 'episodic' });
    expect(await recall('of one type', ['t'], { type: 'episodic' })).toMatchObject({ hit: true });
    expect(await recall('of one type', ['t'], { type: 'semantic' })).toMatchObject({ hit: false });
    expect(await recall('of one type', ['t'])).toMatchObject({ hit: false });
  });

  it('a written id drops every result that holds it and nothing else', async () => {
    const of = (...ids: (string | number)[]) => ids.map((id) => ({ id }));
    await memorize('alpha beta', ['w'], of('a', 'b'));
    await memorize('beta gamma', ['w'], of('b', 'c'));
    await memorize('gamma delta', ['w'], of('c', 4));
    await chat.ask('Which documents?', { key: 'test', headers: { 'x-fourfold-sources': 'b,z' } });
    expect((await call('POST', '/cache/memories/written', { ids: ['b', 'nobody'] })).body).toEqual({
      removed: 3,
    });
    expect(await recall('alpha beta', ['w'])).toMatchObject({ hit: false });
    expect(await recall('gamma delta', ['w'])).toMatchObject({ hit: true });
    expect((await chat.ask('Which documents?', { key: 'test' })).phase).toBe('miss');
    expect((await call('POST', '/cache/memories/written', { ids: ['4'] })).body).toEqual({ removed: 1 });
  });

  it('what was searched before a write does not come in after it', async () => {
    const { asOf } = await recall('racing along', ['r']);
    await call('POST', '/cache/memories/written', { ids: ['r1'] });
    expect((await memorize('racing along', ['r'], [{ id: 'r1' }], { since: asOf })).body).toEqual({
      stored: false,
      reason: 'removed',
    });
  });

  it.skipIf(!withModel)('the vector of a search that found nothing is given on request', async () => {
    const missed = await recall('where is the key', ['v'], { embedding: true });
    expect(missed.embedding).toHaveLength(384);
    expect(Math.hypot(...missed.embedding)).toBeCloseTo(1, 4);
    expect(await recall('where is the key', ['v'])).not.toHaveProperty('embedding');
  });
});

describe('one execution for identical callers', () => {
  it('a hundred at once execute once, and all get the result', async () => {
    let executed = 0;
    const one = async (): Promise<unknown> => {
      const found = await lookup('busy', { n: 1 }, { lease: '5s' });
      if (found.hit) return found.result;
      expect(found.lease).toEqual(expect.any(String));
      executed++;
      await new Promise((resolve) => setTimeout(resolve, 100));
      await keep('busy', { n: 1 }, 'done', { lease: found.lease });
      return 'done';
    };
    const all = await Promise.all(Array.from({ length: 100 }, one));
    expect(new Set(all)).toEqual(new Set(['done']));
    expect(executed).toBe(1);
  });

  it('an error reaches those who wait and is not kept', async () => {
    const { lease } = await lookup('failing', { n: 1 }, { lease: '5s' });
    const waiting = lookup('failing', { n: 1 }, { lease: '5s' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const failed = await call('POST', `/cache/executions/${lease}/failed`, { error: 'no such city' });
    expect(failed.body).toEqual({ settled: true });
    expect(await waiting).toEqual({ hit: false, error: { message: 'no such city' } });
    expect(await lookup('failing', { n: 1 })).toMatchObject({ hit: false });
  });

  it('an executor who dies is replaced', async () => {
    const { lease } = await lookup('dying', { n: 1 }, { lease: '200ms' });
    const next = await lookup('dying', { n: 1 }, { lease: '5s' });
    expect(next).toMatchObject({ hit: false, lease: expect.any(String) });
    expect(next.lease).not.toBe(lease);
    expect((await call('POST', `/cache/executions/${lease}/renew`, { lease: '5s' })).body).toEqual({
      renewed: false,
    });
  });
});

describe('bad input is refused, names its field, and stores nothing', () => {
  const deep = `${'['.repeat(100)}${']'.repeat(100)}`;
  it.each<[string, string, unknown, number, string | undefined]>([
    ['POST', '/cache/tools/bad/lookup', {}, 400, 'input'],
    ['POST', '/cache/tools/bad/lookup', { input: 1, treshold: 0.9 }, 400, 'treshold'],
    ['POST', '/cache/tools/bad/lookup', { input: 1, threshold: 2 }, 400, 'threshold'],
    ['POST', '/cache/tools/bad/lookup', { input: 1, lease: 'soon' }, 400, 'lease'],
    ['POST', '/cache/tools/bad/lookup', '{"input": NaN}', 400, 'body'],
    ['POST', '/cache/tools/bad/lookup', '{"input"', 400, 'body'],
    ['POST', '/cache/tools/bad/lookup', `{"input": ${deep}}`, 400, 'input'],
    ['POST', '/cache/tools/bad/lookup', '{"input": "\\ud800"}', 400, 'input'],
    ['PUT', '/cache/tools/bad', { input: 1, success: true }, 400, 'result'],
    ['PUT', '/cache/tools/bad', { input: 1, result: 1 }, 400, 'success'],
    ['PUT', '/cache/tools/bad', { input: 1, result: 1, success: true, ttl: '5 days' }, 400, 'ttl'],
    ['PUT', '/cache/tools/bad', { input: 1, result: 1, success: true, metadata: 'x' }, 400, 'metadata'],
    ['PUT', '/cache/tools/bad', { input: 1, result: 'x'.repeat(3_000_000), success: true }, 413, 'body'],
    ['POST', '/cache/memories/lookup', { tags: [], k: 1 }, 400, 'query'],
    ['POST', '/cache/memories/lookup', { query: 'x', k: 1 }, 400, 'tags'],
    ['POST', '/cache/memories/lookup', { query: 'x', tags: [], k: 0 }, 400, 'k'],
    ['POST', '/cache/memories/lookup', { query: 'x', tags: [{}], k: 1 }, 400, 'tags.0'],
    ['PUT', '/cache/memories', { query: 'x', tags: [], results: [{ id: 1 }, {}] }, 400, 'results.1.id'],
    ['PUT', '/cache/memories', { query: 'x', tags: [], results: {} }, 400, 'results'],
    ['POST', '/cache/memories/written', { ids: 'a' }, 400, 'ids'],
    ['POST', '/cache/memories/written', {}, 400, 'ids'],
    ['POST', '/cache/memories/written', { ids: ['a', true] }, 400, 'ids.1'],
    ['PUT', '/cache/memories', { query: 'x', tags: [], results: [{ id: [] }] }, 400, 'results.0.id'],
    ['POST', '/cache/memories/written', { ids: [{ rawJSON: '1' }] }, 400, 'ids.0'],
  ])('%s %s %j', async (method, path, body, status, field) => {
    const answer = await call(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject({ message: expect.any(String), field });
    expect(await lookup('bad', 1)).toMatchObject({ hit: false });
  });

  it('an unknown call is no provider’s', async () => {
    const before = chat.provider.requests.length;
    expect((await call('POST', '/cache/tools/bad/loookup', { input: 1 })).status).toBe(404);
    expect(chat.provider.requests.length).toBe(before);
  });
});

it('statistics tell the kinds apart', async () => {
  const stats = async () =>
    (await (await fetch(`${chat.sidecar.adminUrl}/stats`)).json()) as {
      kinds: Record<string, Record<string, number>>;
    };
  const { kinds: before } = await stats();
  await lookup('counted', { n: 1 });
  await keep('counted', { n: 1 }, 1);
  await lookup('counted', { n: 1 });
  await recall('counted as well', ['c']);
  const { kinds: after } = await stats();
  const grown = (kind: string, field: string) => (after[kind]?.[field] ?? 0) - (before[kind]?.[field] ?? 0);
  expect({
    lookups: grown('tools', 'lookups'),
    exactHits: grown('tools', 'exactHits'),
    misses: grown('tools', 'misses'),
    stored: grown('tools', 'stored'),
    entries: grown('tools', 'entries'),
    memories: grown('memories', 'misses'),
    answers: grown('answers', 'lookups'),
  }).toEqual({ lookups: 2, exactHits: 1, misses: 1, stored: 1, entries: 1, memories: 1, answers: 0 });
});
