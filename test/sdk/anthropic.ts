import Anthropic, { APIConnectionError, APIError } from '@anthropic-ai/sdk';
import { speakTo } from './python.ts';
import type { Client } from './sdk.ts';

/** One of Anthropic's SDKs, as an application uses it: it is given the sidecar's URL and nothing else that is special. */
export interface MessagesSdk {
  readonly name: string;
  ask(client: Client, params: MessageParams): Promise<MessageTold>;
  countTokens(client: Client, params: object): Promise<number>;
  close(): void;
}

export type MessageParams = { stream?: boolean; [field: string]: unknown };

/** What the SDK made of the bytes; for a stream, what its own accumulator put together. */
export interface MessageTold {
  readonly message?: {
    readonly id: string;
    readonly content: readonly { type: string; text?: string; input?: object }[];
    readonly stop_reason: string;
    readonly usage: { output_tokens: number };
  };
  /** Of a stream, the kinds of its events in order. */
  readonly events?: readonly string[];
  /** In lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly error?: { class: string; status?: number; body?: unknown; retryAfter?: string | null };
}

/** The `@anthropic-ai/sdk` package of this repository's devDependencies. */
export const javascript: MessagesSdk = {
  name: 'JavaScript',
  async ask(client, { stream, ...params }) {
    const headers: Record<string, string> = {};
    const anthropic = connect(client, headers);
    try {
      if (!stream) {
        const message = await anthropic.messages.create(params as never);
        return { message: plain(message), headers };
      }
      const events: string[] = [];
      const running = anthropic.messages.stream(params as never);
      running.on('streamEvent', (event) => events.push(event.type));
      return { message: plain(await running.finalMessage()), events, headers };
    } catch (error) {
      return { error: told(error) };
    }
  },
  async countTokens(client, params) {
    return (await connect(client).messages.countTokens(params as never)).input_tokens;
  },
  close() {},
};

/** The `anthropic` package of the Python environment. */
export function startPython(): MessagesSdk {
  const { tell, close } = speakTo('python/anthropic_client.py');
  return {
    name: 'Python',
    ask: (client, params) => tell<MessageTold>({ do: 'ask', ...client, params }),
    countTokens: async (client, params) =>
      (await tell<{ tokens: number }>({ do: 'count', ...client, params })).tokens,
    close,
  };
}

function connect({ baseUrl, apiKey }: Client, headers: Record<string, string> = {}): Anthropic {
  return new Anthropic({
    baseURL: baseUrl,
    apiKey,
    maxRetries: 0,
    timeout: 20_000,
    fetch: async (...call) => {
      const response = await fetch(...call);
      Object.assign(headers, Object.fromEntries(response.headers));
      return response;
    },
  });
}

function told(error: unknown): NonNullable<MessageTold['error']> {
  if (error instanceof APIConnectionError || !(error instanceof APIError))
    return { class: (error as Error).constructor.name };
  const { status, error: body, headers } = error;
  return { class: error.constructor.name, status, body, retryAfter: headers?.get('retry-after') ?? null };
}

/** Without what the SDK hangs onto its objects beside the fields of the API; a stream alone is parsed in one go. */
function plain<Shape>(value: unknown): Shape {
  const { parsed_output: _, ...message } = JSON.parse(JSON.stringify(value));
  return message as Shape;
}
