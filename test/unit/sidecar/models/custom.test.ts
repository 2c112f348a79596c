import { appendFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from '../../../../crds/parse.ts';
import type { CustomModelSettings, Settings } from '../../../../crds/settings.ts';
import { createEmbedder, type LocalEmbedder } from '../../../../sidecar/embedders/index.ts';
import { nameOfCustom, readCustomModel } from '../../../../sidecar/models/custom.ts';
import { chooseModel, ModelFolderError } from '../../../../sidecar/models/index.ts';
import { dimension, vectorOf, writeEncoder } from '../../../support/onnx.ts';

/** Embedding models that a user brings. */
const defaults = parse().settings as Settings;
let folder: string;
let embedder: LocalEmbedder | undefined;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'fourfold-test-')), 'colours');
});
afterEach(async () => {
  await embedder?.close();
  embedder = undefined;
});

const read = (more: Partial<CustomModelSettings> = {}) =>
  readCustomModel({ ...defaults.customModel, ...more, folder });
async function embed(text: string, more: Partial<CustomModelSettings> = {}) {
  const warnings: object[] = [];
  const settings = { ...defaults, customModel: { ...defaults.customModel, folder, ...more } };
  const { name, files, shape } = await chooseModel(settings, {}, () => {});
  embedder = createEmbedder({
    model: name,
    files,
    shape,
    deadlineMs: 20_000,
    log: { info: () => {}, warn: (details) => void warnings.push(details) },
  });
  await embedder.started();
  const embedding = await embedder.embed(text);
  if (!('vector' in embedding)) throw new Error(`${embedding.skipped}: ${JSON.stringify(warnings)}`);
  return embedding;
}
/** The mean of the words' vectors, of length 1. */
function meanOf(...words: string[]): Float32Array {
  const sums = Array.from({ length: dimension }, (_, at) =>
    words.reduce((sum, word) => sum + vectorOf(word)[at]!, 0),
  );
  return Float32Array.from(sums, (sum) => sum / Math.hypot(...sums));
}
const expectClose = (vector: Float32Array, expected: Float32Array) => {
  for (const [at, value] of expected.entries()) expect(vector[at]).toBeCloseTo(value, 5);
};
const pooled = (mode: string, more: object = {}) => ({
  '1_Pooling/config.json': { [`pooling_mode_${mode}`]: true, ...more },
});

describe('the vector of a text', () => {
  it('is the mean of its pieces, marks included, where the files say nothing', async () => {
    writeEncoder(folder);
    const { vector, unknown } = await embed('Red green');
    expectClose(vector, meanOf('[CLS]', 'red', 'green', '[SEP]'));
    expect(unknown).toBeUndefined();
  });

  it.each([
    ['mean_tokens', ['[CLS]', 'red', 'blue', '[SEP]']],
    ['cls_token', ['[CLS]']],
    ['lasttoken', ['[SEP]']],
  ])('is what 1_Pooling/config.json says: %s', async (mode, words) => {
    writeEncoder(folder, pooled(mode));
    expectClose((await embed('red blue')).vector, meanOf(...words));
  });

  it('is what the settings say before that, with their prefix', async () => {
    writeEncoder(folder, {
      ...pooled('cls_token'),
      'config_sentence_transformers.json': {
        prompts: { query: 'query: ', none: '' },
        default_prompt_name: 'query',
      },
    });
    expectClose(
      (await embed('red', { pooling: 'mean' })).vector,
      meanOf('[CLS]', 'query', ':', 'red', '[SEP]'),
    );
    await embedder?.close();
    expectClose(
      (await embed('red', { pooling: 'mean', prefix: 'blue ' })).vector,
      meanOf('[CLS]', 'blue', 'red', '[SEP]'),
    );
  });

  it.each([0, 1])(
    'is none of files that have changed since the start, loaded %i times before',
    async (loaded) => {
      writeEncoder(folder);
      const { name, files } = await chooseModel(
        { ...defaults, customModel: { ...defaults.customModel, folder } },
        {},
        () => {},
      );
      const signal = new AbortController().signal;
      for (let i = 0; i < loaded; i++)
        expect(await files(signal)).toMatchObject({ modelPath: join(folder, 'model.onnx') });
      appendFileSync(join(folder, 'model.onnx'), ' ');
      await expect(files(signal)).rejects.toThrow(`${folder}: expected the files of ${name}`);
    },
  );

  it('is none where the text does not fit the window, with its prefix, and tells of unknown words', async () => {
    writeEncoder(folder);
    expect(await embed('red red').catch((error: Error) => error.message)).not.toContain('window');
    await embedder?.close();
    await expect(embed('red red', { window: 3 })).rejects.toThrow('window');
    await embedder?.close();
    expect((await embed('red yellow')).unknown).toBe(1);
  });
});

