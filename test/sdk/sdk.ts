/** One official SDK, as an application uses it: it is given the sidecar's URL and nothing else that is special. */
export interface Sdk {
  readonly name: string;
  ask(client: Client, params: Params): Promise<Told>;
  models(client: Client): Promise<string[]>;
  embed(client: Client, params: object): Promise<number[]>;
  close(): void;
}

export interface Client {
  readonly baseUrl: string;
  readonly apiKey: string;
}

export type Params = { stream?: boolean; [field: string]: unknown };

/** What the SDK made of the bytes. */
export interface Told {
  /** As the SDK's own types have it; for a stream, as the SDK's own accumulator puts it together. */
  readonly completion?: Completion;
  readonly chunks?: Chunk[];
  /** In lower case. */
  readonly headers?: Record<string, string>;
  readonly error?: {
    class: string;
    status?: number;
    code?: string | null;
    type?: string | null;
    retryAfter?: string | null;
  };
}

export interface Completion {
  id: string;
  created: number;
  model: string;
  choices: { message: { content: string | null; tool_calls?: { id: string }[] }; finish_reason: string }[];
  usage?: { total_tokens: number } | null;
}

export interface Chunk {
  id: string;
  created: number;
  choices: {
    index: number;
    delta: { role?: string; content?: string | null };
    finish_reason?: string | null;
  }[];
  usage?: object | null;
}
