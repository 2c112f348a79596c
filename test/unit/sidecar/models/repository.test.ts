import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from '../../../../crds/parse.ts';
import type { Settings } from '../../../../crds/settings.ts';
import { createEmbedder, type LocalEmbedder } from '../../../../sidecar/embedders/index.ts';
import { chooseModel } from '../../../../sidecar/models/index.ts';
import { partOf } from '../../../../sidecar/models/part-file.ts';
import { openVerifier } from '../../../../sidecar/verifier/index.ts';
import type { Verifier } from '../../../../sidecar/verifier/verifier.ts';
import { dimension, writeCrossEncoder, writeEncoder } from '../../../support/onnx.ts';
import { type FileServer, fileServer } from '../embedders/models/file-server.ts';

/** Models that a user names by repository and commit, with the sum of each file. */
const defaults = parse().settings as Settings;
const repository = `someone/colours@${'a'.repeat(40)}`;
const commit = `/someone/colours/resolve/${'a'.repeat(40)}`;
let folder: string;
let cacheDir: string;
let hub: FileServer | undefined;
let embedder: LocalEmbedder | undefined;
let verifier: Verifier | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fourfold-test-'));
  cacheDir = join(folder, 'cache');
});
afterEach(async () => {
  await embedder?.close();
  await verifier?.close();
  await hub?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a hub has of a model, and the lines of `sha256sum`. */
function published(write: (folder: string) => void) {
  const at = join(folder, 'published');
  write(at);
  const names = readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name).slice(at.length + 1));
  const files = Object.fromEntries(names.map((name) => [`${commit}/${name}`, readFileSync(join(at, name))]));
  const sha256 = names.map((name) => `${sumOf(readFileSync(join(at, name)))}  ${name}`);
  return { files, sha256 };
}
const sumOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const settingsOf = (sha256: readonly string[], base: string, more: object = {}): Settings => ({
  ...defaults,
  customModel: { ...defaults.customModel, repository, sha256, dimension, ...more },
  modelHub: base,
});
async function start(settings: Settings): Promise<LocalEmbedder> {
  const { name, files, shape } = await chooseModel(settings, { FOURFOLD_CACHE_DIR: cacheDir }, () => {});
  embedder = createEmbedder({
    ...{ model: name, files, shape, deadlineMs: 20_000 },
    backOffMs: { first: 20, most: 20 },
    log: { info() {}, warn() {} },
  });
  await embedder.started();
  return embedder;
}
const cached = () =>
  readdirSync(join(cacheDir, 'models'), { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => each.name)
    .toSorted();

describe('an embedding model', () => {
  it('is fetched, each file by its sum, and read as a folder is; then it is here', async () => {
    const { files, sha256 } = published((at) =>
      writeEncoder(at, { '1_Pooling/config.json': { pooling_mode_cls_token: true } }),
    );
    hub = await fileServer({ ...files, [`${commit}/README.md`]: Buffer.from('not asked for') });
    const first = await start(settingsOf(sha256, `${hub.base}/`));
    expect(first.state()).toMatchObject({ ready: true });
    // The first piece is the mark, whose vector does not depend on the text.
    const [red, blue] = [await first.embed('red'), await first.embed('blue')];
    expect(red).toEqual(blue);
    expect(cached()).toEqual(['config.json', 'config.json', 'model.onnx', 'tokenizer.json']);
    // Its window has come with its files.
    expect(await first.embed('red '.repeat(20))).toEqual({ skipped: 'window' });
    await first.close();
    await hub.close();
    expect(await (await start(settingsOf(sha256, hub.base))).embed('red')).toEqual(red);
    hub = undefined;
  });

  it('has a name before it is here, which changes with everything that changes a vector', async () => {
    const { sha256 } = published(writeEncoder);
    const named = async (lines: readonly string[], more = {}) =>
      (await chooseModel(settingsOf(lines, 'http://127.0.0.1:9', more), {}, () => {})).name;
    const name = await named(sha256);
    expect(name).toMatch(/^colours@[0-9a-f]{12}$/);
    expect(await named(sha256.toReversed())).toBe(name);
    for (const other of [
      named([`${'0'.repeat(64)}  config.json`, ...sha256.slice(1)]),
      named(sha256, { repository: repository.replace(/a$/, 'b') }),
      named(sha256, { file: 'onnx/model.onnx' }),
      named(sha256, { pooling: 'cls' }),
      named(sha256, { prefix: '' }),
    ])
      expect(await other).not.toBe(name);
  });

  it('is taken up when its hub is back, and until then says what is missing', async () => {
    const { files, sha256 } = published(writeEncoder);
    let away = true;
    hub = await fileServer(files, (_, response) => {
      if (away) response.writeHead(503).end();
      return away;
    });
    const waiting = await start(settingsOf(sha256, hub.base));
    expect(waiting.state()).toMatchObject({ ready: false });
    expect(waiting.state().detail).toContain(
      `could not be fetched from ${hub.base}${commit} (config.json: status 503)`,
    );
    expect(await waiting.embed('red')).toEqual({ skipped: 'model-unavailable' });
    away = false;
    await vi.waitFor(() => expect(waiting.state()).toMatchObject({ ready: true }), 20_000);
  });

  it.each(['model.onnx', 'config.json'])('of which %s is another one is never loaded', async (name) => {
    const { files, sha256 } = published(writeEncoder);
    hub = await fileServer({ ...files, [`${commit}/${name}`]: Buffer.from('{"another": "one"}') });
    const refused = await start(settingsOf(sha256, hub.base));
    expect(refused.state().ready).toBe(false);
    expect(refused.state().detail).toContain(
      `${name}: sha256 ${sumOf(Buffer.from('{"another": "one"}'))} instead of`,
    );
    expect(cached()).not.toContain(name);
  });

  it('that was changed in the cache is set aside and fetched anew', async () => {
    const { files, sha256 } = published(writeEncoder);
    hub = await fileServer(files);
    await (await start(settingsOf(sha256, hub.base))).close();
    const [model = ''] = readdirSync(join(cacheDir, 'models'));
    writeFileSync(join(cacheDir, 'models', model, 'model.onnx'), 'changed');
    await (await start(settingsOf(sha256, hub.base))).close();
    expect(cached()).toContain('model.onnx.damaged');
    expect(hub.requests.filter((request) => request.includes('model.onnx'))).toHaveLength(2);
  });

  it('of which a file was all here before the end of its process is not fetched anew', async () => {
    const { files, sha256 } = published(writeEncoder);
    hub = await fileServer(files, (request, response) => {
      const bytes = files[request.url ?? ''] as Buffer;
      const beyond = request.headers.range === `bytes=${bytes.length}-`;
      if (beyond) response.writeHead(416).end();
      return beyond;
    });
    await (await start(settingsOf(sha256, hub.base))).close();
    const [model = ''] = readdirSync(join(cacheDir, 'models'));
    const path = join(cacheDir, 'models', model, 'model.onnx');
    const bytes = readFileSync(path);
    rmSync(path);
    writeFileSync(partOf(path), bytes);
    expect((await start(settingsOf(sha256, hub.base))).state().ready).toBe(true);
    expect(readFileSync(path)).toEqual(bytes);
    expect(hub.requests.at(-1)).toBe(`${commit}/model.onnx bytes=${bytes.length}-`);
  });

  it('that gives vectors of another length than was said is not used', async () => {
    const { files, sha256 } = published(writeEncoder);
    hub = await fileServer(files);
    const wrong = await start(settingsOf(sha256, hub.base, { dimension: 5 }));
    expect(wrong.state().detail).toContain('the model gives vectors of 4 numbers, and 5 are expected');
  });
});

describe('a second model', () => {
  it('verifies nothing until it has come', async () => {
    const { files, sha256 } = published(writeCrossEncoder);
    let away = true;
    hub = await fileServer(files, (_, response) => {
      if (away) response.writeHead(404).end();
      return away;
    });
    const settings = {
      ...defaults,
      modelHub: hub.base,
      verifier: { ...defaults.verifier, repository, sha256, deadlineMs: 20_000 },
    };
    const env = { FOURFOLD_CACHE_DIR: cacheDir };
    verifier = await openVerifier(
      () => settings,
      env,
      { info() {}, warn() {} },
      () => {},
    );
    const opened = verifier as Verifier;
    await vi.waitFor(() => expect(opened.state().detail).toContain('status 404'), 10_000);
    expect(opened.state().ready).toBe(false);
    expect(await opened.refuses('red', 'green', 0.9)).toBe('unverified');
    away = false;
    await vi.waitFor(() => expect(opened.state().ready).toBe(true), 20_000);
    expect(await opened.refuses('red', 'green', 0.9)).toBeUndefined();
    expect(await opened.refuses('red not', 'green', 0.9)).toBe('verifier');
  });
});

describe('settings', () => {
  const sha256 = [`${'0'.repeat(64)}  onnx/model.onnx`, `${'0'.repeat(64)} *tokenizer.json`];
  const good = { repository, sha256, dimension: 384 };
  const faultsOf = (customModel: object) =>
    parse({ value: { customModel }, place: (path) => path.join('.') }).faults;

  it('that name a model whole are taken', () => {
    expect(faultsOf(good)).toBeUndefined();
  });

  it.each<[string, object, string]>([
    ['without a commit', { repository: 'someone/colours' }, 'customModel.repository: expected'],
    ['with a branch', { repository: 'someone/colours@main' }, 'customModel.repository: expected'],
    [
      'that leads out of the folder',
      { repository: repository.replace('someone', '..') },
      'customModel.repository',
    ],
    [
      'without sums',
      { sha256: [] },
      'customModel.sha256: expected a line for an ONNX file and one for tokenizer.json',
    ],
    [
      'without a tokenizer',
      { sha256: sha256.slice(0, 1) },
      'customModel.sha256: expected a line for tokenizer.json',
    ],
    ['with a sum that is none', { sha256: ['abc  model.onnx'] }, 'customModel.sha256.0'],
    ['with a path that leads out', { sha256: [`${'0'.repeat(64)}  ../model.onnx`] }, 'customModel.sha256.0'],
    ['beside a folder', { folder: '/models/mine' }, 'customModel: expected folder or repository, found both'],
    ['without a dimension', { dimension: 0 }, 'customModel.dimension: expected the length of the vectors'],
  ])('%s are refused', (_, change, fault) => {
    expect(faultsOf({ ...good, ...change })?.[0]).toContain(fault);
  });
});
