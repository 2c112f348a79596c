import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Connected,
  connect,
  connectUrl,
  counting,
  everything,
  filesystem,
  wrapped,
  wrappedUrl,
} from '../support/mcp/index.ts';
import { freePort } from '../support/redis/server.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar.ts';
import { eventually } from '../support/wire/index.ts';

// Each test starts several processes, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

/** `fourfold mcp`: an unmodified client of the official SDK, and official servers behind it. */
const own = ['--store', 'memory://'];
let folder: string;
const open: Connected[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fourfold-mcp-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map(({ client }) => client.close()));
  await rm(folder, { recursive: true, force: true });
});
async function connected(...how: Parameters<typeof connect>): Promise<Connected> {
  const made = await connect(...how);
  open.push(made);
  return made;
}
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe('server-everything', () => {
  it('is the same behind it: capabilities, tools, prompts, resources, results; repeated results too', async () => {
    const env = { SOMETHING: 'same' };
    const [direct, behind] = await Promise.all([
      connected(everything, { env }),
      connected(wrapped(own, everything), { env }),
    ]);
    const told = async ({ client }: Connected) => ({
      capabilities: client.getServerCapabilities(),
      version: client.getServerVersion(),
      instructions: client.getInstructions(),
      tools: await client.listTools(),
      prompts: await client.listPrompts(),
      prompt: await client.getPrompt({ name: 'simple-prompt' }),
      resources: await client.listResources(),
      templates: await client.listResourceTemplates(),
    });
    expect(await told(behind)).toEqual(await told(direct));
    const calls: [string, Record<string, unknown>][] = [
      ['echo', { message: 'Grüße 🏰' }],
      ['get-sum', { a: 1.5, b: 2 }],
      ['get-tiny-image', {}],
      ['get-structured-content', { location: 'Chicago' }],
      ['get-annotated-message', { messageType: 'error', includeImage: true }],
      ['get-resource-links', { count: 3 }],
      ['get-resource-reference', { resourceType: 'Text', resourceId: 1 }],
      ['echo', {}],
    ];
    for (const [name, args] of calls) {
      // A resource names the time at which it was made.
      const timeless = (result: unknown) =>
        JSON.stringify(result).replaceAll(/\d+:\d\d:\d\d( [AP]M)?/g, 'now');
      const expected = await direct.call(name, args);
      const first = await behind.call(name, args);
      expect(timeless(first), name).toEqual(timeless(expected));
      expect(await behind.call(name, args), name).toEqual(first);
    }
    await behind.client.close();
    await eventually(() => /7 of 16 calls that only read were answered/.test(behind.said()));
  });

  it('progress flows, log messages flow, and updates of resources', async () => {
    const behind = await connected(wrapped(own, everything));
    const progress: number[] = [];
    const onprogress = ({ progress: at }: { progress: number }) => void progress.push(at);
    const long = { duration: 0.5, steps: 5 };
    const first = await behind.call('trigger-long-running-operation', long, { onprogress });
    // The SDK drops the last one where it arrives together with the result.
    expect(progress.slice(0, 4)).toEqual([1, 2, 3, 4]);
    // Another progress token is no other call. Soon after its start the server says that its tools have changed: what was
    // asked before that is not kept.
    await eventually(async () => {
      const heardThen = progress.length;
      expect(await behind.call('trigger-long-running-operation', long, { onprogress })).toEqual(first);
      return progress.length === heardThen;
    }, 10_000);

    const heard: string[] = [];
    behind.client.setNotificationHandler(LoggingMessageNotificationSchema, () => void heard.push('log'));
    behind.client.setNotificationHandler(ResourceUpdatedNotificationSchema, () => void heard.push('update'));
    await behind.client.setLoggingLevel('debug');
    await behind.client.subscribeResource({ uri: 'demo://resource/dynamic/text/1' });
    await behind.call('toggle-simulated-logging');
    await behind.call('toggle-subscriber-updates');
    await eventually(() => heard.includes('log') && heard.includes('update'), 20_000);
  });

  it('what the server asks the client is asked and answered: sampling, elicitation, roots', async () => {
    let roots = ['file:///one'];
    const behind = await connected(wrapped(own, everything), {
      capabilities: { sampling: {}, elicitation: {}, roots: { listChanged: true } },
      prepare: (client) => {
        client.setRequestHandler(CreateMessageRequestSchema, async () => ({
          model: 'stand-in',
          role: 'assistant',
          content: { type: 'text', text: 'sampled' },
        }));
        client.setRequestHandler(ElicitRequestSchema, async () => ({ action: 'decline' }));
        client.setRequestHandler(ListRootsRequestSchema, async () => ({
          roots: roots.map((uri) => ({ uri })),
        }));
      },
    });
    const names = async () => (await behind.client.listTools()).tools.map(({ name }) => name);
    // The server registers these when it knows what the client can do.
    await eventually(async () => (await names()).includes('get-roots-list'), 10_000);
    expect(JSON.stringify(await behind.call('trigger-sampling-request', { prompt: 'x' }))).toContain(
      'sampled',
    );
    expect(JSON.stringify(await behind.call('trigger-elicitation-request'))).toMatch(/declin/i);
    await eventually(async () => (await behind.text('get-roots-list')).includes('/one'), 10_000);
    expect(await behind.text('get-roots-list')).toContain('/one');
    roots = ['file:///two'];
    await behind.client.sendRootsListChanged();
    await eventually(async () => (await behind.text('get-roots-list')).includes('/two'), 10_000);
  });

  it('over streamable HTTP too: the same tools and results, repeats from the cache, progress and log messages', async () => {
    const port = await freePort();
    const [command = '', ...args] = everything;
    const server = spawn(command, [...args, 'streamableHttp'], {
      env: { PATH: process.env.PATH, PORT: String(port) },
      stdio: 'ignore',
    });
    try {
      const url = `http://127.0.0.1:${port}/mcp`;
      await eventually(
        () =>
          fetch(url).then(
            () => true,
            () => false,
          ),
        20_000,
      );
      const direct = await connectUrl(url);
      const behind = await connected(wrappedUrl(own, url));
      expect(behind.client.getServerCapabilities()).toEqual(direct.getServerCapabilities());
      expect(await behind.client.listTools()).toEqual(await direct.listTools());
      expect(await behind.client.listPrompts()).toEqual(await direct.listPrompts());
      for (const [name, args] of [
        ['echo', { message: 'hi' }],
        ['get-tiny-image', {}],
        ['get-structured-content', { location: 'Chicago' }],
      ] as const) {
        const expected = await direct.callTool({ name, arguments: args });
        for (const _ of ['asked', 'repeated']) expect(await behind.call(name, args), name).toEqual(expected);
      }
      await direct.close();
      const logged: unknown[] = [];
      behind.client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
        logged.push(params);
      });
      await behind.client.setLoggingLevel('debug');
      await behind.call('toggle-simulated-logging');
      await eventually(() => logged.length > 0, 20_000);
      // That one is not said to only read, so with it all that was kept has gone.
      expect(await behind.text('echo', { message: 'hi' })).toBe('Echo: hi');
      const progress: number[] = [];
      await behind.call(
        'trigger-long-running-operation',
        { duration: 0.3, steps: 3 },
        {
          onprogress: ({ progress: at }) => void progress.push(at),
        },
      );
      expect(progress.slice(0, 2)).toEqual([1, 2]);
      server.kill('SIGKILL');
      await expect(behind.call('echo', { message: 'gone' })).rejects.toThrow();
      // What is kept is still answered.
      expect(await behind.text('echo', { message: 'hi' })).toBe('Echo: hi');
    } finally {
      server.kill('SIGKILL');
    }
  });
});

