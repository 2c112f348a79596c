import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Chat, chatRequest, startChat } from '../support/chat.ts';
import { type Provider, startProvider } from '../support/provider/index.ts';
import { upstreams } from '../support/sidecar.ts';
import { eventually, header, type Wire, wire } from '../support/wire/index.ts';

/** How the sidecar ends: what runs ends whole, nothing new begins, and what is to be kept is kept. */
let provider: Provider;
beforeAll(async () => {
  provider = await startProvider();
});
afterAll(() => provider?.close());

const story = { stream: true };

/** A sidecar with streams under way, each past its first piece. */
async function streaming(
  settings: Record<string, string>,
  pieces: number,
  count = 3,
): Promise<{ chat: Chat; lines: Wire[] }> {
  const chat = await startChat(settings, { provider });
  provider.always({ chunks: pieces, bytes: 100 * pieces, tokenMs: 50 });
  const lines = [];
  for (let n = 0; n < count; n++) {
    const line = await wire(chat.sidecar.url, ['POST'], 20_000);
    line.send(chatRequest('A story', { key: `story ${n}`, body: story }));
    lines.push(line);
  }
  for (const line of lines) await line.until((text) => text.includes('data: '));
  return { chat, lines };
}

const exited = ({ sidecar }: Chat) => once(sidecar.process, 'exit');

