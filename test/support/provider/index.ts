import { anthropicMessages } from './anthropic-messages.ts';
import type { Api } from './api.ts';
import { azureOpenai } from './azure-openai.ts';
import { echo } from './echo.ts';
import { gemini } from './gemini.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiCompletions } from './openai-completions.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { openaiModels } from './openai-models.ts';
import { openaiResponses } from './openai-responses.ts';
import { type Provider, type ProviderOptions, startProvider as start } from './provider.ts';

/** In order; the first that answers a path answers it. */
export const apis: readonly Api[] = [
  openaiChat,
  openaiCompletions,
  openaiResponses,
  openaiModels,
  openaiEmbeddings,
  azureOpenai,
  anthropicMessages,
  gemini,
  echo,
];

export const startProvider = (options: Omit<ProviderOptions, 'apis'> = {}): Promise<Provider> =>
  start({ ...options, apis });

export { marker } from './answers.ts';
export type { Behaviour } from './behaviour.ts';
export type { Exchange, Provider } from './provider.ts';
