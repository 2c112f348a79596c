import type { Api } from './api.ts';
import { echo } from './echo.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { openaiModels } from './openai-models.ts';
import { type Provider, type ProviderOptions, startProvider as start } from './provider.ts';

/** In order; the first that answers a path answers it. */
export const apis: readonly Api[] = [openaiChat, openaiModels, openaiEmbeddings, echo];

export const startProvider = (options: Omit<ProviderOptions, 'apis'> = {}): Promise<Provider> =>
  start({ ...options, apis });

export { marker } from './answers.ts';
export type { Behaviour } from './behaviour.ts';
export type { Exchange, Provider } from './provider.ts';