describe('server-filesystem', () => {
  it('what was read is read again from the cache, until something is written through the server', async () => {
    const file = join(folder, 'note.txt');
    await writeFile(file, 'one');
    const behind = await connected(wrapped(own, filesystem(folder)));
    const read = () => behind.text('read_text_file', { path: file });
    expect(await read()).toBe('one');
    await writeFile(file, 'two');
    // Behind its back: the price of every cache, and for as long as --ttl says.
    expect(await read()).toBe('one');
    await behind.call('write_file', { path: join(folder, 'other.txt'), content: 'x' });
    expect(await read()).toBe('two');
    expect(await behind.text('list_directory', { path: folder })).toContain('other.txt');
    await behind.call('edit_file', { path: file, edits: [{ oldText: 'two', newText: 'three' }] });
    expect(await read()).toBe('three');
  });

  it('a call that failed is made again', async () => {
    const file = join(folder, 'later.txt');
    const behind = await connected(wrapped(own, filesystem(folder)));
    expect(await behind.call('read_text_file', { path: file })).toMatchObject({ isError: true });
    await writeFile(file, 'here');
    expect(await behind.text('read_text_file', { path: file })).toBe('here');
  });

  it('a result ends with its time', async () => {
    const file = join(folder, 'brief.txt');
    await writeFile(file, 'one');
    const behind = await connected(wrapped([...own, '--ttl', '1s'], filesystem(folder)));
    expect(await behind.text('read_text_file', { path: file })).toBe('one');
    await writeFile(file, 'two');
    await eventually(async () => (await behind.text('read_text_file', { path: file })) === 'two', 10_000);
  });

  it('a store in a folder is there again for the next process', async () => {
    const [files, store] = [join(folder, 'files'), join(folder, 'store')];
    await mkdir(files);
    await writeFile(join(files, 'a'), 'one');
    const flags = ['--store', `memory://${store}`];
    const first = await connected(wrapped(flags, filesystem(files)));
    expect(await first.text('read_text_file', { path: join(files, 'a') })).toBe('one');
    await first.client.close();
    await writeFile(join(files, 'a'), 'two');
    const second = await connected(wrapped(flags, filesystem(files)));
    expect(await second.text('read_text_file', { path: join(files, 'a') })).toBe('one');
  });
});

