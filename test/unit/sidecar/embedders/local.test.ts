import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EmbeddingSample, LocalEmbedderOptions } from '../../../../sidecar/embedders/local.ts';
import { localEmbedder } from '../../../../sidecar/embedders/local.ts';

let folder: string;
let embedder: ReturnType<typeof localEmbedder> | undefined;
const samples: EmbeddingSample[] = [];
const warnings: { retryMs: number; reason: string }[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'embedder-'));
  samples.length = 0;
  warnings.length = 0;
});

afterEach(async () => {
  await embedder?.close();
  rmSync(folder, { recursive: true, force: true });
});

const diary = () => readFileSync(join(folder, 'diary'), 'utf8').trim().split('\n');

async function start(options: Partial<LocalEmbedderOptions> = {}) {
  embedder = localEmbedder({
    model: 'puppet',
    dimension: 4,
    window: 256,
    files: async () => ({ modelPath: join(folder, 'diary'), tokenizerPath: '' }),
    worker: new URL('./puppet-worker.ts', import.meta.url),
    workers: 1,
    queue: 64,
    deadlineMs: 5000,
    hungMs: 10_000,
    backOffMs: { first: 50, most: 400 },
    log: { info() {}, warn: (fields) => warnings.push(fields as never) },
    observe: (sample) => samples.push(sample),
    ...options,
  });
  if (!options.idle) await embedder.started();
  return embedder;
}

const ready = (subject: { state(): { ready: boolean } }) =>
  vi.waitFor(() => expect(subject.state().ready).toBe(true), { timeout: 15_000, interval: 5 });