describe('a folder', () => {
  it('gives dimension and window from its files', async () => {
    writeEncoder(folder);
    expect(await read()).toMatchObject({ dimension: 4, window: 16, pooling: 'mean', prefix: '' });
    writeEncoder(folder, {
      'sentence_bert_config.json': { max_seq_length: 12 },
      ...pooled('mean_tokens', { word_embedding_dimension: 4 }),
    });
    expect(await read()).toMatchObject({ window: 12 });
    writeEncoder(folder, {
      'config.json': { hidden_size: 4, max_position_embeddings: 514, model_type: 'xlm-roberta' },
      'sentence_bert_config.json': {},
    });
    expect(await read()).toMatchObject({ window: 512 });
  });

  it('gives a name that changes with everything that changes a vector', async () => {
    writeEncoder(folder);
    const named = async (more = {}) => nameOfCustom(folder, await read(more));
    const name = await named();
    expect(name).toMatch(/^colours@[0-9a-f]{12}$/);
    expect(await named()).toBe(name);
    expect(await named({ pooling: 'cls' })).not.toBe(name);
    expect(await named({ prefix: 'query: ' })).not.toBe(name);
  });

  it.each<[string, () => void, string, Partial<CustomModelSettings>?]>([
    ['has no model', () => {}, 'customModel.folder: expected one of onnx/model_quantized.onnx'],
    ['has no such model', () => writeEncoder(folder), 'expected one of other.onnx', { file: 'other.onnx' }],
    [
      'does not say how long its vectors are',
      () => writeEncoder(folder, { 'config.json': {} }),
      'expected hidden_size',
    ],
    [
      'does not say how much fits',
      () => writeEncoder(folder, { 'config.json': { hidden_size: 4 } }),
      'expected max_position_embeddings',
    ],
    [
      'pools in a way that we do not know',
      () => writeEncoder(folder, pooled('max_tokens')),
      'found pooling_mode_max_tokens',
    ],
    [
      'pools in two ways',
      () => writeEncoder(folder, pooled('cls_token', { pooling_mode_mean_tokens: true })),
      'found pooling_mode_cls_token, pooling_mode_mean_tokens',
    ],
    [
      'has a layer beside the model',
      () =>
        writeEncoder(folder, {
          'modules.json': [
            { type: 'sentence_transformers.models.Transformer' },
            { type: 'sentence_transformers.models.Dense' },
          ],
        }),
      'expected Transformer, Pooling and Normalize, found Dense',
    ],
  ])('that %s is refused', async (_, make, message, more = {}) => {
    make();
    await expect(read(more)).rejects.toThrow(message);
    await expect(read(more)).rejects.toBeInstanceOf(ModelFolderError);
  });

  it('whose model gives vectors of another length than it says has none', async () => {
    writeEncoder(folder, { 'config.json': { hidden_size: 5, max_position_embeddings: 16 } });
    await expect(embed('red')).rejects.toThrow('the model gives vectors of 4 numbers, and 5 are expected');
  });
});
