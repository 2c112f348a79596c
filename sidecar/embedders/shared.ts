import type { Embedder, Embedding } from './embedder.ts';

/** The same embedder, in which questions that ask for the same text at the same time share one run of the model. */
export function shared(embedder: Embedder): Embedder {
  const running = new Map<string, Promise<Embedding>>();
  return {
    model: embedder.model,
    dimension: embedder.dimension,
    state: () => embedder.state(),
    close: () => embedder.close(),
    embed(text) {
      const known = running.get(text);
      if (known !== undefined) return known;
      const embedding = embedder.embed(text).finally(() => running.delete(text));
      running.set(text, embedding);
      return embedding;
    },
  };
}
