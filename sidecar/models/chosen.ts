import type { Settings } from '../../crds/settings.ts';
import { findModel } from './catalogue.ts';
import { ModelFolderError, nameOfCustom, type Pooling, readCustomModel } from './custom.ts';
import { ensureModel, type ModelFiles } from './ensure.ts';
import { modelFolders } from './folders.ts';
import { ensureRepository, nameOf, type Repository, repositoryOf } from './repository.ts';

/** The embedding model that the settings name, and how to come by its files. */
export interface ChosenModel {
  /** In the store: vectors of models with other names are not comparable. */
  readonly name: string;
  readonly shape: Shape;
  /** Fetched files may say more of the shape than was known before they came. */
  readonly files: (signal: AbortSignal) => Promise<ModelFiles & Partial<Shape>>;
}

export interface Shape {
  readonly dimension: number;
  /** Infinite until the files say it. */
  readonly window: number;
  readonly pooling: Pooling;
  readonly prefix: string;
}

type Choice = Pick<Settings, 'model' | 'customModel' | 'modelHub'>;
type Log = (message: string) => void;

/** @throws ModelFolderError */
export async function chooseModel(settings: Choice, env: NodeJS.ProcessEnv, log: Log): Promise<ChosenModel> {
  const { model: name, customModel } = settings;
  const { folder } = customModel;
  if (folder !== undefined) {
    const { modelPath, tokenizerPath, ...shape } = await readCustomModel({ ...customModel, folder });
    const files = { modelPath, tokenizerPath };
    const named = () => nameOfCustom(folder, { ...shape, ...files });
    const name = await named();
    return {
      name,
      shape,
      async files() {
        // Vectors of other files would stand under this name, and be compared with those of these. It may be hours since.
        const now = await named();
        if (now === name) return files;
        throw new ModelFolderError(
          `${folder}: expected the files of ${name}, with which this sidecar started, found ${now}`,
        );
      },
    };
  }
  const repository = repositoryOf(customModel);
  if (repository !== undefined) return fetched(repository, settings, env, log);
  const known = findModel(name);
  return {
    name,
    shape: { dimension: known?.dimension ?? 0, window: known?.window ?? 0, pooling: 'mean', prefix: '' },
    files: (signal) => ensureModel({ name, ...modelFolders(env), signal, log }),
  };
}

/** What a store has to know is known before the files are here: the sidecar starts without them. */
function fetched(
  repository: Repository,
  { customModel, modelHub: hub }: Choice,
  env: NodeJS.ProcessEnv,
  log: Log,
): ChosenModel {
  const { pooling, prefix, window, dimension } = customModel;
  const { cacheDir } = modelFolders(env);
  return {
    name: nameOf(repository, pooling, JSON.stringify(prefix ?? null)),
    shape: {
      dimension,
      window: window || Number.POSITIVE_INFINITY,
      pooling: pooling === 'auto' ? 'mean' : pooling,
      prefix: prefix ?? '',
    },
    async files(signal) {
      const folder = await ensureRepository(repository, { cacheDir, hub, log, signal });
      return readCustomModel({ ...customModel, folder, file: repository.file });
    },
  };
}
