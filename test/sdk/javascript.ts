import OpenAI, { APIConnectionError, APIError } from 'openai';
import type { Chunk, Client, Completion, Sdk, Told } from './sdk.ts';

/** The `openai` package of this repository's devDependencies. */
export const javascript: Sdk = {
  name: 'JavaScript',
  async ask(client, params) {
    const headers: Record<string, string> = {};
    const openai = connect(client, headers);
    try {
      if (!params.stream) {
        const completion = await openai.chat.completions.create(params as never);
        return { completion: plain<Completion>(completion), headers };
      }
      const chunks: Chunk[] = [];
      const stream = openai.chat.completions.stream(params as never);
      stream.on('chunk', (chunk) => chunks.push(plain<Chunk>(chunk)));
      return { completion: plain<Completion>(await stream.finalChatCompletion()), chunks, headers };
    } catch (error) {
      return { error: told(error) };
    }
  },
  async models(client) {
    const models = await connect(client).models.list();
    return models.data.map((model) => model.id);
  },
  async embed(client, params) {
    const { data } = await connect(client).embeddings.create(params as never);
    return [...(data[0]?.embedding ?? [])].map(Number);
  },
  close() {},
};

function connect(client: Client, headers: Record<string, string> = {}): OpenAI {
  return new OpenAI({
    baseURL: client.baseUrl,
    apiKey: client.apiKey,
    maxRetries: 0,
    timeout: 20_000,
    fetch: async (...call) => {
      const response = await fetch(...call);
      Object.assign(headers, Object.fromEntries(response.headers));
      return response;
    },
  });
}

function told(error: unknown): NonNullable<Told['error']> {
  if (error instanceof APIConnectionError || !(error instanceof APIError))
    return { class: (error as Error).constructor.name };
  const { status, code = null, type = null, headers } = error;
  return {
    class: error.constructor.name,
    status,
    code,
    type: type as string,
    retryAfter: headers?.get('retry-after') ?? null,
  };
}

/** Without what the SDK hangs onto its objects beside the fields of the API. */
const plain = <Shape>(value: unknown): Shape => JSON.parse(JSON.stringify(value)) as Shape;
