import type { Embedder } from './embedder.ts';

/** Phase 4 switched off: every text is answered with the reason, at no cost. */
export function unavailableEmbedder(options: {
  readonly model: string;
  readonly detail: string;
  readonly dimension?: number;
}): Embedder {
  const skipped = Promise.resolve({ skipped: 'model-unavailable' } as const);
  return {
    model: options.model,
    dimension: options.dimension ?? 0,
    embed: () => skipped,
    state: () => ({ ready: false, detail: options.detail, queued: 0 }),
    close: async () => {},
  };
}
