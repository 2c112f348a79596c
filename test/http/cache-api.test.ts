import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asking, type Chat, startChat } from '../support/chat.ts';
import { part } from '../support/require.ts';
import { exchange, request } from '../support/wire/index.ts';
import { realModel } from '../unit/sidecar/embedders/real-model.ts';

/** The cache's own API: `/cache/…` on the port for the application, and with a token on the port for the cluster. */
const token = 'the-admin-token';
const model = await realModel();
const withModel = part('model', 'files' in model, 'missing' in model ? model.missing : '');

let chat: Chat;
const folder = mkdtempSync(join(tmpdir(), 'fourfold-api-'));
beforeAll(async () => {
  const file = join(folder, 'token');
  writeFileSync(file, `${token}\n`);
  chat = await startChat({ FOURFOLD_ADMIN_TOKEN_FILE: file }, { model: withModel });
});
afterAll(async () => {
  await chat?.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly body: { removed?: number; error?: { message: string; field?: string } } & Record<string, unknown>;
}

async function call(
  url: string,
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<Answer> {
  const answer = await fetch(url + path, { method, headers });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}
/** As the application that asks with this key. */
const own = (key: string, method: string, path: string, headers: Record<string, string> = {}) =>
  call(chat.sidecar.url, method, path, { Authorization: `Bearer sk-${key}`, ...headers });
const admin = (method: string, path: string, authorization = `Bearer ${token}`) =>
  call(chat.sidecar.adminUrl, method, path, { Authorization: authorization });

/** What of these questions is still in the cache. */
async function left(
  key: string,
  questions: readonly string[],
  headers: Record<string, string> = {},
): Promise<string[]> {
  const found = [];
  for (const question of questions) {
    const reply = await chat.ask(question, {
      key,
      headers: { 'Cache-Control': 'only-if-cached', ...headers },
    });
    if (reply.status === 200) found.push(question);
  }
  return found;
}

describe('DELETE /cache/entries', () => {
  const entries: Record<string, Asking> = {
    'What is Rust?': {
      headers: { 'x-fourfold-tags': 'languages,short', 'x-fourfold-sources': 'doc-1,doc-2' },
    },
    'What is Kubernetes?': { headers: { 'x-fourfold-tags': 'short' }, body: { model: 'gpt-4o' } },
    'Why is the sky blue?': { headers: { 'x-fourfold-sources': 'doc-2' } },
    'Who wrote Romeo and Juliet?': {},
  };
  const [rust = '', kubernetes = '', sky = '', romeo = ''] = Object.keys(entries);
  const fill = async (key: string) => {
    for (const [question, more] of Object.entries(entries)) await chat.ask(question, { key, ...more });
  };
  /** Asked as it was stored. */
  const remaining = async (key: string) => {
    const found = [];
    for (const [question, { body = {} }] of Object.entries(entries)) {
      const reply = await chat.ask(question, { key, body, headers: { 'Cache-Control': 'only-if-cached' } });
      if (reply.status === 200) found.push(question);
    }
    return found;
  };

  it.each([
    ['tag=short', [sky, romeo]],
    ['tag=languages', [kubernetes, sky, romeo]],
    ['source=doc-2', [kubernetes, romeo]],
    ['source=doc-1', [kubernetes, sky, romeo]],
    ['model=gpt-4o', [rust, sky, romeo]],
    ['model=gpt-4o-mini', [kubernetes]],
    ['all=true', []],
    ['tag=short&model=gpt-4o', [rust, sky, romeo]],
    ['tag=short&source=doc-2', [kubernetes, sky, romeo]],
    ['tag=languages&model=gpt-4o', [rust, kubernetes, sky, romeo]],
    ['all=true&tag=short', [sky, romeo]],
    ['tag=nobody', [rust, kubernetes, sky, romeo]],
    ['tag=*', [rust, kubernetes, sky, romeo]],
  ])('?%s leaves %j', async (query, expected) => {
    const key = `delete ${query}`;
    await fill(key);
    const counted = await own(key, 'DELETE', `/cache/entries?${query}&dryRun=true`);
    expect(counted).toEqual({ status: 200, body: { removed: 4 - expected.length } });
    expect(await remaining(key)).toHaveLength(4);
    const removed = await own(key, 'DELETE', `/cache/entries?${query}`);
    expect(removed).toEqual({ status: 200, body: { removed: 4 - expected.length } });
    expect(await remaining(key)).toEqual(expected);
    expect((await own(key, 'DELETE', `/cache/entries?${query}`)).body).toEqual({ removed: 0 });
  });

  it('?id=… removes the one that the header named', async () => {
    await fill('by id');
    const { entry } = await chat.ask(sky, { key: 'by id' });
    expect((await own('by id', 'DELETE', `/cache/entries?id=${entry}`)).body).toEqual({ removed: 1 });
    expect(await remaining('by id')).toEqual([rust, kubernetes, romeo]);
  });

  it.each([
    ['', 'querystring'],
    ['?dryRun=true', 'querystring'],
    ['?all=false', 'querystring'],
    ['?tga=short', 'tga'],
    ['?all=true&tga=short', 'tga'],
    ['?all=maybe', 'all'],
    ['?all=true&dryRun=perhaps', 'dryRun'],
    ['?tag=', 'tag'],
    ['?tag=a&tag=b', 'tag'],
    [`?id=${'x'.repeat(257)}`, 'id'],
  ])('%.40s is answered with 400 and removes nothing', async (query, field) => {
    const key = `bad ${query}`;
    await chat.ask(rust, { key });
    const { status, body } = await own(key, 'DELETE', `/cache/entries${query}`);
    expect(status).toBe(400);
    expect(body).toEqual({
      error: { message: expect.stringMatching(/^(querystring|\w+: expected )/), field },
    });
    expect(await left(key, [rust])).toEqual([rust]);
  });

  it('reaches only the partition of the caller: key, and tenant beside it', async () => {
    const blue = { 'x-fourfold-tenant': 'blue' };
    await chat.ask(rust, { key: 'one' });
    await chat.ask(rust, { key: 'one', headers: blue });
    await chat.ask(rust, { key: 'two' });
    expect((await own('one', 'DELETE', '/cache/entries?all=true')).body).toEqual({ removed: 1 });
    expect(await left('one', [rust])).toEqual([]);
    expect(await left('one', [rust], blue)).toEqual([rust]);
    expect(await left('two', [rust])).toEqual([rust]);
    expect((await own('one', 'DELETE', '/cache/entries?all=true', blue)).body).toEqual({ removed: 1 });
    expect(await left('one', [rust], blue)).toEqual([]);
    // Not even by an id that belongs to somebody else
    const { entry } = await chat.ask(rust, { key: 'two' });
    expect((await own('one', 'DELETE', `/cache/entries?id=${entry}`)).body).toEqual({ removed: 0 });
    expect(await left('two', [rust])).toEqual([rust]);
  });

  it('a tenant header that cannot be read is answered with 400', async () => {
    const bad = { 'x-fourfold-tenant': 'x'.repeat(300) };
    expect(await own('one', 'DELETE', '/cache/entries?all=true', bad)).toMatchObject({
      status: 400,
      body: { error: { field: 'x-fourfold-tenant' } },
    });
  });
});

describe.skipIf(!withModel)('what is removed is gone from every phase at once', () => {
  it('the same words, nearly the same, the same meaning, and the same bytes', async () => {
    const key = 'every phase';
    const tagged = { key, headers: { 'x-fourfold-tags': 'gone' } };
    const stored = 'How do I reset my password?';
    const wordings = [stored, 'How do I reset my pasword?', 'What are the steps to reset my password?'];
    const form = { key, body: { response_format: { type: 'json_object' } } };
    await chat.ask(stored, tagged);
    await chat.ask('A form', { ...tagged, ...form });
    const phases = [];
    for (const wording of wordings) phases.push((await chat.ask(wording, { key })).phase);
    phases.push((await chat.ask('A form', form)).phase);
    expect(phases).toEqual(['fingerprint', 'near-miss', 'semantic', 'exact']);
    // The hits above were promoted: now there are more ways than one to each
    expect((await own(key, 'DELETE', '/cache/entries?tag=gone')).body).toEqual({ removed: 2 });
    expect(await left(key, wordings)).toEqual([]);
    expect(
      (await chat.ask('A form', { ...form, headers: { 'Cache-Control': 'only-if-cached' } })).status,
    ).toBe(504);
    expect((await chat.ask(stored, { key })).phase).toBe('miss');
  });
});

describe('GET /cache/entries/{id}', () => {
  it('shows what is known of an entry, and neither its texts nor whose it is', async () => {
    chat.provider.next({ content: 'canary-answer' });
    const asked = await chat.ask('canary-question', {
      key: 'canary-key',
      headers: {
        'x-fourfold-tags': 'a,b',
        'x-fourfold-sources': 'doc-1',
        'x-fourfold-tenant': 'canary-tenant',
        'x-fourfold-ttl': '10m',
      },
    });
    const tenant = { 'x-fourfold-tenant': 'canary-tenant' };
    const { status, body } = await own('canary-key', 'GET', `/cache/entries/${asked.entry}`, tenant);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: asked.entry,
      dialect: 'openai-chat',
      model: 'gpt-4o-mini',
      tags: ['a', 'b'],
      sources: ['doc-1'],
      comparison: 'loose',
      tokens: expect.any(Number),
      bytes: expect.any(Number),
    });
    expect(body.ttl).toBeGreaterThan(590);
    expect(Date.parse(String(body.expiresAt)) - Date.parse(String(body.createdAt))).toBe(600_000);
    expect(JSON.stringify(body)).not.toMatch(/canary/);
    // The admin sees as much, and nobody else anything
    expect(await admin('GET', `/cache/entries/${asked.entry}`)).toMatchObject({
      status: 200,
      body: { id: asked.entry },
    });
    for (const [key, headers] of [
      ['canary-key', {}],
      ['another', {}],
      ['another', tenant],
    ] as const) {
      const other = await own(key, 'GET', `/cache/entries/${asked.entry}`, headers);
      expect(other).toEqual({ status: 404, body: { error: { message: 'no such entry' } } });
    }
  });

  it('404 for none, worded as for one of somebody else', async () => {
    for (const id of ['AAAAAAAAAAAAAAAAAAAAAA', '..', '%2e%2e', "'; DROP", '%00', 'x'.repeat(5_000)]) {
      const { status } = await own('one', 'GET', `/cache/entries/${encodeURI(id)}`);
      expect(status, id).toBe(404);
    }
  });
});

