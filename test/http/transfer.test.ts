import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Agents } from '../support/agents/calls.ts';
import { type Chat, type Reply, said, startChat } from '../support/chat.ts';
import { inherited } from '../support/inherited.ts';
import { type Provider, startProvider } from '../support/provider/index.ts';
import { part } from '../support/require.ts';
import { realModel } from '../unit/sidecar/embedders/real-model.ts';

vi.setConfig({ testTimeout: 120_000 });

/** `fourfold export`, `import` and `warm`, from one running sidecar into another. */
const model = await realModel();
const withModel = part('model', 'files' in model, 'missing' in model ? model.missing : '');

const cli = fileURLToPath(new URL('../../cli.ts', import.meta.url));
interface Ended {
  readonly code: number;
  readonly out: string;
  readonly faults: readonly string[];
}
const fourfold = (...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [cli, ...args], { env: inherited(), timeout: 60_000 }, (error, out, faults) =>
      resolve({ code: Number(error?.code ?? 0), out, faults: faults.split('\n').filter(Boolean) }),
    );
  });

let folder: string;
let token: string;
let provider: Provider;
const chats: Chat[] = [];
beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider.close());
afterEach(async () => {
  for (const chat of chats.splice(0)) await chat.close();
});

async function start(settings: Record<string, string> = {}, options: object = {}): Promise<Chat> {
  folder ??= mkdtempSync(join(tmpdir(), 'fourfold-test-'));
  token = join(folder, 'token');
  writeFileSync(token, 'admin\n');
  const chat = await startChat({ FOURFOLD_ADMIN_TOKEN_FILE: token, ...settings }, { provider, ...options });
  chats.push(chat);
  return chat;
}
const exported = (from: Chat, file: string) =>
  fourfold('export', file, '--from', from.sidecar.adminUrl, '--token-file', token);
const imported = (file: string, to: Chat) =>
  fourfold('import', file, '--to', to.sidecar.adminUrl, '--token-file', token);