function blockThisThread(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

test('idle, it loads the model for the first text, which does not wait for it', async () => {
  const files = vi.fn(async () => ({ modelPath: join(folder, 'diary'), tokenizerPath: '' }));
  const subject = await start({ idle: true, files });
  expect(subject.state().detail).toContain('nothing has needed it yet');
  expect(files).not.toHaveBeenCalled();
  expect(await subject.embed('a')).toEqual({ skipped: 'model-unavailable' });
  await ready(subject);
  expect(await subject.embed('b')).toHaveProperty('vector');
  expect(files).toHaveBeenCalledTimes(1);
});

describe('the queue', () => {
  test('takes as many as its bound, and refuses one more at once', async () => {
    const subject = await start({ queue: 2 });
    const taken = ['sleep 100', 'handed over', 'c', 'd'].map((text) => subject.embed(text));
    expect(await subject.embed('e')).toEqual({ skipped: 'embedder-busy' });
    expect(subject.state().queued).toBe(2);
    for (const embedding of await Promise.all(taken)) expect(embedding).toHaveProperty('vector');
    expect(subject.state().queued).toBe(0);
    expect(await subject.embed('f')).toHaveProperty('vector');
  });

  test('is served in the order of arrival', async () => {
    const subject = await start();
    await Promise.all(['a', 'b', 'c', 'd'].map((text) => subject.embed(text)));
    expect(diary().slice(-4)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('does not count a text that gave up waiting', async () => {
    const subject = await start({ queue: 1, deadlineMs: 40 });
    const late = ['sleep 200', 'handed over', 'c'].map((text) => subject.embed(text));
    expect(await Promise.all(late)).toEqual(late.map(() => ({ skipped: 'embedder-deadline' })));
    expect(subject.state().queued).toBe(0);
  });
});

test('a worker goes on without this thread', async () => {
  const subject = await start();
  const texts = ['sleep 20', 'the next'].map((text) => subject.embed(text));
  for (let tries = 0; tries < 100 && !diary().includes('the next'); tries++) blockThisThread(20);
  expect(diary()).toContain('the next');
  await Promise.all(texts);
});

test('a worker that is free goes before one that is busy', async () => {
  const subject = await start({ workers: 2 });
  const [slow, quick] = [subject.embed('sleep 500'), subject.embed('b')];
  expect(await Promise.race([slow.then(() => 'slow'), quick.then(() => 'quick')])).toBe('quick');
  await slow;
});

describe('the deadline', () => {
  test('drops a late answer and keeps the worker', async () => {
    const subject = await start({ deadlineMs: 40 });
    expect(await subject.embed('sleep 150')).toEqual({ skipped: 'embedder-deadline' });
    subject.deadlineMs = 5000;
    const next = await subject.embed('abc');
    expect('vector' in next && [...next.vector]).toEqual([0, 0, 0, 1]);
    expect(diary().filter((line) => line === 'started')).toHaveLength(1);
  });

  test('never runs a text that nobody waits for', async () => {
    const subject = await start({ deadlineMs: 40 });
    await Promise.all(['sleep 150', 'handed over', 'in vain'].map((text) => subject.embed(text)));
    subject.deadlineMs = 5000;
    await subject.embed('after');
    expect(diary()).not.toContain('in vain');
  });

  test('holds when the event loop itself was late', async () => {
    const subject = await start({ deadlineMs: 60 });
    const running = ['sleep 20', 'handed over'].map((text) => subject.embed(text));
    const waiting = subject.embed('in vain');
    blockThisThread(120);
    await Promise.all(running);
    expect(await waiting).toEqual({ skipped: 'embedder-deadline' });
    subject.deadlineMs = 5000;
    await subject.embed('after');
    expect(diary()).not.toContain('in vain');
  });
});

describe('E2: a worker that breaks', () => {
  test('costs what is in flight, and comes back', async () => {
    const subject = await start();
    const broken = ['exit', 'handed over'].map((text) => subject.embed(text));
    const waiting = subject.embed('behind them');
    for (const embedding of broken) expect(await embedding).toEqual({ skipped: 'embedder-error' });
    expect(await waiting).toEqual({ skipped: 'model-unavailable' });
    expect(subject.state()).toMatchObject({ ready: false, queued: 0 });
    expect(subject.state().detail).toBe(
      'The embedding model puppet is unavailable: worker exited with code: 1. The next try is in 1 s.',
    );
    expect(await subject.embed('meanwhile')).toEqual({ skipped: 'model-unavailable' });
    await ready(subject);
    expect(await subject.embed('again')).toHaveProperty('vector');
  });

  test('is tried again later and later', async () => {
    const subject = await start();
    for (let i = 0; i < 3; i++) {
      await subject.embed('exit');
      await ready(subject);
    }
    expect(warnings.map(({ retryMs }) => retryMs)).toEqual([50, 100, 200]);
  });

  test('is not thrown away for one text that fails', async () => {
    const subject = await start();
    expect(await subject.embed('broken')).toEqual({ skipped: 'embedder-error' });
    expect(await subject.embed('fine')).toHaveProperty('vector');
    expect(diary().filter((line) => line === 'started')).toHaveLength(1);
  });

  test('is replaced when it hangs', async () => {
    const subject = await start({ hungMs: 100 });
    expect(await subject.embed('sleep 600000')).toEqual({ skipped: 'embedder-error' });
    await ready(subject);
    expect(await subject.embed('again')).toHaveProperty('vector');
  });

  test('that cannot load its model is given up', async () => {
    const subject = await start();
    expect(await subject.embed('throw')).toEqual({ skipped: 'embedder-error' });
    expect(subject.state().detail).toContain('as told');
    await ready(subject);
  });

  test('that does not even start is given up, and nobody waits for it', async () => {
    const subject = await start({ worker: new URL('./no-such-worker.ts', import.meta.url) });
    expect(subject.state().ready).toBe(false);
    expect(subject.state().detail).toContain('Cannot find module');
    expect(await subject.embed('hello')).toEqual({ skipped: 'model-unavailable' });
  });

  test('of two takes the other along, and both come back', async () => {
    const subject = await start({ workers: 2 });
    await Promise.all([subject.embed('exit'), subject.embed('sleep 50')]);
    await ready(subject);
    expect(await Promise.all([subject.embed('a'), subject.embed('b')])).toEqual([
      { vector: expect.any(Float32Array) },
      { vector: expect.any(Float32Array) },
    ]);
  });
});

describe('a model that is not there', () => {
  test('is one warning, a reason in the state, and no crash; it is used once it is there', async () => {
    let there = false;
    let tries = 0;
    const subject = await start({
      async files() {
        tries++;
        if (!there) throw new Error('no such file');
        return { modelPath: join(folder, 'diary'), tokenizerPath: '' };
      },
    });
    expect(subject.state()).toEqual({
      ready: false,
      detail: 'The embedding model puppet is unavailable: no such file. The next try is in 1 s.',
      queued: 0,
    });
    expect(await subject.embed('hello')).toEqual({ skipped: 'model-unavailable' });
    await vi.waitFor(() => expect(tries).toBeGreaterThanOrEqual(3), 10_000);
    expect(warnings).toHaveLength(1);
    there = true;
    await ready(subject);
    expect(await subject.embed('hello')).toHaveProperty('vector');
  });

  test('stops the fetching when it is closed', async () => {
    let signal: AbortSignal | undefined;
    const subject = localEmbedder({
      ...(await defaults()),
      files: (given) => {
        signal = given;
        return new Promise((_, reject) =>
          given.addEventListener('abort', () => reject(new Error('aborted'))),
        );
      },
    });
    await subject.close();
    expect(signal?.aborted).toBe(true);
    expect(warnings).toEqual([]);
  });

  const defaults = async (): Promise<LocalEmbedderOptions> => ({
    model: 'puppet',
    dimension: 4,
    window: 256,
    files: async () => ({ modelPath: '', tokenizerPath: '' }),
    worker: new URL('./puppet-worker.ts', import.meta.url),
    workers: 1,
    queue: 64,
    deadlineMs: 5000,
    hungMs: 10_000,
    backOffMs: { first: 50, most: 400 },
    log: { info() {}, warn: (fields) => warnings.push(fields as never) },
    observe: () => {},
  });
});

test('says when the model did not know a word', async () => {
  const subject = await start();
  expect(await subject.embed('unknown')).toEqual({ vector: expect.any(Float32Array), unknown: 1 });
});

test('leaves nothing behind when it is closed', async () => {
  const before = new Set(process.listeners('exit'));
  const subject = await start();
  await subject.embed('exit');
  await ready(subject);
  await subject.close();
  expect(process.listeners('exit').filter((each) => !before.has(each))).toEqual([]);
});

test('reports every answer with its times', async () => {
  const subject = await start();
  await subject.embed('a');
  await subject.embed('x'.repeat(100_000));
  expect(samples).toEqual([
    { outcome: 'embedded', totalMs: expect.any(Number) },
    { outcome: 'window', totalMs: expect.any(Number) },
  ]);
});

test('ends what is running and refuses what waits when it is closed', async () => {
  const subject = await start();
  const answers = ['sleep 50', 'handed over', 'c'].map((text) => subject.embed(text));
  await subject.close();
  expect(await Promise.all(answers)).toEqual([
    { vector: expect.any(Float32Array) },
    { vector: expect.any(Float32Array) },
    { skipped: 'model-unavailable' },
  ]);
});
