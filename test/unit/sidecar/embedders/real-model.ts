import {
  ensureModel,
  type ModelFiles,
  ModelUnavailableError,
  modelFolders,
} from '../../../../sidecar/models/index.ts';
import { part } from '../../../support/require.ts';

export type RealModel = { readonly files: ModelFiles } | { readonly missing: string };

/** The real model, fetched as a user's would be. Without it its tests are skipped, unless FOURFOLD_REQUIRE names `model`. */
export async function realModel(): Promise<RealModel> {
  try {
    return { files: await ensureModel({ name: 'all-MiniLM-L6-v2', ...modelFolders(process.env) }) };
  } catch (error) {
    if (!(error instanceof ModelUnavailableError)) throw error;
    part('model', false, error.summary);
    return { missing: error.summary };
  }
}
