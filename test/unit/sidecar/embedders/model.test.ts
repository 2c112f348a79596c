import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createEmbedder, type LocalEmbedder } from '../../../../sidecar/embedders/index.ts';
import { localEmbedder } from '../../../../sidecar/embedders/local.ts';
import { workerUrl } from '../../../../sidecar/embedders/worker-url.ts';
import { realModel } from './real-model.ts';

const model = await realModel();
const files = 'files' in model ? model.files : { modelPath: '', tokenizerPath: '' };
const silent = { info() {}, warn() {} };

describe.skipIf('missing' in model)('all-MiniLM-L6-v2', () => {
  let embedder: LocalEmbedder;
  beforeAll(async () => {
    embedder = createEmbedder({ model: 'all-MiniLM-L6-v2', files, log: silent, deadlineMs: 10_000 });
    await embedder.started();
  });
  afterAll(() => embedder.close());

  test('has 384 numbers', async () => {
    expect(await embedder.embed('hello')).toEqual({ vector: expect.objectContaining({ length: 384 }) });
    expect(embedder.dimension).toBe(384);
  });

  test('says that it does not know a word: these two texts, opposites, are one to it', async () => {
    const [on, off] = await Promise.all([embedder.embed('打开灯'), embedder.embed('关闭灯')]);
    expect(on).toMatchObject({ unknown: expect.any(Number) });
    expect('vector' in on && on.vector).toEqual('vector' in off && off.vector);
    expect(await embedder.embed('switch the light on')).not.toHaveProperty('unknown');
  });

  test('refuses a word that it would read as one unknown mark', async () => {
    expect(await embedder.embed(`decode ${'a'.repeat(100)}`)).toHaveProperty('vector');
    expect(await embedder.embed(`decode ${'a'.repeat(101)}`)).toEqual({ skipped: 'window' });
  });

  test('reads the longest text that may cross to the worker soon', async () => {
    for (const text of [
      'a '.repeat(4096),
      '('.repeat(8192),
      '\u0301'.repeat(8192),
      '字'.repeat(8192),
      'é'.repeat(8192),
    ]) {
      const begin = performance.now();
      await embedder.embed(text);
      expect(performance.now() - begin).toBeLessThan(1000);
    }
  });

  test('of another dimension than expected is refused, with both numbers', async () => {
    const other = localEmbedder({ ...options, dimension: 768 });
    await other.started();
    expect(other.state()).toMatchObject({
      ready: false,
      detail: expect.stringContaining('the model gives vectors of 384 numbers, and 768 are expected'),
    });
    await other.close();
  });

  describe('in a broken file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'model-'));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    let broken: LocalEmbedder | undefined;
    afterEach(() => broken?.close());

    test.each([
      ['empty', (path: string) => writeFileSync(path, '')],
      ['not a model', (path: string) => writeFileSync(path, 'hello '.repeat(1000))],
      ['cut', (path: string) => truncateSync(path, 5_000_000)],
      [
        'of zeros in the middle',
        (path: string) => {
          const bytes = readFileSync(path);
          writeFileSync(path, bytes.fill(0, 100_000, 20_000_000));
        },
      ],
      ['missing', (path: string) => rmSync(path)],
    ])('%s: phase 4 is off, with the reason, and on once the file is right', async (_, damage) => {
      const modelPath = join(folder, 'model.onnx');
      rmSync(modelPath, { force: true });
      copyFileSync(files.modelPath, modelPath);
      damage(modelPath);
      broken = localEmbedder({ ...options, files: async () => ({ ...files, modelPath }) });
      await broken.started();
      // A file that is damaged in the middle can still be a model: of nonsense, which only the sha256 tells.
      if (!broken.state().ready) {
        expect(await broken.embed('hello')).toEqual({ skipped: 'model-unavailable' });
        expect(broken.state().detail).toMatch(/unavailable: .+ The next try is in/);
        rmSync(modelPath, { force: true });
        symlinkSync(files.modelPath, modelPath);
        await vi.waitFor(() => expect(broken?.state().ready).toBe(true), { timeout: 10_000, interval: 20 });
      }
      expect(await broken.embed('hello')).not.toEqual({ skipped: 'model-unavailable' });
    });

    test('that was written to while in use: phase 4 is off, with the reason, and on once the file is right', async () => {
      const modelPath = join(folder, 'written.onnx');
      copyFileSync(files.modelPath, modelPath);
      broken = localEmbedder({ ...options, files: async () => ({ ...files, modelPath }) });
      await broken.started();
      const before = await broken.embed('hello');
      writeFileSync(modelPath, 'hello '.repeat(1000));
      expect(await broken.embed('hello')).toEqual({ skipped: 'embedder-error' });
      expect(broken.state()).toMatchObject({
        ready: false,
        detail: expect.stringContaining('was written to while'),
      });
      copyFileSync(files.modelPath, modelPath);
      await vi.waitFor(() => expect(broken?.state().ready).toBe(true), { timeout: 10_000, interval: 20 });
      expect(await broken.embed('hello')).toEqual(before);
    });
  });

  const options = {
    model: 'all-MiniLM-L6-v2',
    dimension: 384,
    window: 256,
    files: async () => files,
    worker: workerUrl,
    workers: 1,
    queue: 64,
    deadlineMs: 10_000,
    hungMs: 10_000,
    backOffMs: { first: 100, most: 400 },
    log: silent,
    observe: () => {},
  };
});

test('an unknown model is named, with those that are known', async () => {
  const embedder = createEmbedder({ model: 'gpt-17', files, log: silent });
  expect(embedder.state()).toEqual({
    ready: false,
    detail: 'The model "gpt-17" is not known; known are: all-MiniLM-L6-v2.',
    queued: 0,
  });
  expect(await embedder.embed('hello')).toEqual({ skipped: 'model-unavailable' });
});