const only = { headers: { 'Cache-Control': 'only-if-cached' } };
const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('a cache that is carried into another', () => {
  const stored = ['What is the capital of Wales?', 'How do I reset my password?', 'What is 2 + 2?'];
  const typed = 'What is the captial of Wales?';

  it.each(['parquet', 'jsonl'])(
    'as .%s answers there as it did, and doing it twice changes nothing',
    async (ending) => {
      const one = await start();
      const replies: Reply[] = [];
      for (const question of stored)
        replies.push(
          await one.ask(question, { headers: { 'x-fourfold-tags': 'faq', 'x-fourfold-sources': 'doc-1' } }),
        );
      await one.ask(stored[0] ?? '', { key: 'other' });
      const file = join(folder, `cache.${ending}`);
      expect(await exported(one, file)).toMatchObject({ code: 0, out: `${file}: 4 rows\n` });
      expect(statSync(file).mode & 0o777).toBe(0o600);

      const two = await start();
      expect(await imported(file, two)).toEqual({
        code: 0,
        out: `${file}: 4 stored, 0 embedded anew and stored, 0 known already, 0 refused\n`,
        faults: [],
      });
      for (const [at, question] of stored.entries()) {
        const reply = await two.ask(question, only);
        expect(reply).toMatchObject({ status: 200, phase: 'exact', entry: replies[at]?.entry });
        expect(said(reply)).toBe(said(replies[at] as Reply));
      }
      expect(await two.ask(stored[1] ?? '', { ...only, key: 'other' })).toMatchObject({ status: 504 });
      expect(await imported(file, two)).toMatchObject({
        code: 0,
        out: `${file}: 0 stored, 0 embedded anew and stored, 4 known already, 0 refused\n`,
      });
      // What is known of an entry came along: its tags, and when it ends.
      const about = async (chat: Chat) => {
        const url = `${chat.sidecar.adminUrl}/cache/entries/${replies[0]?.entry}`;
        return (await (await fetch(url, { headers: { Authorization: 'Bearer admin' } })).json()) as Record<
          string,
          unknown
        >;
      };
      const { age: _, ttl: __, ...before } = await about(one);
      expect(await about(two)).toMatchObject({ ...before, tags: ['faq'], sources: ['doc-1'] });
    },
  );

  it.each(['parquet', 'jsonl'])(
    'as .%s has the results of agents too, under every name that their calls take',
    async (ending) => {
      const [tool, id, tag] = ['t'.repeat(1_024), 'i'.repeat(1_024), 'g'.repeat(256)];
      const one = await start();
      const before = new Agents(one.sidecar.url);
      expect(await before.keep(tool, { path: '/a' }, { text: 'A' })).toMatchObject({ status: 201 });
      const results = [{ id, text: 'B' }, { id: 7 }];
      expect(await before.memorize('Who is it?', ['', tag], results)).toMatchObject({ status: 201 });
      const file = join(folder, `results.${ending}`);
      expect(await exported(one, file)).toMatchObject({ code: 0, out: `${file}: 2 rows\n` });

      const two = await start();
      expect(await imported(file, two)).toEqual({
        code: 0,
        out: `${file}: 2 stored, 0 embedded anew and stored, 0 known already, 0 refused\n`,
        faults: [],
      });
      const after = new Agents(two.sidecar.url);
      expect(await after.lookup(tool, { path: '/a' })).toMatchObject({ hit: true, result: { text: 'A' } });
      expect(await after.recall('Who is it?', ['', tag])).toMatchObject({ hit: true, results });
      for (const condition of [`tool=${tool}`, `source=${id}&tag=${tag}`])
        expect(await after.call('DELETE', `/cache/entries?${condition}`)).toEqual({
          status: 200,
          body: { removed: 1 },
        });
    },
  );

  it('does not answer there what was reported wrong here', async () => {
    const one = await start();
    const { entry } = await one.ask(stored[0] ?? '');
    expect(await one.ask(typed)).toMatchObject({ phase: 'near-miss', entry });
    await fetch(`${one.sidecar.url}/cache/feedback`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json' },
      body: JSON.stringify({ entry, verdict: 'wrong', prompt: typed }),
    });
    const file = join(folder, 'blocks.parquet');
    await exported(one, file);
    const two = await start();
    expect(await imported(file, two)).toMatchObject({ code: 0 });
    expect(await two.ask(stored[0] ?? '', only)).toMatchObject({ phase: 'exact' });
    expect(await two.ask(typed, only)).toMatchObject({ status: 504, reason: 'feedback' });
  });

  it('keeps out each row that does not hold together, says where it is and why, and takes the others', async () => {
    const one = await start();
    for (const question of stored) await one.ask(question);
    const file = join(folder, 'rows.jsonl');
    await exported(one, file);
    const [a = {}, b = {}, c = {}] = linesOf(file);
    const rows = [
      a,
      { ...b, text: 'What is the capital of England?' },
      { ...b, expiresAt: '2020-01-01T00:00:00.000Z' },
      { ...b, createdAt: '2020-01-01T00:00:00.000Z', expiresAt: '2020-01-02T00:00:00.000Z' },
      { ...b, expiresAt: '2199-01-01T00:00:00.000Z' },
      { ...b, scope: 'everybody' },
      { ...b, partition: undefined },
      { ...b, answer: '{"choices": []}' },
      { ...b, answer: 'no JSON' },
      { ...b, dialect: 'my-own' },
      { ...b, tags: ['fine', 7] },
      { ...b, tokens: -1 },
      { kind: 'block', pair: 'short' },
      { kind: 'other' },
      [],
    ].map((row) => JSON.stringify(row));
    writeFileSync(file, [...rows, '{"kind": "entry', '', JSON.stringify(c)].join('\n'));

    const two = await start();
    const { code, out, faults } = await imported(file, two);
    expect(code).toBe(1);
    expect(out).toContain('2 stored, 0 embedded anew and stored, 0 known already, 15 refused');
    expect(
      faults.toSorted((x, y) => Number(/line (\d+)/.exec(x)?.[1]) - Number(/line (\d+)/.exec(y)?.[1])),
    ).toEqual([
      expect.stringContaining('line 2: exactKey: expected the hash of scope and text, found another'),
      expect.stringContaining('line 3: expiresAt: expected a time after createdAt, found 2020-01-01'),
      expect.stringContaining('line 4: expiresAt: ended at 2020-01-02'),
      expect.stringContaining('line 5: expiresAt: lies more than a year ahead'),
      expect.stringContaining('line 6: scope: expected a SHA-256 in hex, found everybody'),
      expect.stringContaining('line 7: partition: expected a text, found none'),
      expect.stringContaining('line 8: answer: expected an answer of openai-chat, found malformed'),
      expect.stringContaining('line 9: answer: expected an answer of openai-chat, found malformed'),
      expect.stringContaining('line 10: dialect: expected one of openai-chat'),
      expect.stringContaining('line 11: tags: expected a list of at most 10000 names'),
      expect.stringContaining('line 12: tokens: expected a whole number from 0 on, found -1'),
      expect.stringContaining(
        'line 13: pair: expected 22 characters of base64url, after 11 and a dot, found short',
      ),
      expect.stringContaining('line 14: kind: expected "entry" or "block", found other'),
      expect.stringContaining('line 15: expected a JSON object, found a list'),
      expect.stringContaining('line 16: expected a JSON object, found what is not JSON'),
    ]);
    expect(await two.ask('What is the capital of England?', only)).toMatchObject({ status: 504 });
  });

  it('needs the token, a file that can be read, and somebody who answers', async () => {
    const chat = await start();
    const file = join(folder, 'nothing.parquet');
    const { adminUrl } = chat.sidecar;
    expect(await fourfold('export', file, '--from', adminUrl)).toMatchObject({
      code: 2,
      faults: [expect.stringContaining('--token-file: expected the file of the admin token')],
    });
    const wrong = join(folder, 'wrong');
    writeFileSync(wrong, 'guess');
    expect(await fourfold('export', file, '--from', adminUrl, '--token-file', wrong)).toMatchObject({
      code: 1,
      faults: [expect.stringContaining('answered 401')],
    });
    expect(
      await fourfold('export', file, '--from', 'http://127.0.0.1:9', '--token-file', wrong),
    ).toMatchObject({
      code: 1,
      faults: [expect.stringContaining('nobody answers there')],
    });
    expect(await fourfold('export', join(folder, 'cache.txt'))).toMatchObject({
      code: 2,
      faults: [
        `fourfold export: ${join(folder, 'cache.txt')}: expected a name that ends in .parquet, .jsonl`,
      ],
    });
    expect(await fourfold('export', join(folder, 'cache.csv'))).toMatchObject({ code: 2 });
    const nowhere = join(folder, 'nowhere');
    for (const [from, expected] of [
      ['localhost:4115', 'memory:// or memory:///a/directory, or a URL that begins with redis://, '],
      [`memory://${nowhere}`, 'memory:// and a directory that is there, found "memory:///'],
      ['memory://', 'memory:///a/directory: without one all ends with this command, found "memory://"'],
      ['redis://', ''],
    ] as const)
      expect(await fourfold('export', file, '--from', from), from).toMatchObject({
        code: 2,
        faults: [expect.stringContaining(`--from: expected the URL of a sidecar (http://…), or ${expected}`)],
      });
    expect(existsSync(nowhere)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.includes('nothing'))).toEqual([]);
    const refused = await fetch(`${chat.sidecar.url}/cache/export`, {
      headers: { Authorization: 'Bearer admin' },
    });
    expect(refused.status).toBe(404);
    for (const type of ['application/json', 'text/plain', 'text/csv']) {
      const headers = { Authorization: 'Bearer admin', 'Content-Type': type };
      const sent = await fetch(`${adminUrl}/cache/import`, { method: 'POST', headers, body: '{}' });
      expect([sent.status, await sent.json()]).toEqual([
        415,
        {
          error: {
            message: `content-type: expected application/x-ndjson, found "${type}"`,
            field: 'content-type',
          },
        },
      ]);
    }
  });
});

