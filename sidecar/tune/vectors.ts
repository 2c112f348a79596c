import { createEmbedder } from '../embedders/index.ts';
import { ensureModel, modelFolders } from '../models/index.ts';

/** Vectors of these texts by the model of the sidecars; a text past its window, or with unknown words, has none. */
export async function vectorsOf(
  texts: ReadonlySet<string>,
  model: string,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<ReadonlyMap<string, Float32Array>> {
  const embedder = createEmbedder({
    model,
    files: (signal) => ensureModel({ name: model, ...modelFolders(env), signal, log: say }),
    deadlineMs: 60_000,
    log: { info: () => {}, warn: (details, message) => say(`${message}: ${JSON.stringify(details)}`) },
  });
  try {
    await embedder.started();
    const { ready, detail } = embedder.state();
    if (!ready) throw new Error(detail);
    const vectors = new Map<string, Float32Array>();
    for (const text of texts) {
      const embedding = await embedder.embed(text);
      if ('vector' in embedding && embedding.unknown === undefined) vectors.set(text, embedding.vector);
    }
    return vectors;
  } finally {
    await embedder.close();
  }
}
