import type { Settings } from '../../crds/settings.ts';
import { findModel } from './catalogue.ts';
import { type Pooling, readCustomModel } from './custom.ts';
import { ensureModel, type ModelFiles } from './ensure.ts';
import { modelFolders } from './folders.ts';

/** The embedding model that the settings name, and how to come by its files. */
export interface ChosenModel {
  /** In the store: vectors of models with other names are not comparable. */
  readonly name: string;
  readonly dimension: number;
  readonly window: number;
  readonly pooling: Pooling;
  readonly prefix: string;
  readonly files: (signal: AbortSignal) => Promise<ModelFiles>;
}

/** @throws ModelFolderError */
export async function chooseModel(
  { model: name, customModel }: Pick<Settings, 'model' | 'customModel'>,
  env: NodeJS.ProcessEnv,
  log: (message: string) => void,
): Promise<ChosenModel> {
  const { folder } = customModel;
  if (folder !== undefined) {
    const { modelPath, tokenizerPath, ...shape } = await readCustomModel({ ...customModel, folder });
    return { ...shape, files: async () => ({ modelPath, tokenizerPath }) };
  }
  const known = findModel(name);
  return {
    name,
    dimension: known?.dimension ?? 0,
    window: known?.window ?? 0,
    pooling: 'mean',
    prefix: '',
    files: (signal) => ensureModel({ name, ...modelFolders(env), signal, log }),
  };
}
