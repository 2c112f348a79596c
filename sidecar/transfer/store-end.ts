import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadSettings } from '../config/load.ts';
import { createEmbedder, type LocalEmbedder } from '../embedders/index.ts';
import { chooseModel } from '../models/index.ts';
import { openStore } from '../stores/index.ts';
import type { End } from './end.ts';
import { Importer } from './importer.ts';
import { rowsOf } from './rows.ts';

/**
 * A store without a sidecar: a Redis, or the folder of a sidecar that does not run. `env` says the rest of the settings, as
 * to a sidecar. `say` is told what a person should know.
 * @throws ConfigurationError, and what the store throws.
 */
export async function storeEnd(
  url: string,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<End> {
  const settings = await loadSettings({ ...env, FOURFOLD_STORE: url });
  const log = {
    info: () => {},
    warn: (details: object, message: string) => say(`${message}: ${JSON.stringify(details)}`),
  };
  const { name: model, files, shape } = await chooseModel(settings, env, say);
  const { dimension } = shape;
  const store = await openStore(settings.store, {
    maxEntries: settings.maxEntries,
    dimension,
    model,
    redis: settings.redis,
    log,
  });
  let embedder: Promise<LocalEmbedder> | undefined;
  /** Loaded when a text has to be embedded, which takes a second. */
  const loaded = async () => {
    const loading = createEmbedder({
      model,
      files,
      shape,
      deadlineMs: 60_000,
      log,
    });
    await loading.started();
    return loading;
  };
  const importer = new Importer({
    store,
    embedder: {
      model,
      dimension,
      embed: async (text) => {
        embedder ??= loaded();
        return (await embedder).embed(text);
      },
    },
    settings: () => settings,
    clock: Date.now,
  });
  return {
    rows: () => rowsOf(store, model),
    take: (rows) => importer.takeAll(rows.map((row) => ({ row }))),
    async close() {
      await store.close();
      await (await embedder)?.close();
    },
  };
}

/** What a `memory://` URL should have been. Opening a store makes its folder, so who only reads would find each one empty. */
export async function folderFault(
  url: string,
  { mustExist }: { mustExist: boolean },
): Promise<string | undefined> {
  if (!url.startsWith('memory:')) return undefined;
  if (url === 'memory://') return 'memory:///a/directory: without one all ends with this command';
  if (!mustExist) return undefined;
  const isFolder = await stat(fileURLToPath(url.replace('memory:', 'file:'))).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? undefined : 'memory:// and a directory that is there';
}
