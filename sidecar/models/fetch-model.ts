import { ensureModel, type ModelFiles } from './ensure.ts';
import { modelFolders } from './folders.ts';
import { progressTo } from './progress.ts';

/** What `npm run fetch` does for the model: the same as a first use, with everything said on a terminal. */
export function fetchModel(options: {
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  readonly out: { readonly isTTY?: boolean; write(text: string): unknown };
  readonly signal?: AbortSignal;
}): Promise<ModelFiles> {
  const { name, env, out, signal } = options;
  return ensureModel({
    name,
    ...modelFolders(env),
    log: (message) => out.write(`${message}\n`),
    progress: progressTo(out),
    ...(signal ? { signal } : {}),
  });
}
