import { basename, join } from 'node:path';
import type { Settings } from '../../crds/settings.ts';
import { type EmbedderLog, localEmbedder, workerUrl } from '../embedders/index.ts';
import { filesOf, ModelFolderError, readable, windowOf } from '../models/index.ts';
import { type Verification, Verifier } from './verifier.ts';

/** Undefined where no folder is named. @throws ModelFolderError */
export async function openVerifier(
  settings: () => Settings,
  log: EmbedderLog,
  observe: (outcome: Verification) => void,
): Promise<Verifier | undefined> {
  const { folder, file, label, deadlineMs } = settings().verifier;
  if (folder === undefined) return undefined;
  const files = await filesOf('verifier', { folder, file });
  const [config, sentence] = await Promise.all(
    ['config.json', 'sentence_bert_config.json'].map((name) => readable(join(folder, name))),
  );
  const model = localEmbedder({
    model: `${basename(folder)} (verifier)`,
    task: 'verify',
    dimension: 0,
    window: windowOf(folder, sentence, config),
    files: async () => files,
    // One at a time: phase 4 asks it for few matches, and a second session would slow the embeddings.
    ...{ workers: 1, queue: 64, deadlineMs, hungMs: 10_000 },
    backOffMs: { first: 1_000, most: 60_000 },
    worker: workerUrl,
    log,
    observe: () => {},
  });
  const chosen = label >= 0 ? label : labelOf(folder, config);
  return new Verifier({ model, label: chosen, settings: () => settings().verifier, observe });
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
