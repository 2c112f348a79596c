import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Agents } from '../support/agents/calls.ts';
import { type Chat, startChat } from '../support/chat.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar.ts';

/** What the calls of agents take. What they do, with every store, is in test/contract/agents.suite.ts. */
let chat: Chat;
let agents: Agents;
beforeAll(async () => {
  chat = await startChat();
  agents = new Agents(chat.sidecar.url);
});
afterAll(() => chat?.close());

const entries = async () =>
  ((await (await fetch(`${chat.sidecar.adminUrl}/stats`)).json()) as { entries: number }).entries;

it('a body that is not UTF-8 is refused: two that differ in such bytes only would read the same', async () => {
  const body = Buffer.from('{"input":"\xff","result":1,"success":true}', 'latin1');
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${chat.sidecar.url}/cache/tools/bytes`, { method: 'PUT', headers, body });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('expected UTF-8');
});

describe('bad input is refused, names its field, and stores nothing', () => {
  const deep = `${'['.repeat(100)}${']'.repeat(100)}`;
  const abyss = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const large = 'x'.repeat(3_000_000);
  const tool = { input: 1, result: 1, success: true };
  const memory = { query: 'x', tags: [], results: [] };
  it.each<[string, string, unknown, number, string]>([
    // A field that is missing
    ['POST', 'tools/bad/lookup', {}, 400, 'input'],
    ['PUT', 'tools/bad', { result: 1, success: true }, 400, 'input'],
    ['PUT', 'tools/bad', { input: 1, success: true }, 400, 'result'],
    ['PUT', 'tools/bad', { input: 1, result: 1 }, 400, 'success'],
    ['POST', 'memories/lookup', { tags: [], k: 1 }, 400, 'query'],
    ['POST', 'memories/lookup', { query: 'x', k: 1 }, 400, 'tags'],
    ['POST', 'memories/lookup', { query: 'x', tags: [] }, 400, 'k'],
    ['PUT', 'memories', { tags: [], results: [] }, 400, 'query'],
    ['PUT', 'memories', { query: 'x', results: [] }, 400, 'tags'],
    ['PUT', 'memories', { query: 'x', tags: [] }, 400, 'results'],
    ['PUT', 'memories', { ...memory, results: [{ id: 1 }, {}] }, 400, 'results.1.id'],
    ['POST', 'memories/written', {}, 400, 'ids'],
    ['POST', 'executions/some.lease/renew', {}, 400, 'lease'],
    ['POST', 'executions/some.lease/failed', {}, 400, 'error'],
    // One of another type, or beyond its bounds
    ['POST', 'tools/bad/lookup', { input: 1, threshold: 2 }, 400, 'threshold'],
    ['POST', 'tools/bad/lookup', { input: 1, threshold: 0 }, 400, 'threshold'],
    ['POST', 'tools/bad/lookup', { input: 1, threshold: {} }, 400, 'threshold'],
    ['POST', 'tools/bad/lookup', { input: 1, semantic: 'perhaps' }, 400, 'semantic'],
    ['POST', 'tools/bad/lookup', { input: 1, lease: 'soon' }, 400, 'lease'],
    ['POST', 'tools/bad/lookup', { input: 1, lease: '5s', wait: -1 }, 400, 'wait'],
    ['POST', 'tools/bad/lookup', { input: 1, user: '' }, 400, 'user'],
    ['PUT', 'tools/bad', { ...tool, ttl: '5 days' }, 400, 'ttl'],
    ['PUT', 'tools/bad', { ...tool, ttl: 0 }, 400, 'ttl'],
    ['PUT', 'tools/bad', { ...tool, ttl: {} }, 400, 'ttl'],
    ['PUT', 'tools/bad', { ...tool, success: 'perhaps' }, 400, 'success'],
    ['PUT', 'tools/bad', { ...tool, metadata: 'x' }, 400, 'metadata'],
    ['PUT', 'tools/bad', { ...tool, since: -1 }, 400, 'since'],
    ['PUT', 'tools/bad', { ...tool, since: 'yesterday' }, 400, 'since'],
    ['PUT', 'tools/bad', { ...tool, lease: 'x'.repeat(201) }, 400, 'lease'],
    ['PUT', 'tools/bad', { ...tool, lease: 'of.another' }, 400, 'lease'],
    ['POST', 'memories/lookup', { query: '', tags: [], k: 1 }, 400, 'query'],
    ['POST', 'memories/lookup', { query: ['x'], tags: [], k: 1 }, 400, 'query'],
    ['POST', 'memories/lookup', { query: 'x', tags: 'a', k: 1 }, 400, 'tags'],
    ['POST', 'memories/lookup', { query: 'x', tags: [{}], k: 1 }, 400, 'tags.0'],
    ['POST', 'memories/lookup', { query: 'x', tags: Array(257).fill('t'), k: 1 }, 400, 'tags'],
    ['POST', 'memories/lookup', { query: 'x', tags: [], k: 0 }, 400, 'k'],
    ['POST', 'memories/lookup', { query: 'x', tags: [], k: 1.5 }, 400, 'k'],
    ['POST', 'memories/lookup', { query: 'x', tags: [], k: 1, type: '' }, 400, 'type'],
    ['POST', 'memories/lookup', { query: 'x', tags: [], k: 1, embedding: 2 }, 400, 'embedding'],
    ['PUT', 'memories', { ...memory, results: {} }, 400, 'results'],
    ['PUT', 'memories', { ...memory, results: ['x'] }, 400, 'results.0'],
    ['PUT', 'memories', { ...memory, results: [{ id: [] }] }, 400, 'results.0.id'],
    ['PUT', 'memories', { ...memory, results: [{ id: '' }] }, 400, 'results.0.id'],
    ['PUT', 'memories', { ...memory, results: [{ id: 'x'.repeat(1025) }] }, 400, 'results.0.id'],
    [
      'PUT',
      'memories',
      `{"query":"x","tags":[],"results":[{"id":${'9'.repeat(1_025)}}]}`,
      400,
      'results.0.id',
    ],
    ['PUT', 'memories', { ...memory, results: [{ id: 1 }], k: 0 }, 400, 'k'],
    ['POST', 'memories/written', { ids: 'a' }, 400, 'ids'],
    ['POST', 'memories/written', { ids: ['a', true] }, 400, 'ids.1'],
    ['POST', 'memories/written', { ids: [{ rawJSON: '1' }] }, 400, 'ids.0'],
    ['POST', 'memories/written', { ids: Array(10_001).fill('x') }, 400, 'ids'],
    ['POST', 'executions/some.lease/renew', { lease: 'soon' }, 400, 'lease'],
    ['POST', 'executions/some.lease/failed', { error: {} }, 400, 'error'],
    ['POST', 'executions/some.lease/release', { all: 'yes' }, 400, 'all'],
    ['POST', 'memories/lookup', { query: 'x', tags: [], k: 10_001 }, 400, 'k'],
    ['PUT', 'memories', { ...memory, results: Array(10_001).fill({ id: 1 }) }, 400, 'results'],
    ['PUT', `tools/${'x'.repeat(1_025)}`, tool, 400, 'tool'],
    // One that could be read as another type, and was
    ['PUT', 'tools/bad', { ...tool, success: 'true' }, 400, 'success'],
    ['PUT', 'tools/bad', { ...tool, success: 1 }, 400, 'success'],
    ['PUT', 'tools/bad', { ...tool, success: null }, 400, 'success'],
    ['PUT', 'tools/bad', { ...tool, semantic: null }, 400, 'semantic'],
    ['POST', 'tools/bad/lookup', { input: 1, threshold: '0.95' }, 400, 'threshold'],
    ['POST', 'tools/bad/lookup', { input: 1, threshold: null }, 400, 'threshold'],
    ['POST', 'memories/lookup', { query: 5, tags: [], k: 1 }, 400, 'query'],
    ['POST', 'memories/lookup', { query: 'x', tags: [null], k: 1 }, 400, 'tags.0'],
    ['POST', 'memories/lookup', { query: 'x', tags: [], k: '1' }, 400, 'k'],
    ['PUT', 'memories', { ...memory, tags: ['a', null] }, 400, 'tags.1'],
    ['PUT', 'memories', { ...memory, type: null }, 400, 'type'],
    ['POST', 'executions/some.lease/failed', { error: null }, 400, 'error'],
    // No object
    ...[[], null, 5, 'text'].flatMap((body): [string, string, unknown, number, string][] => [
      ['POST', 'tools/bad/lookup', JSON.stringify(body), 400, 'body'],
      ['PUT', 'memories', JSON.stringify(body), 400, 'body'],
    ]),
    // One that nobody knows
    ['POST', 'tools/bad/lookup', { input: 1, treshold: 0.9 }, 400, 'treshold'],
    ['PUT', 'tools/bad', { ...tool, tll: 1 }, 400, 'tll'],
    ['POST', 'memories/lookup', { query: 'x', tags: [], k: 1, tag: [] }, 400, 'tag'],
    ['PUT', 'memories', { ...memory, threshold: 1 }, 400, 'threshold'],
    ['POST', 'memories/written', { ids: [], all: true }, 400, 'all'],
    ['POST', 'executions/some.lease/renew', { lease: 1, wait: 1 }, 400, 'wait'],
    ['POST', 'executions/some.lease/failed', { error: 'x', code: 1 }, 400, 'code'],
    ['PUT', 'tools/bad', '{"input": 1, "result": 1, "success": true, "__proto__": {}}', 400, '__proto__'],
    ['PUT', 'tools/bad', '{"__proto__": {"input": 1}, "result": 1, "success": true}', 400, 'input'],
    ['POST', 'tools/bad/lookup', { input: 1, constructor: {} }, 400, 'constructor'],
    [
      'PUT',
      'memories',
      '{"query": "x", "tags": [], "results": [{"__proto__": {"id": 1}}]}',
      400,
      'results.0.id',
    ],
    // No JSON at all, or none that can be hashed
    ...[
      ['POST', 'tools/bad/lookup'],
      ['PUT', 'tools/bad'],
      ['POST', 'memories/lookup'],
      ['PUT', 'memories'],
      ['POST', 'memories/written'],
      ['POST', 'executions/some.lease/renew'],
      ['POST', 'executions/some.lease/failed'],
    ].flatMap(([method, path]): [string, string, unknown, number, string][] =>
      ['{"input"', 'NaN', '{"input": NaN}', '{"input": Infinity}', "{'input': 1}"].map((body) => [
        method as string,
        path as string,
        body,
        400,
        'body',
      ]),
    ),
    ['POST', 'tools/bad/lookup', '{"input": "\\ud800"}', 400, 'input'],
    ['POST', 'tools/bad/lookup', '{"input": {"\\udc00": 1}}', 400, 'input'],
    ['PUT', 'tools/bad', '{"input": "\\ud800", "result": 1, "success": true}', 400, 'input'],
    ['POST', 'memories/lookup', '{"query": "\\ud800", "tags": [], "k": 1}', 400, 'query'],
    ['POST', 'memories/lookup', '{"query": "x", "tags": ["\\ud800"], "k": 1}', 400, 'tags.0'],
    ['PUT', 'memories', '{"query": "\\ud800", "tags": [], "results": []}', 400, 'query'],
    ['PUT', 'memories', '{"query": "x", "tags": [], "results": [], "type": "\\ud800"}', 400, 'type'],
    ['PUT', 'memories', '{"query": "x", "tags": [], "results": [{"id": "\\ud800"}]}', 400, 'results.0.id'],
    ['POST', 'memories/written', '{"ids": ["a", "\\ud800"]}', 400, 'ids.1'],
    ['POST', 'tools/bad/lookup', '{"input": 1, "user": "\\ud800"}', 400, 'user'],
    ['PUT', 'tools/bad', '{"input": 1, "result": 1, "success": true, "user": "\\ud800"}', 400, 'user'],
    ['PUT', 'memories', '{"query": "x", "tags": [], "results": [], "user": "\\ud800"}', 400, 'user'],
    // Too deep, or too large
    ['POST', 'tools/bad/lookup', `{"input": ${deep}}`, 400, 'input'],
    ['POST', 'tools/bad/lookup', `{"input": ${abyss}}`, 400, 'input'],
    ['PUT', 'tools/bad', `{"input": 1, "result": ${deep}, "success": true}`, 400, 'result'],
    ['PUT', 'tools/bad', `{"input": ${abyss}, "result": 1, "success": true}`, 400, 'input'],
    [
      'PUT',
      'tools/bad',
      `{"input": 1, "result": 1, "success": true, "metadata": {"a": ${deep}}}`,
      400,
      'metadata',
    ],
    ['PUT', 'memories', `{"query": "x", "tags": [], "results": [{"id": 1, "a": ${deep}}]}`, 400, 'results'],
    ['POST', 'tools/bad/lookup', { input: large }, 413, 'body'],
    ['PUT', 'tools/bad', { ...tool, result: large }, 413, 'body'],
    ['POST', 'memories/lookup', { query: large, tags: [], k: 1 }, 413, 'body'],
    ['POST', 'memories/lookup', { query: 'x'.repeat(65_537), tags: [], k: 1 }, 400, 'query'],
    ['PUT', 'memories', { ...memory, results: [{ id: 1, text: large }] }, 413, 'body'],
    ['POST', 'executions/some.lease/failed', { error: 'x'.repeat(65_537) }, 400, 'error'],
  ])('%s %s %.100j', async (method, path, body, status, field) => {
    const before = await entries();
    const answer = await agents.call(method, `/cache/${path}`, body);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject({ message: expect.any(String), field });
    expect(await entries()).toBe(before);
  });

  it('names of what objects inherit are names like any other', async () => {
    const keep = (input: string, result: string) =>
      agents.call(
        'PUT',
        '/cache/tools/inherited',
        `{"input": ${input}, "result": ${result}, "success": true, "metadata": {"__proto__": {"a": 1}}}`,
      );
    const inputs = ['{}', '{"a": 1}', '{"__proto__": {"a": 1}}', '{"constructor": {"prototype": {"a": 1}}}'];
    for (const input of inputs) expect((await keep(input, input)).status).toBe(201);
    for (const input of inputs) {
      const { body } = await agents.call('POST', '/cache/tools/inherited/lookup', `{"input": ${input}}`);
      expect(JSON.stringify(body.result), input).toBe(JSON.stringify(JSON.parse(input)));
      expect(JSON.stringify(body.metadata)).toBe('{"__proto__":{"a":1}}');
    }
    for (const tool of ['__proto__', 'constructor', 'toString']) {
      expect(await agents.lookup(tool, 1), tool).toMatchObject({ hit: false });
      await agents.keep(tool, 1, tool);
      expect((await agents.lookup(tool, 1)).result).toBe(tool);
    }
  });

  it.each([
    ['PUT', 'tools/bad', 'text/plain'],
    ['POST', 'tools/bad/lookup', 'application/x-www-form-urlencoded'],
    ['POST', 'memories/written', 'text/plain'],
    ['POST', 'feedback', 'text/plain'],
    ['PUT', 'answers', 'application/yaml'],
  ])('%s %s with a body that is no JSON by its type, %s, is refused too', async (method, path, type) => {
    const headers = { 'Content-Type': type };
    const answer = await fetch(`${chat.sidecar.url}/cache/${path}`, {
      method,
      headers,
      body: JSON.stringify(tool),
    });
    expect(answer.status).toBe(415);
    const message = `content-type: expected application/json, found "${type}"`;
    expect(await answer.json()).toEqual({ error: { message, field: 'content-type' } });
  });

  it.each([
    [undefined, 'nothing'],
    [[1], '[1]'],
    [null, 'nothing'],
  ])('a whole body of %j is told as one', async (body, found) => {
    const { status, body: said } = await agents.call('POST', '/cache/memories/lookup', body);
    const message = `body: expected a JSON object, found ${found}`;
    expect([status, said]).toEqual([400, { error: { message, field: 'body' } }]);
  });

  it('a lease can be given up without a body', async () => {
    const { lease } = await agents.lookup('given-up', 1, { lease: '30s' });
    expect(await agents.call('POST', `/cache/executions/${lease}/release`)).toEqual({
      status: 200,
      body: { released: true },
    });
  });

  it('a body as large as the largest result may be is read, whole or in pieces; a long list of ids too', async () => {
    const body = { input: 'x'.repeat(200_000), result: 'y'.repeat(1_000_000), success: true };
    expect((await agents.call('PUT', '/cache/tools/large', body)).status).toBe(201);
    const ids = Array.from({ length: 10_000 }, (_, n) => `${n}`.padStart(1_000, 'x'));
    expect(await agents.written(ids)).toBe(0);
  });

  it('who sends a body that is too large, and listens only then, hears why', async () => {
    const bytes = 5_000_000;
    const socket = connect(Number(new URL(chat.sidecar.url).port), '127.0.0.1');
    await once(socket, 'connect');
    const head = `PUT /cache/tools/large HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${bytes}`;
    socket.write(`${head}\r\n\r\n`);
    await sleep(100);
    for (let sent = 0; sent < bytes; sent += 50_000) {
      await new Promise<void>((written, failed) =>
        socket.write(Buffer.alloc(50_000, ' '), (error) => (error ? failed(error) : written())),
      );
    }
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 .*"field":"body"/s);
  });

  it('a result of more bytes than an entry may have is not kept', async () => {
    const stored = await agents.keep('bad', 1, 'x'.repeat(1_100_000));
    expect(stored.body).toEqual({ stored: false, reason: 'too-large-result' });
  });

  it('numbers beyond those of JavaScript are not rounded into another input', async () => {
    await agents.call('PUT', '/cache/tools/huge', '{"input": 1e400, "result": "400", "success": true}');
    await agents.call('PUT', '/cache/tools/huge', '{"input": 1e-400, "result": "-400", "success": true}');
    const lookup = async (input: string) =>
      (await agents.call('POST', '/cache/tools/huge/lookup', `{"input": ${input}}`)).body;
    expect(await lookup('1e400')).toMatchObject({ hit: true, result: '400' });
    expect(await lookup('1e-400')).toMatchObject({ hit: true, result: '-400' });
    for (const other of ['1e401', 'null', '0', '1e-401'])
      expect(await lookup(other), other).toMatchObject({ hit: false });
  });

  it('an unknown call is no provider’s', async () => {
    const before = chat.provider.requests.length;
    for (const path of ['tools/bad/loookup', 'tools', 'tools//lookup', 'executions/x', 'memories/x/y'])
      expect((await agents.call('POST', `/cache/${path}`, { input: 1 })).status, path).toBeGreaterThan(399);
    expect(chat.provider.requests.length).toBe(before);
  });
});

describe('by mode and partition', () => {
  const running: SidecarProcess[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.close()));
  });
  const start = async (environment: Record<string, string>) => {
    const sidecar = await startSidecar(environment);
    running.push(sidecar);
    return new Agents(sidecar.url);
  };

  it('`shadow` looks up and keeps, answers nothing, and lets everybody execute', async () => {
    const shadow = await start({ FOURFOLD_MODE: 'shadow' });
    expect((await shadow.keep('t', 1, 'kept')).status).toBe(201);
    const found = await shadow.lookup('t', 1, { lease: '5s' });
    expect(found).toEqual({ hit: false, similarity: 1, reason: 'shadow', asOf: expect.any(Number) });
    expect(await shadow.lookup('other', 1, { lease: '5s' })).not.toHaveProperty('lease');
  });

  it('`off` does nothing', async () => {
    const off = await start({ FOURFOLD_MODE: 'off' });
    expect((await off.keep('t', 1, 'kept')).body).toEqual({ stored: false, reason: 'off' });
    expect(await off.lookup('t', 1, { lease: '5s' })).toEqual({
      hit: false,
      reason: 'off',
      asOf: expect.any(Number),
    });
  });

  it('by user: each has results of his own, and nobody removes without saying whose', async () => {
    const byUser = await start({ FOURFOLD_PARTITION_BY: 'credential,user' });
    await byUser.keep('t', 1, 'of ana', { user: 'ana' });
    expect(await byUser.lookup('t', 1, { user: 'ana' })).toMatchObject({ hit: true, result: 'of ana' });
    for (const more of [{ user: 'bob' }, {}])
      expect(await byUser.lookup('t', 1, more)).toMatchObject({ hit: false });
    expect((await byUser.call('DELETE', '/cache/tools/t')).status).toBe(409);
    expect((await byUser.call('POST', '/cache/memories/written', { ids: ['a'] })).status).toBe(409);
  });
});
