import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CustomModelSettings } from '../../crds/settings.ts';
import type { ModelFiles } from './ensure.ts';
import { jsonIn } from './json-file.ts';
import { hashFile } from './verify.ts';

export type Pooling = 'mean' | 'cls' | 'last';

/** A model in a folder, with all that is needed to run it. */
export interface CustomModel extends ModelFiles {
  readonly dimension: number;
  readonly window: number;
  readonly pooling: Pooling;
  readonly prefix: string;
}

/** Why a folder cannot be used as a model: the field or file, what was expected, what was found. */
export class ModelFolderError extends Error {}

/**
 * Reads what a sentence transformer says of itself: `config.json`, `modules.json`, `sentence_bert_config.json`,
 * `1_Pooling/config.json`, `config_sentence_transformers.json`. What the settings say goes before.
 * @throws ModelFolderError
 */
export async function readCustomModel(settings: InFolder): Promise<CustomModel> {
  const { folder } = settings;
  const files = await filesOf('customModel', settings);
  const [config, modules, sentence, pooled, prompts] = await Promise.all(
    [
      'config.json',
      'modules.json',
      'sentence_bert_config.json',
      '1_Pooling/config.json',
      'config_sentence_transformers.json',
    ].map((name) => readable(join(folder, name))),
  );
  checkModules(folder, modules);
  const dimension =
    (settings.dimension || undefined) ??
    whole(pooled?.word_embedding_dimension) ??
    whole(config?.hidden_size) ??
    whole(config?.d_model);
  if (dimension === undefined)
    throw new ModelFolderError(
      `${join(folder, 'config.json')}: expected hidden_size, the length of its vectors, found none`,
    );
  const window = settings.window || windowOf(folder, sentence, config);
  const pooling = settings.pooling === 'auto' ? poolingOf(folder, pooled) : settings.pooling;
  const prefix = settings.prefix ?? prefixOf(prompts);
  return { dimension, window, pooling, prefix, ...files };
}

type InFolder = Omit<CustomModelSettings, 'repository' | 'sha256'> & { readonly folder: string };

/** Another file, pooling or prefix is another name: vectors of the two are not comparable. */
export async function nameOfCustom(folder: string, model: CustomModel): Promise<string> {
  const hash = await hashOf(model, JSON.stringify([model.pooling, model.prefix]));
  return `${basename(folder)}@${hash}`;
}

/** @throws ModelFolderError */
export async function filesOf(
  field: string,
  { folder, file }: { readonly folder: string; readonly file?: string | undefined },
): Promise<ModelFiles> {
  const names = file === undefined ? usualNames : [file];
  const modelPath = await firstOf(names.map((name) => join(folder, name)));
  if (modelPath === undefined)
    throw new ModelFolderError(
      `${field}.folder: expected one of ${names.join(', ')} in ${folder}, found none`,
    );
  const tokenizerPath = join(folder, 'tokenizer.json');
  if ((await firstOf([tokenizerPath])) === undefined)
    throw new ModelFolderError(`${field}.folder: expected tokenizer.json in ${folder}, found none`);
  return { modelPath, tokenizerPath };
}

/** Quantised first: it is made for processors like ours. */
const usualNames = ['onnx/model_quantized.onnx', 'model_quantized.onnx', 'onnx/model.onnx', 'model.onnx'];

async function firstOf(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  return undefined;
}

/** @throws ModelFolderError */
export async function readable(path: string): Promise<Record<string, unknown>> {
  try {
    return await jsonIn(path);
  } catch (error) {
    throw new ModelFolderError(`${path}: expected JSON, found ${(error as Error).message}`);
  }
}

/** A further layer after the pooling is not in the ONNX file, and without it the vectors would mean something else. */
function checkModules(folder: string, modules: Record<string, unknown> | undefined): void {
  const types = Object.values(modules ?? {}).map((module) =>
    String((module as { type?: unknown })?.type)
      .split('.')
      .at(-1),
  );
  const other = types.find((type) => !['Transformer', 'Pooling', 'Normalize'].includes(type ?? ''));
  if (other !== undefined)
    throw new ModelFolderError(
      `${join(folder, 'modules.json')}: expected Transformer, Pooling and Normalize, found ${other}`,
    );
}

/** @throws ModelFolderError */
export function windowOf(
  folder: string,
  sentence: Record<string, unknown> | undefined,
  config: Record<string, unknown> | undefined,
): number {
  const said = whole(sentence?.max_seq_length);
  if (said !== undefined) return said;
  const positions = whole(config?.max_position_embeddings);
  if (positions === undefined)
    throw new ModelFolderError(
      `${join(folder, 'config.json')}: expected max_position_embeddings, found none; or set the window`,
    );
  // Models of this family count positions from 2 on.
  return /roberta/i.test(String(config?.model_type)) ? positions - 2 : positions;
}

/** @throws ModelFolderError */
function poolingOf(folder: string, pooled: Record<string, unknown> | undefined): Pooling {
  const chosen = Object.entries(pooled ?? {}).filter(
    ([name, on]) => name.startsWith('pooling_mode_') && on === true,
  );
  const [name] = chosen[0] ?? ['pooling_mode_mean_tokens'];
  const pooling = poolings[name];
  if (chosen.length > 1 || pooling === undefined)
    throw new ModelFolderError(
      `${join(folder, '1_Pooling/config.json')}: expected one of ${Object.keys(poolings).join(', ')}, found ${chosen.map(([each]) => each).join(', ')}`,
    );
  return pooling;
}

const poolings: Readonly<Record<string, Pooling>> = {
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_cls_token: 'cls',
  pooling_mode_lasttoken: 'last',
};

function prefixOf(prompts: Record<string, unknown> | undefined): string {
  const named = prompts?.default_prompt_name;
  const known = prompts?.prompts as Record<string, unknown> | undefined;
  const prefix = typeof named === 'string' ? known?.[named] : undefined;
  return typeof prefix === 'string' ? prefix : '';
}

async function hashOf({ modelPath, tokenizerPath }: ModelFiles, more: string): Promise<string> {
  const hash = createHash('sha256').update(more);
  for (const path of [modelPath, tokenizerPath]) await hashFile(hash, path);
  return hash.digest('hex').slice(0, 12);
}

const whole = (value: unknown): number | undefined =>
  Number.isInteger(value) && (value as number) > 0 ? (value as number) : undefined;
