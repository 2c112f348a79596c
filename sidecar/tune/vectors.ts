import type { Settings } from '../../crds/settings.ts';
import { createEmbedder } from '../embedders/index.ts';
import { chooseModel } from '../models/index.ts';

/** Vectors of these texts by the model of the sidecars; a text past its window, or with unknown words, has none. */
export async function vectorsOf(
  texts: ReadonlySet<string>,
  settings: Settings,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<ReadonlyMap<string, Float32Array>> {
  const { name, files, shape } = await chooseModel(settings, env, say);
  const embedder = createEmbedder({
    model: name,
    files,
    shape,
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
