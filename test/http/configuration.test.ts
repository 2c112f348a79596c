import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { type Chat, startChat } from '../support/chat.ts';
import { inherited } from '../support/inherited.ts';
import { part } from '../support/require.ts';
import { configFile, eventually } from '../support/wire/index.ts';
import { realModel } from '../unit/sidecar/embedders/real-model.ts';

/** The configuration as an operator meets it: of a process, by its output, its exit code and what it does. */
const cli = fileURLToPath(new URL('../../cli.ts', import.meta.url));
const model = await realModel();
const withModel = part('model', 'files' in model, 'missing' in model ? model.missing : '');

/** A start that is expected to fail. */
async function start(environment: Record<string, string>, ...words: string[]) {
  const child = spawn(process.execPath, [cli, ...(words.length > 0 ? words : ['serve'])], {
    env: { ...inherited(), FOURFOLD_PORT: '0', FOURFOLD_ADMIN_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 20_000,
  });
  const [out, faults, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { out, lines: faults.split('\n').filter(Boolean), code };
}

describe('a start that cannot be', () => {
  it('prints one line for each fault of the environment, and ends with 2', async () => {
    const { code, lines, out } = await start({
      FOURFOLD_THRESHOLD: '1.5',
      FOURFOLD_TTL: 'soon',
      FOURFOLD_MODE: 'fast',
      FOURFOLD_PARTITION_BY: 'none,credential',
      FOURFOLD_TRESHOLD: '0.9',
      FOURFOLD_PORT: '70000',
    });
    expect(code).toBe(2);
    expect(out).toBe('');
    const named = lines.map((line) => line.split(':')[0]).sort();
    expect(named).toEqual([
      'FOURFOLD_MODE',
      'FOURFOLD_PARTITION_BY',
      'FOURFOLD_PORT',
      'FOURFOLD_THRESHOLD',
      'FOURFOLD_TRESHOLD',
      'FOURFOLD_TTL',
    ]);
    const of = (name: string) => lines.find((line) => line.startsWith(`${name}:`)) ?? '';
    expect(of('FOURFOLD_THRESHOLD')).toMatch(/expected .*, found 1\.5/);
    expect(of('FOURFOLD_TTL')).toMatch(/expected a duration .*, found "soon"/);
    expect(of('FOURFOLD_TRESHOLD')).toContain('did you mean FOURFOLD_THRESHOLD?');
  });

  it('names file, line and field for each fault of a file', async () => {
    const file = configFile({});
    writeFileSync(file, 'threshold: 0.9\nttl: never\nphases:\n  semantik:\n    enabled: true\n');
    const { code, lines } = await start({ FOURFOLD_CONFIG: file });
    expect(code).toBe(2);
    expect(lines).toHaveLength(2);
    expect(lines.join('\n')).toContain(`${file}:2 ttl: expected a duration`);
    expect(lines.join('\n')).toContain(`${file}:4 phases.semantik`);
  });

  it.each([
    [
      'a file that is not there',
      { FOURFOLD_CONFIG: '/nowhere/config.yaml' },
      /^\/nowhere\/config\.yaml: expected a readable file, found no such file$/,
    ],
    [
      'a token file that is not there',
      { FOURFOLD_ADMIN_TOKEN_FILE: '/nowhere/token' },
      /^FOURFOLD_ADMIN_TOKEN_FILE: expected .*, found no such file$/,
    ],
    ['a store that nobody knows', { FOURFOLD_STORE: 'mysql://db' }, /^FOURFOLD_STORE: expected /],
    [
      'an upstream that is no URL',
      { FOURFOLD_OPENAI_UPSTREAM: 'provider' },
      /^FOURFOLD_OPENAI_UPSTREAM: expected /,
    ],
  ])('%s', async (_, environment, line) => {
    const { code, lines } = await start(environment);
    expect({ code, lines }).toEqual({ code: 2, lines: [expect.stringMatching(line)] });
  });

  it('a command that nobody knows ends with 2, none at all shows the commands', async () => {
    const unknown = await start({}, 'server');
    expect(unknown).toMatchObject({ code: 2, out: '' });
    expect(unknown.lines[0]).toBe('fourfold: unknown command: server');
    const help = await start({}, '--help');
    expect(help).toMatchObject({ code: 0, lines: [] });
    expect(help.out).toContain('fourfold serve');
    expect(await start({}, '--version')).toMatchObject({
      code: 0,
      out: `fourfold ${packageJson.version}\n`,
      lines: [],
    });
  });

  it.each(['serve', 'operator', 'inject', 'export', 'import', 'warm', 'mcp', 'tune'])(
    '%s --help says how it is used',
    async (command) => {
      const { code, out, lines } = await start({}, command, '--help');
      expect({ code, lines }).toEqual({ code: 0, lines: [] });
      expect(out).toMatch(new RegExp(`^  fourfold ${command} `));
      expect(out.match(/^ {2}fourfold /gm)).toHaveLength(1);
    },
  );

  it('where a port is taken or a folder cannot be, says so in one line and ends with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);
    const folder = mkdtempSync(join(tmpdir(), 'fourfold-test-'));
    const file = join(folder, 'file');
    writeFileSync(file, '');
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: process.pid, host: hostname() }));
    for (const [environment, line] of [
      [
        { FOURFOLD_PORT: port },
        `already in use 127.0.0.1:${port}; FOURFOLD_PORT and FOURFOLD_ADMIN_PORT choose others`,
      ],
      [{ FOURFOLD_STORE: `memory://${file}` }, `'${file}'`],
      [{ FOURFOLD_STORE: `memory://${folder}` }, 'the folder is in use by process'],
      // Where nobody can make one, node's own way of making folders begins again for ever.
      ...(existsSync('/proc/self')
        ? ([[{ FOURFOLD_STORE: 'memory:///proc/x/y' }, 'store: expected a folder']] as const)
        : []),
    ] as const) {
      const { code, lines } = await start(environment);
      expect({ code, lines }).toEqual({ code: 1, lines: [expect.stringContaining(line)] });
      expect(lines[0]).toMatch(/^fourfold: /);
    }
    other.close();
  });
});

