import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Model } from './catalogue.ts';

export interface ModelFolders {
  /** Where fetched files are kept. */
  readonly cacheDir: string;
  /** A folder that has the files already, as in an image; it is read and never written. */
  readonly modelDir: string | undefined;
  /** A mirror of the pinned revision's folder; whatever it serves must have the pinned sha256. */
  readonly base: string | undefined;
}

export function modelFolders(env: NodeJS.ProcessEnv): ModelFolders {
  return {
    cacheDir: env.FOURFOLD_CACHE_DIR || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'fourfold'),
    modelDir: env.FOURFOLD_MODEL_DIR || undefined,
    base: env.FOURFOLD_MODEL_BASE || undefined,
  };
}

/** The revision is part of the name: two versions of fourfold on one cache never take each other's files for damaged. */
export const folderOf = (model: Model, cacheDir: string) =>
  join(cacheDir, 'models', `${model.name}-${model.revision.slice(0, 7)}`);
