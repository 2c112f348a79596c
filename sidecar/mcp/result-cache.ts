import type { Message } from './message.ts';

export type Result = NonNullable<Message['result']>;

export interface Looked {
  readonly result?: Result;
  /** To be handed in with what is computed now: what was removed since this lookup is not kept. */
  readonly asOf?: number;
}

/** Where results of a server's tools are kept. `tool` is a name for the cache, `input` all that the result depends on. */
export interface ResultCache {
  /** Never rejects: without a cache there is nothing. */
  find(tool: string, input: unknown): Promise<Looked>;
  /** Never rejects. */
  keep(tool: string, input: unknown, result: Result, asOf: number | undefined): Promise<void>;
  /** @throws where it may not have happened. */
  drop(tool: string): Promise<void>;
  close(): Promise<void>;
}