describe.skipIf(!withModel)('vectors', () => {
  const stored = 'How do I reset my password?';
  const asked = 'What are the steps to reset my password?';

  it('come along, those of another model are made anew, and bad ones are refused', async () => {
    const settings = {
      FOURFOLD_CONFIG: join(mkdtempSync(join(tmpdir(), 'fourfold-test-')), 'fourfold.yaml'),
    };
    writeFileSync(
      settings.FOURFOLD_CONFIG,
      'phases: {nearMiss: {enabled: false}, fingerprint: {enabled: false}}\n',
    );
    const one = await start(settings, { model: true });
    const { entry } = await one.ask(stored);
    const file = join(folder, 'vectors.parquet');
    const lines = join(folder, 'vectors.jsonl');
    await vi.waitFor(
      async () => expect(await one.ask(asked, only)).toMatchObject({ phase: 'semantic', entry }),
      20_000,
    );
    const { similarity } = await one.ask(asked, only);
    await exported(one, file);
    await exported(one, lines);

    const two = await start(settings, { model: true });
    expect(await imported(file, two)).toMatchObject({
      code: 0,
      out: expect.stringContaining('1 stored, 0 embedded'),
    });
    expect(await two.ask(asked, only)).toMatchObject({ phase: 'semantic', entry, similarity });

    const [row = {}] = linesOf(lines);
    const own = row.vector as number[];
    expect(own).toHaveLength(384);
    writeFileSync(lines, JSON.stringify({ ...row, vector: own.slice(1) }));
    const three = await start(settings, { model: true });
    expect(await imported(lines, three)).toMatchObject({
      code: 1,
      faults: [expect.stringContaining('line 1: vector: expected 384 numbers of length 1, found 383')],
    });
    writeFileSync(lines, JSON.stringify({ ...row, embeddingModel: 'other', vector: [1, 2, 3] }));
    expect(await imported(lines, three)).toMatchObject({
      code: 0,
      out: expect.stringContaining('0 stored, 1 embedded anew'),
    });
    expect(await three.ask(asked, only)).toMatchObject({ phase: 'semantic', entry, similarity });
  });

  it('a folder of a sidecar that has ended is a cache too; one that runs keeps it for itself', async () => {
    const store = `memory://${mkdtempSync(join(tmpdir(), 'fourfold-test-'))}`;
    const one = await start({ FOURFOLD_STORE: store }, { model: true });
    const { entry } = await one.ask(stored);
    const file = join(folder, 'folder.parquet');
    expect(await fourfold('export', file, '--from', store)).toMatchObject({ code: 1 });
    await one.sidecar.close();
    expect(await fourfold('export', file, '--from', store)).toMatchObject({
      code: 0,
      out: `${file}: 1 rows\n`,
    });
    const other = `memory://${mkdtempSync(join(tmpdir(), 'fourfold-test-'))}`;
    expect(await fourfold('import', file, '--to', other)).toMatchObject({ code: 0 });
    const two = await start({ FOURFOLD_STORE: other });
    expect(await two.ask(stored, only)).toMatchObject({ phase: 'exact', entry });
  });
});

