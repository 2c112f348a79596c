export { findModel, type Model, type ModelFile, modelNames } from './catalogue.ts';
export { type ChosenModel, chooseModel, type Shape } from './chosen.ts';
export { filesOf, ModelFolderError, type Pooling, readable, windowOf } from './custom.ts';
export { type EnsureModelOptions, ensureModel, type ModelFiles } from './ensure.ts';
export { fetchModel } from './fetch-model.ts';
export { type ModelFolders, modelFolders } from './folders.ts';
export type { Progress } from './progress.ts';
export { ensureRepository, type Repository, repositoryOf } from './repository.ts';
export { ModelUnavailableError } from './unavailable-error.ts';