it('the environment wins over the file, and the file over the defaults', async () => {
  const file = configFile({ ttl: '10m', mode: 'off', maxEntries: 7 });
  const chat = await startChat({ FOURFOLD_CONFIG: file, FOURFOLD_MODE: 'serve' });
  try {
    await chat.ask('What is Rust?');
    const { phase, cacheStatus } = await chat.ask('What is Rust?');
    expect(phase).toBe('fingerprint');
    expect(ttlOf(cacheStatus)).toBeGreaterThan(590);
    expect(ttlOf(cacheStatus)).toBeLessThanOrEqual(600);
  } finally {
    await chat.close();
  }
});

describe('a file that changes while the process runs', () => {
  let chat: Chat;
  const file = configFile({ threshold: 0.999, ttl: '1h' });
  const configure = (content: object | string) =>
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  let asked = 0;
  beforeAll(async () => {
    const token = `${file}.token`;
    writeFileSync(token, 'admin\n');
    const settings = { FOURFOLD_CONFIG: file, FOURFOLD_ADMIN_TOKEN_FILE: token };
    chat = await startChat(settings, { model: withModel });
  });
  afterAll(() => chat?.close());

  /** How other words of a stored question are answered, each time for somebody new. */
  const paraphrase = async () => {
    const key = `paraphrase ${asked++}`;
    await chat.ask('How do I reset my password?', { key });
    return chat.ask('What are the steps to reset my password?', { key });
  };
  const lifetime = async () => {
    const key = `lifetime ${asked++}`;
    await chat.ask('What is Rust?', { key });
    return ttlOf((await chat.ask('What is Rust?', { key })).cacheStatus);
  };
  const rejections = async () =>
    Number(
      /^fourfold_configuration_rejected_total (\d+)$/m.exec(
        await (await fetch(`${chat.sidecar.adminUrl}/metrics`)).text(),
      )?.[1],
    );
  const logged = (message: string) => chat.sidecar.log.filter(({ msg }) => msg === message);

  it.skipIf(!withModel)('the threshold follows it', async () => {
    expect(await paraphrase()).toMatchObject({ phase: 'miss', reason: 'threshold' });
    configure({ threshold: 0.9, ttl: '1h' });
    await until(async () => (await paraphrase()).phase === 'semantic');
    configure({ threshold: 0.999, ttl: '1h' });
    await until(async () => (await paraphrase()).phase === 'miss');
  });

  it('the lifetime follows it, of what is stored from then on', async () => {
    expect(await lifetime()).toBeGreaterThan(3_500);
    configure({ ttl: '10m' });
    await until(async () => (await lifetime()) <= 600);
    expect(chat.provider.stats().aborted).toBe(0);
  });

  it('a bad one changes nothing, is logged and counted; the next good one is taken', async () => {
    configure({ ttl: '10m' });
    await until(async () => (await lifetime()) <= 600);
    const before = await rejections();
    configure('ttl: never\nmode: off\n');
    await until(async () => (await rejections()) > before);
    expect(await lifetime()).toSatisfy((ttl: number) => ttl > 590 && ttl <= 600);
    await eventually(() => logged('configuration rejected; the last good one stays').length > 0);
    const [line] = logged('configuration rejected; the last good one stays');
    expect(line).toMatchObject({ level: 50, faults: [expect.stringContaining('ttl: expected a duration')] });
    const stats = (await (await fetch(`${chat.sidecar.adminUrl}/stats`)).json()) as {
      configurationsRejected: number;
    };
    expect(stats.configurationsRejected).toBe(await rejections());
    configure({ ttl: '20m' });
    await until(async () => (await lifetime()) > 1_190);
  });

  it('what needs a restart is said, and waits for it', async () => {
    configure({ ttl: '30m', store: 'memory:///nowhere' });
    await until(async () => (await lifetime()) > 1_790);
    await eventually(() =>
      logged('configuration changed').some(({ needsRestart }) => String(needsRestart) === 'store'),
    );
    expect((await chat.ask('What is Rust?', { key: 'same store' })).status).toBe(200);
  });

  it('the largest bodies that the cache itself takes follow it', async () => {
    const status = async (method: string, url: string, type: string, body: string) => {
      const headers = { Authorization: 'Bearer admin', 'Content-Type': type };
      const response = await fetch(url, { method, headers, body });
      const { error } = (await response.json()) as { error?: { field?: string } };
      expect(error?.field).toBe(response.status === 413 ? 'body' : undefined);
      return response.status;
    };
    const request = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'What is Rust?' }] };
    const given = { path: '/v1/chat/completions', request, answer: 'x'.repeat(20_000) };
    const answered = () =>
      status('PUT', `${chat.sidecar.url}/cache/answers`, 'application/json', JSON.stringify(given));
    const imported = () =>
      status('POST', `${chat.sidecar.adminUrl}/cache/import`, 'application/x-ndjson', ' '.repeat(5_000_000));
    expect([await answered(), await imported()]).toEqual([201, 200]);
    configure({ maxRequestBytes: '10Ki', maxEntryBytes: '1Ki' });
    await until(async () => (await answered()) === 413);
    expect(await imported()).toBe(413);
    configure({ maxRequestBytes: '1Mi', maxEntryBytes: '1Mi' });
    await until(async () => (await answered()) === 201);
    expect(await imported()).toBe(200);
  });

  it('phases and mode follow it too', async () => {
    configure({ mode: 'off' });
    await until(async () => (await chat.ask('What is Rust?')).reason === 'off');
    configure({ phases: { fingerprint: { enabled: false }, nearMiss: { enabled: false } } });
    await until(async () => (await chat.ask('What is Rust?')).phase === 'exact');
  });
});