async function refuses(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  try {
    return await new Promise((resolve) => {
      socket.once('error', () => resolve(true)).once('connect', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}

describe('SIGTERM while streams run', () => {
  it('they end whole; meanwhile nobody new is let in, and readyz says so; then the exit code is 0', async () => {
    const { chat, lines } = await streaming({ FOURFOLD_DRAIN: '12s' }, 60);
    const exit = exited(chat);
    chat.sidecar.process.kill('SIGTERM');
    // New connections are refused, while the streams go on
    let refused = false;
    const end = Date.now() + 5_000;
    while (!refused && Date.now() < end) refused = await refuses(chat.sidecar.url);
    expect(refused).toBe(true);
    const ready = await fetch(`${chat.sidecar.adminUrl}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ status: 'not ready', draining: true });
    expect((await fetch(`${chat.sidecar.adminUrl}/livez`)).status).toBe(200);
    expect(lines.every((line) => line.times.end === undefined)).toBe(true);
    // Then each stream is whole
    for (const line of lines) {
      const { response, end } = await line.response();
      expect(end).toBe('complete');
      expect(response?.body.toString()).toMatch(/data: \[DONE\]\n\n$/);
    }
    const over = performance.now();
    expect(await exit).toEqual([0, null]);
    expect(performance.now() - over).toBeLessThan(8_000);
    expect(chat.sidecar.log.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['draining', 'closed']));
  });

  it('a request that waits for its first byte is answered too', async () => {
    const chat = await startChat({ FOURFOLD_DRAIN: '12s' }, { provider });
    provider.always({ latencyMs: 800 });
    const called = provider.stats().calls;
    const waiting = chat.ask('A slow question');
    await eventually(() => provider.stats().calls > called);
    const exit = exited(chat);
    chat.sidecar.process.kill('SIGTERM');
    expect(await waiting).toMatchObject({ status: 200, phase: 'miss' });
    expect(await exit).toEqual([0, null]);
  });

  it.each([
    ['that were never used', ''],
    ['that are kept alive since their last answer', 'before'],
    ['whose last answer comes after the signal', 'after'],
  ])('connections %s do not hold up the end', async (_, use) => {
    const chat = await startChat({ FOURFOLD_DRAIN: '12s' }, { provider });
    provider.always(use === 'after' ? { latencyMs: 500 } : {});
    const called = provider.stats().calls;
    const line = await wire(chat.sidecar.url, ['POST'], 30_000);
    if (use !== '') {
      line.send(chatRequest('Is it kept alive?'));
      await eventually(() => provider.stats().calls > called);
    }
    if (use === 'before') await line.response();
    const exit = exited(chat);
    const told = performance.now();
    chat.sidecar.process.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(performance.now() - told).toBeLessThan(8_000);
    line.close();
  });

  it('who asks on an open connection meanwhile is answered, and told that it closes', async () => {
    const chat = await startChat({ FOURFOLD_DRAIN: '12s' }, { provider });
    provider.always({ latencyMs: 2_000 });
    const called = provider.stats().calls;
    const line = await wire(chat.sidecar.url, ['POST', 'POST'], 20_000);
    line.send(chatRequest('A slow question'));
    await eventually(() => provider.stats().calls > called);
    const exit = exited(chat);
    chat.sidecar.process.kill('SIGTERM');
    await eventually(() => refuses(chat.sidecar.url));
    line.send(chatRequest('Another question'));
    const { times } = line;
    const connectionOf = async (n: number) => header({ ...(await line.response(n)), times }, 'connection');
    expect([await connectionOf(1), await connectionOf(2)]).toEqual(['keep-alive', 'close']);
    expect((await line.response(2)).response?.status).toBe(200);
    expect(await exit).toEqual([0, null]);
  });

  it('a stream longer than the drain is cut, and not made to look complete', async () => {
    const { chat, lines } = await streaming({ FOURFOLD_DRAIN: '1s' }, 400, 1);
    const exit = exited(chat);
    const told = performance.now();
    chat.sidecar.process.kill('SIGTERM');
    const cut = await lines[0]?.response();
    expect(cut?.end).not.toBe('complete');
    expect(performance.now() - told).toBeGreaterThan(900);
    expect(await exit).toEqual([0, null]);
    expect(performance.now() - told).toBeLessThan(8_000);
  });

  it('a second SIGTERM does not wait', async () => {
    const { chat, lines } = await streaming({ FOURFOLD_DRAIN: '1m' }, 400, 1);
    const exit = exited(chat);
    chat.sidecar.process.kill('SIGTERM');
    await eventually(() => chat.sidecar.log.some(({ msg }) => msg === 'draining'));
    await sleep(500);
    const told = performance.now();
    chat.sidecar.process.kill('SIGTERM');
    expect(await exit).toEqual([1, null]);
    expect(performance.now() - told).toBeLessThan(8_000);
    lines[0]?.close();
  });

  it('that comes twice, from a terminal and from npm, which passes it on, is one', async () => {
    const { chat, lines } = await streaming({}, 20, 1);
    const exit = exited(chat);
    chat.sidecar.process.kill('SIGTERM');
    await sleep(20);
    chat.sidecar.process.kill('SIGTERM');
    expect((await lines[0]?.response())?.end).toBe('complete');
    expect(await exit).toEqual([0, null]);
  });
});

describe('npm start', () => {
  // The shell in between died of it, and the sidecar went on, with its ports.
  it('ends with npm', async () => {
    const npm = spawn('npm', ['start', '--silent'], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: { ...process.env, ...upstreams(provider.url), FOURFOLD_PORT: '0', FOURFOLD_ADMIN_PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    try {
      const exit = once(npm, 'exit');
      const [line] = await once(createInterface({ input: npm.stdout }), 'line');
      const { url } = JSON.parse(line) as { url: string };
      expect(await refuses(url)).toBe(false);
      npm.kill('SIGTERM');
      expect(await exit).toEqual([0, null]);
      expect(await refuses(url)).toBe(true);
    } finally {
      endAll(npm);
    }
  });
});

/** Of its group. */
function endAll({ pid = 0 }: ChildProcess): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // None is left, as it should be.
  }
}

describe('a store in a folder', () => {
  it('answers after a restart what was asked before it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fourfold-drain-'));
    try {
      provider.always({});
      const store = { FOURFOLD_STORE: `memory://${folder}` };
      const before = await startChat(store, { provider });
      const first = await before.ask('What is Rust?');
      const short = await before.ask('What is Kubernetes?', { headers: { 'x-fourfold-ttl': '1s' } });
      const stored = Date.now();
      expect(await before.sidecar.close()).toBe(0);
      const after = await startChat(store, { provider });
      try {
        const again = await after.ask('What is Rust?');
        expect(again).toMatchObject({ phase: 'exact', entry: first.entry, body: first.body });
        // From then on it is in the process as before
        expect((await after.ask('what is rust please')).phase).toBe('fingerprint');
        expect((await after.ask('What is Rust?', { key: 'somebody else' })).phase).toBe('miss');
        // What was to live a second did not live on
        await eventually(() => Date.now() - stored > 1_050);
        expect((await after.ask('What is Kubernetes?')).phase).toBe('miss');
        expect(short.phase).toBe('miss');
      } finally {
        await after.close();
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('says whether what it holds is on the disk, and goes on where that is not so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fourfold-drain-'));
    const chat = await startChat({ FOURFOLD_STORE: `memory://${folder}` }, { provider });
    const told = async (path: string) => (await fetch(chat.sidecar.adminUrl + path)).text();
    const snapshot = async () => JSON.parse(await told('/stats')).store.snapshot;
    /** What was removed is written without delay. */
    const writes = async (question: string) => {
      const { entry } = await chat.ask(question);
      await fetch(`${chat.sidecar.url}/cache/entries?id=${entry}`, {
        method: 'DELETE',
        headers: { authorization: 'Bearer sk-test' },
      });
    };
    try {
      provider.always({});
      await writes('What is Rust?');
      await eventually(async () => (await snapshot()).written === 1);
      expect(await snapshot()).toEqual({ written: 1, failed: 0, damaged: 0, loaded: 0, vectorsDropped: 0 });
      await rm(folder, { recursive: true });
      await writes('What is Kubernetes?');
      await eventually(async () => (await snapshot()).failed === 1);
      expect(await told('/metrics')).toContain('fourfold_snapshots_total{outcome="failed"} 1\n');
      expect((await chat.ask('What is Rust?')).phase).toBe('miss');
      expect((await chat.ask('What is Rust?')).phase).toBe('fingerprint');
    } finally {
      await chat.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
