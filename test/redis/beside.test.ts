import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureModel, modelFolders } from '../../sidecar/models/index.ts';
import { ensureRedisStack } from '../../sidecar/redis-stack/index.ts';
import { ask, said } from '../support/chat.ts';
import { type Provider, startProvider } from '../support/provider/index.ts';
import { freePort, redisAtHand, startRedis } from '../support/redis/index.ts';
import { startSidecar } from '../support/sidecar.ts';
import { eventually } from '../support/wire/index.ts';

/** `npm start -- --with-redis`. */
describe.skipIf(!redisAtHand)('a Redis Stack beside the sidecar', () => {
  let provider: Provider;
  let folder: string;
  let port: number;
  beforeEach(async () => {
    provider = await startProvider({});
    folder = await mkdtemp(join(tmpdir(), 'fourfold-beside-'));
    port = await freePort();
  });
  afterEach(async () => {
    await provider.close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (more: Record<string, string> = {}) => {
    const { server } = await ensureRedisStack({ env: process.env, offline: true });
    const model = await ensureModel({
      name: 'all-MiniLM-L6-v2',
      ...modelFolders(process.env),
      offline: true,
    }).catch(() => undefined);
    return await startSidecar(
      {
        FOURFOLD_OPENAI_UPSTREAM: provider.url,
        FOURFOLD_REDIS_DIR: dirname(dirname(server)),
        FOURFOLD_CACHE_DIR: folder,
        ...(model === undefined ? {} : { FOURFOLD_MODEL_DIR: dirname(model.modelPath) }),
        ...more,
      },
      { flags: [`--with-redis=${port}`] },
    );
  };
  const listening = () =>
    new Promise<boolean>((resolve) => {
      const socket = createConnection({ port, host: '127.0.0.1' });
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });

  it('is its store, ends with it, and finds its entries again at the next start', async () => {
    const first = await start();
    const answer = await ask(first.url, 'What is kept in Redis?', { timeoutMs: 30_000 });
    expect(answer.phase).toBe('miss');
    expect(await listening()).toBe(true);
    expect(await first.close()).toBe(0);
    expect(await listening()).toBe(false);

    const second = await start();
    const again = await ask(second.url, 'What is kept in Redis?', { timeoutMs: 30_000 });
    expect(['fingerprint', 'exact']).toContain(again.phase);
    expect(said(again)).toBe(said(answer));
    expect(await second.close()).toBe(0);
    expect(provider.stats().calls).toBe(1);
  });

  it('is started again when it dies, and ends with a sidecar that is killed', async () => {
    const sidecar = await start();
    await ask(sidecar.url, 'What is kept in Redis?', { timeoutMs: 30_000 });
    createConnection({ port, host: '127.0.0.1' })
      .on('error', () => {})
      .write('SHUTDOWN NOSAVE\r\n');
    await eventually(async () => !(await listening()));
    await eventually(listening, 30_000);
    // It is the store again, too.
    let asked = 0;
    await eventually(async () => {
      await ask(sidecar.url, `What is kept in Redis after ${asked++} tries?`, { timeoutMs: 30_000 });
      const stats = await (await fetch(`${sidecar.adminUrl}/stats`)).json();
      return (stats as { entries: number }).entries > 0;
    }, 60_000);
    sidecar.process.kill('SIGKILL');
    await eventually(async () => !(await listening()), 30_000);
    expect(await (await start()).close()).toBe(0);
  });

  it('says what to do where its port is taken, and where another store is named', async () => {
    const other = await startRedis({ port });
    try {
      await expect(start()).rejects.toThrow(`--with-redis: port ${port} is in use`);
    } finally {
      await other.close();
    }
    await expect(start({ FOURFOLD_STORE: 'redis://user:secret@elsewhere' })).rejects.toThrow(
      /brings the store itself, and FOURFOLD_STORE names redis:\/\/\*\*\*@elsewhere/,
    );
  });
});
