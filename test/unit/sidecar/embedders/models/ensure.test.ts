import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findModel, type Model } from '../../../../../sidecar/models/catalogue.ts';
import { type EnsureModelOptions, ensureModel } from '../../../../../sidecar/models/ensure.ts';
import { fetchModel } from '../../../../../sidecar/models/fetch-model.ts';
import { folderOf, modelFolders } from '../../../../../sidecar/models/folders.ts';
import { ModelUnavailableError } from '../../../../../sidecar/models/unavailable-error.ts';
import { realModel } from '../real-model.ts';
import { type FileServer, fileServer } from './file-server.ts';

const real = await realModel();
const model = findModel('all-MiniLM-L6-v2') as Model;
const nowhere = 'http://127.0.0.1:9';

let cacheDir: string;
let folder: string;
let server: FileServer | undefined;
let path: string | undefined;
const said: string[] = [];
beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'cache-'));
  folder = folderOf(model, cacheDir);
  said.length = 0;
  path = process.env.PATH;
});
afterEach(async () => {
  process.env.PATH = path;
  await server?.close();
  rmSync(cacheDir, { recursive: true, force: true });
});

const ensure = (options: Partial<EnsureModelOptions> = {}) =>
  ensureModel({ name: model.name, cacheDir, log: (message) => said.push(message), ...options });

/** A machine that has no Maven. */
const withoutMaven = () => {
  process.env.PATH = cacheDir;
};

const failure = async (promise: Promise<unknown>): Promise<ModelUnavailableError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ModelUnavailableError);
  return error as ModelUnavailableError;
};

describe('without any source', () => {
  test('the message says which files, of which sum, belong where', async () => {
    withoutMaven();
    const { message, summary } = await failure(ensure({ base: nowhere }));
    expect(summary).not.toContain('\n');
    expect(summary).toContain(folder);
    expect(message).toContain('mvn is not on the PATH');
    expect(message).toContain('FOURFOLD_MODEL_DIR');
    for (const file of Object.values(model.files)) {
      expect(message).toContain(join(folder, file.name));
      expect(message).toContain(`${file.bytes} bytes, sha256 ${file.sha256}`);
      expect(message).toContain(`${nowhere}/${file.path}`);
    }
  });

  test('and offline nothing is asked', async () => {
    server = await fileServer({});
    expect((await failure(ensure({ base: server.base, offline: true }))).message).toContain(
      'fetching is switched off',
    );
    expect(server.requests).toEqual([]);
  });

  test('an unknown model is named, with those that are known', async () => {
    const { message } = await failure(ensure({ name: 'gpt-17' }));
    expect(message).toBe('The model "gpt-17" is not known; known are: all-MiniLM-L6-v2.');
  });

  test('a cache folder that cannot be made is a reason, not a crash', async () => {
    withoutMaven();
    writeFileSync(join(cacheDir, 'models'), 'a file is in the way');
    expect((await failure(ensure({ base: nowhere }))).message).toMatch(/ENOTDIR|EEXIST/);
  });
});

test('a Maven that fails is quoted', async () => {
  mkdirSync(join(cacheDir, 'bin'));
  writeFileSync(join(cacheDir, 'bin/mvn'), '#!/bin/sh\necho "[ERROR] Could not find artifact"\nexit 1\n');
  chmodSync(join(cacheDir, 'bin/mvn'), 0o755);
  process.env.PATH = `${join(cacheDir, 'bin')}:/bin:/usr/bin`;
  const { message } = await failure(ensure({ base: nowhere }));
  expect(message).toContain('mvn ended with 1: [ERROR] Could not find artifact');
});

test('the caller who closes is not told about sources', async () => {
  server = await fileServer({}, () => true);
  const caller = new AbortController();
  setTimeout(() => caller.abort(new Error('closing')), 50);
  await expect(ensure({ base: server.base, signal: caller.signal })).rejects.toThrow(/^closing$/);
});

