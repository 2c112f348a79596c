import type { PartitionKey } from '../../../../crds/settings.ts';
import type { JsonObject } from '../../../../sidecar/dialects/dialect.ts';
import { openaiChat } from '../../../../sidecar/dialects/openai-chat.ts';
import { type Identity, identify, ownerOf } from '../../../../sidecar/lookup/identity.ts';

/** Who asks, where, and how the cache is configured; everything has a usual value. */
export interface As {
  readonly headers?: Record<string, string | string[] | undefined>;
  readonly query?: string;
  readonly upstream?: string;
  readonly tenant?: string | undefined;
  readonly partitionBy?: readonly PartitionKey[];
  readonly conversation?: 'strict' | 'lastTurn';
}

/** The identity of a chat request, from its body to its hashes, as the proxy finds it. */
export function identityOf(body: object, as: As = {}): Identity {
  const partitionBy = as.partitionBy ?? ['credential'];
  const headers = as.headers ?? { authorization: 'Bearer sk-usual' };
  const read = openaiChat.read(body as JsonObject, {
    conversation: as.conversation ?? 'strict',
    identifyUser: !partitionBy.includes('none'),
    path: '/v1/chat/completions',
    query: as.query ?? '',
  });
  return identify({
    ...read,
    dialect: openaiChat,
    identityHeaders: openaiChat.identityHeaders.map((name) => headers[name] ?? null),
    query: as.query ?? '',
    upstream: as.upstream ?? 'https://provider.test/v1',
    owner: ownerOf(partitionBy, { headers, tenant: as.tenant }),
    partitionByUser: partitionBy.includes('user'),
  });
}

/** A request with a field of every kind that the API has published. With tools, only its exact bytes may answer. */
export const rich = {
  model: 'gpt-4o-mini',
  messages: [
    { role: 'system', content: 'You answer in one sentence.' },
    { role: 'user', content: 'My name is Ada.', name: 'ada' },
    { role: 'assistant', content: 'Hello Ada.' },
    { role: 'user', content: 'What is the capital of France?', name: 'ada' },
  ],
  temperature: 0.2,
  top_p: 0.9,
  seed: 7,
  stop: ['END', '\n\n'],
  max_tokens: 100,
  max_completion_tokens: 200,
  n: 1,
  presence_penalty: 0.1,
  frequency_penalty: 0.2,
  logit_bias: { '50256': -100 },
  logprobs: true,
  top_logprobs: 2,
  response_format: { type: 'text' },
  user: 'user-1',
  safety_identifier: 'hash-1',
  service_tier: 'default',
  store: false,
  metadata: { team: 'support' },
  reasoning_effort: 'low',
  verbosity: 'low',
  web_search_options: { search_context_size: 'low', user_location: { approximate: { city: 'Paris' } } },
  vendor_extension: { deep: [{ er: { still: [1, 2, { deeper: true }] } }] },
  stream: false,
};

export const withTools = {
  ...rich,
  tools: [
    {
      type: 'function',
      function: {
        name: 'get_weather',
        description: 'Weather of a city',
        parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        strict: true,
      },
    },
    { type: 'function', function: { name: 'get_time' } },
  ],
  tool_choice: { type: 'function', function: { name: 'get_weather' } },
  parallel_tool_calls: false,
};
