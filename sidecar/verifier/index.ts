import { basename, join } from 'node:path';
import type { Settings } from '../../crds/settings.ts';
import { type EmbedderLog, localEmbedder, workerUrl } from '../embedders/index.ts';
import {
  ensureRepository,
  filesOf,
  type ModelFiles,
  ModelFolderError,
  modelFolders,
  type Repository,
  readable,
  repositoryOf,
  windowOf,
} from '../models/index.ts';
import { type Verification, Verifier } from './verifier.ts';

/**
 * Undefined where no model is named. One in a folder is looked at here; one of a repository when it has been fetched, and until
 * then nothing is verified.
 * @throws ModelFolderError
 */
export async function openVerifier(
  settings: () => Settings,
  env: NodeJS.ProcessEnv,
  log: EmbedderLog,
  observe: (outcome: Verification) => void,
): Promise<Verifier | undefined> {
  const { verifier, modelHub: hub } = settings();
  const { folder, file, deadlineMs } = verifier;
  const repository = repositoryOf(verifier);
  if (folder === undefined && repository === undefined) return undefined;
  let found = folder === undefined ? undefined : await read(folder, file, verifier.label);
  const fetched = async (signal: AbortSignal): Promise<Found> => {
    const to = { ...modelFolders(env), hub, signal, log: (message: string) => log.info({}, message) };
    return read(await ensureRepository(repository as Repository, to), repository?.file, verifier.label);
  };
  const model = localEmbedder({
    model: `${folder === undefined ? repository?.id : basename(folder)} (verifier)`,
    task: 'verify',
    dimension: 0,
    window: found?.window ?? Number.POSITIVE_INFINITY,
    async files(signal) {
      if (folder === undefined) found = await fetched(signal);
      const { modelPath, tokenizerPath, window } = found as Found;
      return { modelPath, tokenizerPath, window };
    },
    // One at a time: phase 4 asks it for few matches, and a second session would slow the embeddings.
    ...{ workers: 1, queue: 64, deadlineMs, hungMs: 10_000 },
    backOffMs: { first: 1_000, most: 60_000 },
    worker: workerUrl,
    log,
    observe: () => {},
  });
  return new Verifier({
    model,
    label: () => found?.label ?? -1,
    settings: () => settings().verifier,
    observe,
  });
}

interface Found extends ModelFiles {
  readonly window: number;
  readonly label: number;
}

/** @throws ModelFolderError */
async function read(folder: string, file: string | undefined, label: number): Promise<Found> {
  const files = await filesOf('verifier', { folder, file });
  const [config, sentence] = await Promise.all(
    ['config.json', 'sentence_bert_config.json'].map((name) => readable(join(folder, name))),
  );
  const window = windowOf(folder, sentence, config);
  return { ...files, window, label: label >= 0 ? label : labelOf(folder, config) };
}

/** Of the names in `id2label`, the one that says that two texts mean the same. One output needs no name. */
function labelOf(folder: string, config: Record<string, unknown> | undefined): number {
  const named = Object.entries((config?.id2label ?? {}) as Record<string, unknown>);
  if (named.length <= 1) return 0;
  const found = named.filter(([, name]) =>
    /^(?:entailment|duplicate|is_duplicate|paraphrase|equivalent|same)$/i.test(String(name)),
  );
  const [id] = found[0] ?? [];
  if (found.length === 1 && Number.isInteger(Number(id))) return Number(id);
  throw new ModelFolderError(
    `${join(folder, 'config.json')}: expected one label such as entailment or duplicate in id2label, found ${named.map(([, name]) => name).join(', ')}; set verifier.label`,
  );
}