describe('questions that somebody has answered', () => {
  const template = (body: object) => {
    const file = join(folder, 'request.json');
    writeFileSync(file, JSON.stringify(body));
    return file;
  };
  const faq = (name: string, content: string) => {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  };
  const chatTemplate = () => ({
    model: 'gpt-4o-mini',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: '{{question}}' },
    ],
  });
  const bodyOf = (content: string) => ({
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content },
    ],
  });

  it('answer a cold cache: in JSON and as a stream, for whoever has that credential, with their tags', async () => {
    // Their words find them by meaning.
    const chat = await start({}, { model: true });
    const calls = provider.requests.length;
    const csv = faq(
      'faq.csv',
      'question,answer,tags,ttl\n"How do I cancel, please?","In the settings, under ""Plan"".","billing,plans",10m\nWhere are you?,In Cardiff.,,\n',
    );
    expect(
      await fourfold(
        'warm',
        csv,
        '--request',
        template(chatTemplate()),
        '--url',
        chat.sidecar.url,
        '-H',
        'Authorization: Bearer sk-test',
      ),
    ).toEqual({
      code: 0,
      out: `${csv}: 2 stored (0 of them for exactly these words), 0 refused\n`,
      faults: [],
    });
    const reply = await chat.ask(bodyOf('how do I cancel'), only);
    expect(reply).toMatchObject({
      status: 200,
      phase: expect.stringMatching(/fingerprint|near-miss|exact|semantic/),
    });
    expect(said(reply)).toBe('In the settings, under "Plan".');
    expect(Number(/ttl=(\d+)/.exec(reply.cacheStatus ?? '')?.[1])).toBeLessThanOrEqual(600);
    const stream = await chat.ask({ ...bodyOf('Where are you?'), stream: true }, only);
    expect(stream.body).toContain('Cardiff');
    expect(stream.body).toContain('[DONE]');
    expect(await chat.ask(bodyOf('Where are you?'), { ...only, key: 'other' })).toMatchObject({
      status: 504,
    });
    expect(await chat.ask({ messages: [{ role: 'user', content: 'Where are you?' }] }, only)).toMatchObject({
      status: 504,
    });
    const url = `${chat.sidecar.adminUrl}/cache/entries?tag=billing&dryRun=true`;
    const counted = await fetch(url, { method: 'DELETE', headers: { Authorization: 'Bearer admin' } });
    expect(await counted.json()).toEqual({ removed: 1 });
    expect(provider.requests.length).toBe(calls);
  });

  it('are taken for the other APIs too', async () => {
    const chat = await start();
    const lines = faq('faq.jsonl', '{"question": "Where are you?", "answer": "In Cardiff."}\n');
    const requests: [path: string, body: object, ask: object][] = [
      [
        '/v1/messages',
        { model: 'claude-sonnet-4-5', max_tokens: 99, messages: [{ role: 'user', content: '{{question}}' }] },
        {
          model: 'claude-sonnet-4-5',
          max_tokens: 99,
          messages: [{ role: 'user', content: 'Where are you?' }],
        },
      ],
      [
        '/v1/responses',
        { model: 'gpt-4o', input: '{{question}}' },
        { model: 'gpt-4o', input: 'Where are you?' },
      ],
      [
        '/v1beta/models/gemini-2.5-flash:generateContent',
        { contents: [{ role: 'user', parts: [{ text: '{{question}}' }] }] },
        { contents: [{ role: 'user', parts: [{ text: 'Where are you?' }] }] },
      ],
      [
        '/v1/completions',
        { model: 'gpt-3.5-turbo-instruct', prompt: '{{question}}' },
        { model: 'gpt-3.5-turbo-instruct', prompt: 'Where are you?' },
      ],
    ];
    for (const [path, body, question] of requests) {
      const args = [
        '--request',
        template(body),
        '--path',
        path,
        '--url',
        chat.sidecar.url,
        '-H',
        'Authorization: Bearer sk-test',
      ];
      expect(await fourfold('warm', lines, ...args), path).toMatchObject({ code: 0 });
      const answer = await fetch(`${chat.sidecar.url}${path}`, {
        method: 'POST',
        headers: {
          authorization: 'Bearer sk-test',
          'content-type': 'application/json',
          'cache-control': 'only-if-cached',
        },
        body: JSON.stringify(question),
      });
      expect([answer.status, await answer.text()], path).toEqual([
        200,
        expect.stringContaining('In Cardiff.'),
      ]);
    }
  });

  it('that cannot be taken are told with their line and the reason', async () => {
    const chat = await start();
    const lines = faq(
      'faq.jsonl',
      [
        '{"question": "Where are you?", "answer": "In Cardiff."}',
        '{"question": "", "answer": "In Cardiff."}',
        '{"question": "Where?"}',
        'no JSON',
        `{"question": "Is sk-proj-${'a1B2'.repeat(12)} a key?", "answer": "Yes."}`,
        '{"question": "What is a key?", "answer": "One", "ttl": "soon"}',
        '{"question": "What is a key?", "answer": "One", "ttl": {"minutes": 5}}',
        '{"question": "What is a key?", "answer": "One", "tags": ["a,b"]}',
        '{"question": "What is a key?", "answer": "One", "sources": ["a", 7]}',
        '{"question": "What is a key?", "answer": "One", "tags": "a\\nb"}',
        '{"question": "Who are you?", "answer": "Acme."}',
      ].join('\n'),
    );
    const { code, out, faults } = await fourfold(
      'warm',
      lines,
      '--request',
      template(chatTemplate()),
      '--url',
      chat.sidecar.url,
    );
    expect([code, out]).toEqual([1, `${lines}: 2 stored (0 of them for exactly these words), 9 refused\n`]);
    expect(faults).toEqual([
      expect.stringContaining('line 2: question: expected a text, found ""'),
      expect.stringContaining('line 3: answer: expected a text, found nothing'),
      expect.stringContaining('line 4: expected a JSON object'),
      expect.stringContaining('line 5: not stored: secret'),
      expect.stringContaining('line 6: x-fourfold-ttl: expected a duration'),
      expect.stringContaining('line 7: ttl: expected a duration such as 10m, or seconds, found an object'),
      expect.stringContaining('line 8: tags: expected names with commas between, or a list of names, found'),
      expect.stringContaining('line 9: sources: expected names'),
      expect.stringContaining('line 10: tags: expected names'),
    ]);
  });

  it('have the tags of any script, and the time that a number says', async () => {
    const chat = await start();
    const lines = faq(
      'scripts.jsonl',
      '{"question": "Where?", "answer": "In Cardiff.", "ttl": 60, "tags": ["日本", "faq"], "sources": "Żółw"}\n',
    );
    const headers = ['-H', 'Authorization: Bearer sk-test', '-H', 'x-fourfold-tenant: 日本'];
    const args = ['--request', template(chatTemplate()), '--url', `${chat.sidecar.url}/`, ...headers];
    expect(await fourfold('warm', lines, ...args)).toMatchObject({ code: 0, faults: [] });
    const tenant = Buffer.from('日本').toString('latin1');
    const reply = await chat.ask(bodyOf('Where?'), {
      headers: { ...only.headers, 'x-fourfold-tenant': tenant },
    });
    expect(reply).toMatchObject({ status: 200 });
    expect(Number(/ttl=(\d+)/.exec(reply.cacheStatus ?? '')?.[1])).toBeLessThanOrEqual(60);
    for (const condition of ['tag=日本', 'tag=faq', 'source=Żółw']) {
      const url = `${chat.sidecar.adminUrl}/cache/entries?${condition}&dryRun=true`;
      const counted = await fetch(url, { method: 'DELETE', headers: { Authorization: 'Bearer admin' } });
      expect(await counted.json(), condition).toEqual({ removed: 1 });
    }
  });

  it('are not taken for stored where no sidecar answers', async () => {
    const lines = faq('faq.jsonl', '{"question": "Where are you?", "answer": "In Cardiff."}\n');
    const request = ['--request', template(chatTemplate())];
    expect(await fourfold('warm', lines, ...request, '--url', 'http://127.0.0.1:4114/v1')).toMatchObject({
      code: 2,
      faults: [expect.stringContaining('--url: expected a base URL such as http://127.0.0.1:4114, found')],
    });
    // Says 200 to whatever it is asked.
    const other = createServer((_, response) => response.end('{"object": "list"}')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    expect(await fourfold('warm', lines, ...request, '--url', url)).toMatchObject({
      code: 1,
      out: '',
      faults: [expect.stringContaining(`${url}: expected a sidecar's port for the application`)],
    });
    other.close();
  });

  const put = async (chat: Chat, body: string) => {
    const response = await fetch(`${chat.sidecar.url}/cache/answers`, {
      method: 'PUT',
      headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json' },
      body,
    });
    return { status: response.status, ...((await response.json()) as object) };
  };
  const given = (request: string, answer: string) =>
    `{"path": "/v1/chat/completions", "request": ${request}, "answer": ${JSON.stringify(answer)}}`;

  it('take the place of what was answered before, in every phase', async () => {
    const chat = await start();
    const question = 'What is the capital of Australia?';
    const wording = 'what is the capital of australia';
    const { entry } = await chat.ask(question);
    expect(await chat.ask(wording, only)).toMatchObject({ phase: 'fingerprint', entry });
    // The body that the application sends, as the provider has it.
    const request = provider.requests.at(-1)?.body.toString() ?? '';
    expect(await put(chat, given(request, 'Canberra, corrected.'))).toMatchObject({ status: 201, entry });
    for (const each of [question, wording, question])
      expect(said(await chat.ask(each, only)), each).toBe('Canberra, corrected.');
  });

  it('stand under the numbers that the application sends, however long', async () => {
    const chat = await start();
    const bodyWith = (question: string) =>
      `{"model": "gpt-4o-mini", "temperature": 1.0, "seed": 12345678901234567891, "messages": [{"role": "user", "content": "${question}"}]}`;
    expect(await put(chat, given(bodyWith('Who?'), 'Acme.'))).toMatchObject({ status: 201 });
    expect(said(await chat.ask('', { ...only, raw: bodyWith('Who?') }))).toBe('Acme.');
    const file = join(folder, 'digits.json');
    writeFileSync(file, bodyWith('{{question}}'));
    const lines = faq('digits.jsonl', '{"question": "Where?", "answer": "In Cardiff."}');
    const args = ['--request', file, '--url', chat.sidecar.url, '-H', 'Authorization: Bearer sk-test'];
    expect(await fourfold('warm', lines, ...args)).toMatchObject({ code: 0 });
    expect(said(await chat.ask('', { ...only, raw: bodyWith('Where?') }))).toBe('In Cardiff.');
  });

  it('hold nobody up: a request of more values than the cache reads is not taken, nor what is no JSON', async () => {
    const chat = await start();
    const values = (count: number) =>
      `{"model": "m", "messages": [{"role": "user", "content": "Who?"}], "x": [${Array(count).fill('1')}]}`;
    expect(await put(chat, given(values(600_000), 'Acme.'))).toEqual({
      status: 200,
      stored: false,
      reason: 'too-complex',
    });
    expect(await put(chat, given(values(19_000), 'Acme.'))).toMatchObject({ status: 201 });
    expect(await put(chat, '{"path": ')).toMatchObject({
      status: 400,
      error: { field: 'body', message: expect.stringContaining('expected JSON') },
    });
    expect(await put(chat, given('7', 'Acme.'))).toMatchObject({ status: 400, error: { field: 'request' } });
  });

  it('need a request with one place for the question', async () => {
    const lines = faq('faq.jsonl', '');
    for (const [body, fault] of [
      [{ messages: [] }, 'expected {{question}} once, found it 0 times'],
      [{ a: '{{question}}', b: '{{question}}' }, 'expected {{question}} once, found it 2 times'],
    ] as const)
      expect(await fourfold('warm', lines, '--request', template(body))).toMatchObject({
        code: 2,
        faults: [expect.stringContaining(fault)],
      });
    expect(await fourfold('warm', lines)).toMatchObject({
      code: 2,
      faults: [expect.stringContaining('--request: expected')],
    });
  });
});