it('K17, K18: in a pod, a file that it does not understand: it forwards, says so, and caches when it does', async () => {
  const file = configFile({ fieldOfTomorrow: 1 });
  const chat = await startChat({ FOURFOLD_CONFIG: file, FOURFOLD_CONFIG_OPTIONAL: 'true' });
  const rejected = async () => {
    const stats = (await (await fetch(`${chat.sidecar.adminUrl}/stats`)).json()) as {
      rejectedConfiguration?: { hash: string; fault: string };
    };
    return stats.rejectedConfiguration;
  };
  try {
    expect((await fetch(`${chat.sidecar.adminUrl}/readyz`)).status).toBe(200);
    for (const _ of [1, 2])
      expect(await chat.ask('What is Rust?')).toMatchObject({ status: 200, phase: 'bypass', reason: 'off' });
    await until(async () => (await rejected()) !== undefined);
    expect(await rejected()).toEqual({
      hash: createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12),
      fault: expect.stringContaining('fieldOfTomorrow: unknown field'),
    });
    writeFileSync(file, 'ttl: 1h\n');
    await until(async () => (await chat.ask('What is Rust?')).phase === 'fingerprint');
    expect(await rejected()).toBeUndefined();
  } finally {
    await chat.close();
  }
});

const ttlOf = (cacheStatus: string | undefined) => Number(/ttl=(\d+)/.exec(cacheStatus ?? '')?.[1]);

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; ) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not within ten seconds: ${holds}`);
}