describe('a server that counts its calls', () => {
  let behind: Connected;
  const start = async (flags = own, options: Parameters<typeof connect>[1] = {}) => {
    behind = await connected(wrapped(flags, counting), options);
  };

  it('sees repeated calls of tools that only read once, also before the client has listed them', async () => {
    await start();
    const first = await behind.call('read', { a: 1, b: 2 });
    expect(first).toEqual({ content: [{ type: 'text', text: '1' }], structuredContent: { call: 1 } });
    expect(await behind.call('read', { b: 2, a: 1 })).toEqual(first);
    expect(await behind.text('read', { a: 1, b: 3 })).toBe('2');
    expect(await behind.text('announce')).toBe('3');
  });

  it('sees every call of the others, and of those that fail', async () => {
    await start();
    expect([await behind.text('write'), await behind.text('write')]).toEqual(['1', '2']);
    expect([await behind.text('unknown'), await behind.text('unknown')]).toEqual(['3', '4']);
    expect([await behind.text('fail'), await behind.text('fail')]).toEqual(['5', '6']);
    for (const call of [7, 8]) await expect(behind.call('throw')).rejects.toThrow(`no call ${call}`);
  });

  it('what the user declares is kept as well', async () => {
    await start([...own, '--read-only', 'unknown,other']);
    expect([await behind.text('unknown'), await behind.text('unknown')]).toEqual(['1', '1']);
  });

  it('after a write, and after a word of the server that something changed, it is asked again', async () => {
    await start();
    expect([await behind.text('read'), await behind.text('read')]).toEqual(['1', '1']);
    await behind.call('write');
    expect([await behind.text('read'), await behind.text('read')]).toEqual(['3', '3']);
    await behind.call('announce');
    expect([await behind.text('read'), await behind.text('read')]).toEqual(['5', '5']);
  });

  it('what is read while something is written is not kept', async () => {
    await start();
    const slowly = behind.text('read-slowly');
    await sleep(300);
    await behind.call('write');
    expect(await slowly).toBe('1');
    expect(await behind.text('read-slowly')).toBe('3');
    expect(await behind.text('read-slowly')).toBe('3');
  });

  it('a write that was sent first is seen by a read that was sent with it', async () => {
    await start();
    expect(await behind.text('read')).toBe('1');
    const [, read] = await Promise.all([behind.call('write'), behind.text('read')]);
    expect(read).toBe('3');
  });

  it('a result for which the client was asked something is not kept', async () => {
    let asked = 0;
    await start(own, {
      capabilities: { sampling: {} },
      prepare: (client) =>
        client.setRequestHandler(CreateMessageRequestSchema, async () => ({
          model: 'stand-in',
          role: 'assistant',
          content: { type: 'text', text: `said ${++asked}` },
        })),
    });
    expect([await behind.text('ask'), await behind.text('ask')]).toEqual(['said 1', 'said 2']);
  });

  it('a cancelled call is cancelled there, and nothing of it is kept', async () => {
    await start();
    const giveUp = new AbortController();
    const call = behind.call('read-slowly', {}, { signal: giveUp.signal });
    await sleep(300);
    giveUp.abort(new Error('no longer'));
    await expect(call).rejects.toThrow('no longer');
    expect(await behind.text('read-slowly')).toBe('2');
  });

  it('when it is killed, so is the connection, and the call that was under way fails', async () => {
    await start();
    await behind.call('read');
    const call = behind.call('read-slowly');
    call.catch(() => {});
    const closed = new Promise<void>((resolve) => {
      behind.client.onclose = resolve;
    });
    const children = (await readFile(`/proc/${behind.pid}/task/${behind.pid}/children`, 'utf8'))
      .trim()
      .split(' ');
    for (const child of children) process.kill(Number(child), 'SIGKILL');
    await expect(call).rejects.toThrow(/closed/i);
    await closed;
    expect(behind.said()).toContain('the server has ended');
  });

  it('it ends with its client', async () => {
    await start();
    const children = (await readFile(`/proc/${behind.pid}/task/${behind.pid}/children`, 'utf8')).trim();
    await behind.client.close();
    const alive = async () => (await readdir('/proc')).includes(children);
    await eventually(async () => !(await alive()), 10_000);
  });
});