describe('on the port for the cluster', () => {
  it.each(['', 'Bearer wrong', `Basic ${token}`, 'Bearer ', `Bearer ${token}x`, token])(
    '401 with %j',
    async (authorization) => {
      await chat.ask('What is Rust?', { key: 'guarded' });
      for (const method of ['DELETE', 'GET']) {
        const path = method === 'GET' ? '/cache/entries/AAAAAAAAAAAAAAAAAAAAAA' : '/cache/entries?all=true';
        expect((await admin(method, path, authorization)).status).toBe(401);
      }
      expect(await left('guarded', ['What is Rust?'])).toHaveLength(1);
    },
  );

  it('with the token it reaches all partitions', async () => {
    const tags = { 'x-fourfold-tags': 'everywhere' };
    for (const key of ['p1', 'p2', 'p3']) await chat.ask('What is Rust?', { key, headers: tags });
    expect((await admin('DELETE', '/cache/entries?tag=everywhere&dryRun=true')).body).toEqual({ removed: 3 });
    expect((await admin('DELETE', '/cache/entries?tag=everywhere')).body).toEqual({ removed: 3 });
    for (const key of ['p1', 'p2', 'p3']) expect(await left(key, ['What is Rust?'])).toEqual([]);
    expect(await admin('DELETE', '/cache/entries?tga=x')).toMatchObject({
      status: 400,
      body: { error: { field: 'tga' } },
    });
    await chat.ask('What is Rust?', { key: 'p1' });
    expect((await admin('DELETE', '/cache/entries?all=true')).body.removed).toBeGreaterThanOrEqual(1);
    const stats = (await (await fetch(`${chat.sidecar.adminUrl}/stats`)).json()) as { entries: number };
    expect(stats.entries).toBe(0);
  });

  it('without a token configured it is absent', async () => {
    const plain = await startChat();
    try {
      for (const path of ['/cache/entries?all=true', '/cache/entries/x', '/cache/nothing'])
        for (const method of ['DELETE', 'GET'])
          expect(
            (await fetch(plain.sidecar.adminUrl + path, { method, headers: { Authorization: 'Bearer ' } }))
              .status,
          ).toBe(404);
    } finally {
      await plain.close();
    }
  });

  it('it forwards nothing', async () => {
    chat.provider.forget();
    for (const path of ['/v1/models', '/v1/chat/completions', '/'])
      expect((await fetch(chat.sidecar.adminUrl + path)).status).toBe(404);
    expect(chat.provider.requests).toHaveLength(0);
  });
});

