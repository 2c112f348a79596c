import { availableParallelism } from 'node:os';
import { findModel, type ModelFiles, modelNames, type Shape } from '../models/index.ts';
import { type EmbedderLog, type EmbeddingSample, type LocalEmbedder, localEmbedder } from './local.ts';
import { unavailableEmbedder } from './unavailable.ts';
import { workerUrl } from './worker-url.ts';

export type { Embedder, EmbedderState, Embedding } from './embedder.ts';
export type { EmbedderLog, EmbeddingSample, LocalEmbedder } from './local.ts';
export { localEmbedder } from './local.ts';
export { shared } from './shared.ts';
export { unavailableEmbedder } from './unavailable.ts';
export { workerUrl } from './worker-url.ts';

export interface EmbedderOptions {
  /** Name of the model as configured. */
  readonly model: string;
  /** Where its files are, or how to get them: `(signal) => ensureModel({ …, signal })`. */
  readonly files: ModelFiles | ((signal: AbortSignal) => Promise<ModelFiles & Partial<Shape>>);
  readonly log: EmbedderLog;
  readonly observe?: (sample: EmbeddingSample) => void;
  /** Of a model that is not in the catalogue. */
  readonly shape?: Shape;
  /** Not loaded before something needs it. */
  readonly idle?: boolean;
  readonly workers?: number;
  readonly queue?: number;
  readonly deadlineMs?: number;
  readonly hungMs?: number;
  readonly backOffMs?: { readonly first: number; readonly most: number };
  readonly worker?: URL;
}

/** The embedder of a configured model. It answers at once: `model-unavailable` until the model is loaded. */
export function createEmbedder(options: EmbedderOptions): LocalEmbedder {
  const known = findModel(options.model);
  const shape = options.shape ?? (known && { ...known, pooling: 'mean' as const, prefix: '' });
  if (shape === undefined) {
    const detail = `The model "${options.model}" is not known; known are: ${modelNames.join(', ')}.`;
    options.log.warn({ model: options.model, reason: detail }, 'embedding model unavailable');
    return {
      ...unavailableEmbedder({ model: options.model, detail }),
      deadlineMs: 0,
      started: async () => {},
    };
  }
  const { files } = options;
  return localEmbedder({
    model: options.model,
    dimension: shape.dimension,
    window: shape.window,
    pooling: shape.pooling,
    prefix: shape.prefix,
    files: typeof files === 'function' ? files : async () => files,
    // One session keeps one core busy; a second on two cores makes both slower, so one core stays with the requests.
    workers: options.workers ?? Math.max(1, Math.min(2, availableParallelism() - 1)),
    idle: options.idle ?? false,
    queue: options.queue ?? 64,
    deadlineMs: options.deadlineMs ?? 250,
    hungMs: options.hungMs ?? 10_000,
    backOffMs: options.backOffMs ?? { first: 1000, most: 60_000 },
    worker: options.worker ?? workerUrl,
    log: options.log,
    observe: options.observe ?? (() => {}),
  });
}