describe('with a sidecar', () => {
  let sidecar: SidecarProcess;
  beforeAll(async () => {
    sidecar = await startSidecar({});
  });
  afterAll(() => sidecar?.close());

  it('processes share what they read, of the same server, and forget together', async () => {
    const flags = ['--cache', sidecar.url];
    const [a, b] = await Promise.all([1, 2].map(() => connected(wrapped(flags, counting))));
    if (a === undefined || b === undefined) throw new Error('both are there');
    await a.call('read');
    await a.call('read-slowly');
    // It is stored when the client has it already.
    await eventually(async () => {
      const stats = (await (await fetch(`${sidecar.adminUrl}/stats`)).json()) as {
        kinds: { tools: { stored: number } };
      };
      return stats.kinds.tools.stored === 2;
    });
    expect(await b.text('read-slowly')).toBe('2');
    await b.call('write');
    expect(await a.text('read-slowly')).toBe('3');
    const others = [
      await connected(wrapped(flags, [...counting, 'another argument'])),
      await connected(wrapped(flags, counting), { env: { API_KEY: 'of another' } }),
      await connected(wrapped([...flags, '--tenant', 'other'], counting)),
    ];
    for (const other of others) expect(await other.text('read-slowly')).toBe('1');
  });

  it.each([
    ['none is there', ['--cache', 'http://127.0.0.1:1']],
    ['none is there, by the environment', []],
  ])('where %s, every call goes to the server', async (_, flags) => {
    const behind = await connected(wrapped(flags, counting), {
      env: { FOURFOLD_MCP_CACHE: 'http://127.0.0.1:1' },
    });
    expect([await behind.text('read'), await behind.text('read')]).toEqual(['1', '2']);
    await behind.call('write');
    expect(await behind.text('read')).toBe('4');
    expect(behind.said().match(/without the cache/g)).toHaveLength(1);
  });
});

describe('what it is told', () => {
  const run = (args: readonly string[], more: Record<string, string>) =>
    promisify(execFile)(process.execPath, ['cli.ts', 'mcp', ...args], {
      env: { ...process.env, ...more },
      timeout: 30_000,
    }).then(
      () => ({ code: 0, stderr: '' }),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
    );
  it.each([
    [[], 2, 'either -- and the command of a server, or --url'],
    [['--url', 'http://127.0.0.1/mcp', '--', 'server'], 2, 'either -- and the command'],
    [['--url', 'somewhere'], 2, '--url: expected an http or https URL, found somewhere'],
    [['--cache', 'ftp://x', '--', 'server'], 2, '--cache: expected'],
    [['--ttl', 'soon', '--', 'server'], 2, '--ttl: expected a duration such as 5m, found soon'],
    [['--header', 'secret', '--url', 'http://127.0.0.1/mcp'], 2, '--header: expected name: value'],
    [['--store', 'redis', '--', 'server'], 2, 'store: expected a URL'],
    [['--unknown', '--', 'server'], 2, '--unknown'],
    [['--store', 'memory://', '--', '/no/such/server'], 1, 'the server cannot be reached'],
    // As unset: what is missing here is the server.
    [['--store', 'memory://', '--', '/no/such/server'], 1, 'the server cannot be reached', ''],
    [['--', 'server'], 2, 'FOURFOLD_MCP_TTL: expected a duration such as 5m, found soon', 'soon'],
  ])('%j', async (args, code, complaint, ttl?: string) => {
    const ended = await run(args, ttl === undefined ? {} : { FOURFOLD_MCP_TTL: ttl });
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(complaint);
  });
});