describe('/cache/… is never forwarded', () => {
  it.each([
    ['GET', '/cache/nonsense'],
    ['POST', '/cache/entries'],
    ['PUT', '/cache/entries/x'],
    ['DELETE', '/cache/entries/x'],
    ['GET', '/cache/'],
    ['GET', '/cache/v1/models'],
    ['POST', '/cache/v1/chat/completions'],
    ['PATCH', '/cache/entries?all=true'],
  ])('%s %s', async (method, path) => {
    chat.provider.forget();
    const body = method === 'GET' || method === 'DELETE' ? {} : { body: '{"a":1}' };
    const headers = { Authorization: 'Bearer sk-x', 'Content-Type': 'application/json' };
    const answer = await fetch(chat.sidecar.url + path, { method, headers, ...body });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ error: { message: expect.any(String) } });
    expect(chat.provider.requests).toHaveLength(0);
  });

  it.each([
    ['an undecodable path', 'GET /cache/entries/%zz'],
    ['an absolute target', 'GET http://provider.test/cache/nonsense'],
    ['no slash', 'GET /cache'],
    ['a query', 'GET /cache?all=true'],
    ['a method that nobody knows', 'PROPFIND /cache/entries'],
  ])('nor %s', async (_, line) => {
    chat.provider.forget();
    const [method = '', target = ''] = line.split(' ');
    const { response } = await exchange(chat.sidecar.url, request(method, target, [['Host', 'x']]));
    expect(response?.status).toBe(404);
    expect(chat.provider.requests).toHaveLength(0);
  });

  it('and a path that only begins like it is', async () => {
    chat.provider.forget();
    await fetch(`${chat.sidecar.url}/cached/things`, { headers: { Authorization: 'Bearer sk-x' } });
    expect(chat.provider.requests.map(({ path }) => path)).toEqual(['/cached/things']);
  });
});