describe.skipIf('missing' in real)('with the real files', () => {
  const files = 'files' in real ? real.files : { modelPath: '', tokenizerPath: '' };
  const serve = () =>
    fileServer({
      [`/${model.files.model.path}`]: readFileSync(files.modelPath),
      [`/${model.files.tokenizer.path}`]: readFileSync(files.tokenizerPath),
    });
  const fill = (where: string) => {
    mkdirSync(where, { recursive: true });
    cpSync(files.modelPath, join(where, model.files.model.name));
    cpSync(files.tokenizerPath, join(where, model.files.tokenizer.name));
  };

  test('a mirror is as good as the origin', async () => {
    server = await serve();
    const got = await ensure({ base: `${server.base}/` });
    expect(readFileSync(got.modelPath).equals(readFileSync(files.modelPath))).toBe(true);
    await ensure({ base: server.base });
    expect(server.requests).toHaveLength(2);
  });

  test('two callers in one process fetch once', async () => {
    server = await serve();
    await Promise.all([ensure({ base: server.base }), ensure({ base: server.base })]);
    expect(server.requests).toHaveLength(2);
  });

  test('a damaged file is set aside, reported and fetched anew; the other is kept', async () => {
    server = await serve();
    fill(folder);
    const damaged = join(folder, model.files.tokenizer.name);
    writeFileSync(damaged, Buffer.alloc(model.files.tokenizer.bytes, 'x'));
    await ensure({ base: server.base });
    expect(readFileSync(damaged).equals(readFileSync(files.tokenizerPath))).toBe(true);
    expect(readFileSync(`${damaged}.damaged`)[0]).toBe('x'.charCodeAt(0));
    expect(said[0]).toMatch(/tokenizer\.json: sha256 [0-9a-f]{64} instead of .*; kept as .*\.damaged/);
    expect(server.requests).toEqual([`/${model.files.tokenizer.path} whole`]);
  });

  test('a folder that has them is used as it is', async () => {
    const modelDir = join(cacheDir, 'image');
    fill(modelDir);
    expect((await ensure({ modelDir, offline: true })).modelPath).toBe(
      join(modelDir, model.files.model.name),
    );
    expect(existsSync(folder)).toBe(false);
  });

  test('a folder with a wrong file is left untouched, reported, and passed over', async () => {
    server = await serve();
    const modelDir = join(cacheDir, 'image');
    fill(modelDir);
    writeFileSync(join(modelDir, model.files.model.name), 'wrong');
    expect(dirname((await ensure({ modelDir, base: server.base })).modelPath)).toBe(folder);
    expect(said[0]).toContain('5 bytes instead of 22972370; looking elsewhere');
    expect(readFileSync(join(modelDir, model.files.model.name), 'utf8')).toBe('wrong');
  });

  test('a link to the files is as good as the files', async () => {
    mkdirSync(folder, { recursive: true });
    symlinkSync(files.modelPath, join(folder, model.files.model.name));
    symlinkSync(files.tokenizerPath, join(folder, model.files.tokenizer.name));
    expect(await ensure({ offline: true })).toHaveProperty('modelPath');
  });

  test('fetching shows where from and how far', async () => {
    server = await serve();
    let out = '';
    const env = { FOURFOLD_CACHE_DIR: cacheDir, FOURFOLD_MODEL_BASE: server.base };
    await fetchModel({ name: model.name, env, out: { isTTY: true, write: (text) => (out += text) } });
    expect(out).toContain(`from ${server.base}`);
    expect(out).toContain('model_quantized.onnx  23.0 of 23.0 MB  100 %\n');
    expect(out).toContain('tokenizer.json  0.7 of 0.7 MB  100 %\n');
  });
});

test('the cache folder is where the environment says', () => {
  expect(modelFolders({ FOURFOLD_CACHE_DIR: '/a', XDG_CACHE_HOME: '/b' }).cacheDir).toBe('/a');
  expect(modelFolders({ XDG_CACHE_HOME: '/b' }).cacheDir).toBe('/b/fourfold');
  expect(modelFolders({}).cacheDir).toMatch(/\/\.cache\/fourfold$/);
});
