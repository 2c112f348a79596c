import type { BypassReason, ExactOnlyReason, UnstoredReason } from '../reasons.ts';

export type JsonObject = { [key: string]: unknown };

/**
 * One provider API. A dialect reads the dozen fields that a cache needs and leaves the rest of the bytes alone: requests
 * and first answers travel as they came, and only replays are written here. Pure: bytes in, values out.
 */
export interface Dialect {
  /** As in headers, metrics and entries, for example `openai-chat`. */
  readonly name: string;
  /** Which configured upstream the requests go to. */
  readonly upstream: 'openai' | 'anthropic' | 'gemini';
  /** Whether requests of this method and path (without query) speak this dialect. */
  serves(method: string, path: string): boolean;
  /** Request headers, in lower case, that change the answer and so belong to its identity. */
  readonly identityHeaders: readonly string[];
  /** Query parameter → the credential header that it stands for: it counts as that header does, and nothing else sees it. */
  readonly credentials?: Readonly<Record<string, string>>;

  /**
   * `fixed` is everything that must be equal for an answer to be reusable, unknown fields included; without the loose
   * text and without what only shapes the reply. `query` is what counts of the query, where that is not all of it.
   */
  read(
    body: JsonObject,
    rules: ReadingRules,
  ): { readonly asked: Asked; readonly fixed: JsonObject; readonly query?: string };

  /**
   * Why the last user text, as it is, may only be answered where it comes again in its exact bytes. Nothing else that `read`
   * finds depends on its characters: of two requests that differ in a text without such a reason, only `asked.text` differs.
   */
  exactOnly(text: string): ExactOnlyReason | undefined;

  /** Records one answer. The form is known from the response's content type. */
  recorder(form: Form): Recorder;

  /**
   * Writes a stored answer as the provider would: the whole body of a response in the form asked for. `sameWords` where it
   * was given to the very same request before; else what is bound to the words of the other one is left out.
   */
  write(answer: Uint8Array, asked: Asked, sameWords?: boolean): Uint8Array;

  /** The provider's JSON answer that says these words: of an answer that did not come from it. Absent where it has no words. */
  compose?(text: string, about: Composed): JsonObject;

  /** The provider's own content type of a reply in that form. */
  contentType(form: Form): string;

  /** The provider's own error shape. */
  error(message: string, kind: ErrorKind): string;
}

/** One JSON object; server-sent events; or the events as one JSON array, written as they come. */
export type Form = 'json' | 'stream' | 'array';

export type ErrorKind =
  | 'bad-request'
  | 'upstream-unreachable'
  | 'upstream-timeout'
  | 'not-cached'
  | 'too-many'
  | 'internal';

export interface Composed {
  readonly model: string;
  /** Becomes part of the answer's id. */
  readonly id: string;
  /** Since the epoch. */
  readonly seconds: number;
}

export interface ReadingRules {
  /** `strict`: earlier turns are part of the identity; `lastTurn`: only the system prompt and the last user turn are. */
  readonly conversation: 'strict' | 'lastTurn';
  /** False where everybody shares everything (`partitionBy: none`): then the end user's id is not identity. */
  readonly identifyUser: boolean;
  /** Of the request, without the query: some APIs name the model there. */
  readonly path: string;
  /** As it came, with its `?`, without a credential; empty where there is none. */
  readonly query: string;
}

/** What a request asks, split into what must be equal and what may be worded otherwise. */
export interface Asked {
  readonly model: string;
  /** The last user text, or undefined where only the exact phase may answer. */
  readonly text: string | undefined;
  /** Why only the exact phase may answer. */
  readonly exactOnly: ExactOnlyReason | undefined;
  /** Why the cache must neither answer this request nor keep its answer. */
  readonly uncached?: BypassReason | undefined;
  /**
   * The answer names something that the provider keeps (a stored response, an encrypted thought) and that a later request
   * may go on from. Only the same account can, so that its credential is identity here whatever `partitionBy` says.
   */
  readonly keptByProvider?: boolean;
  /** The end user's id that the body names, for `partitionBy: user`. */
  readonly user: string | undefined;
  readonly form: Form;
  /** What shapes the reply but not the answer, for example that a stream ends with usage. */
  readonly withUsage: boolean;
  /** The reply is sent in a rhythm: a long text may be written in many pieces. */
  readonly paced?: boolean;
}

export interface Recorder {
  /** Bytes of the answer's body, content encoding removed, split anywhere. */
  push(chunk: Uint8Array): void;
  /** The terminal event has been seen. Clients stop reading there, before the body ends. */
  readonly complete: boolean;
  /** After the body's clean end. */
  end(): Recording;
}

export type Recording =
  | {
      /** The dialect's canonical message, to be given to `write` later. */
      readonly answer: Uint8Array;
      /** Tokens that a hit saves, 0 where the provider did not say. */
      readonly tokens: number;
      /** Tool calls are answered again to the same bytes only. */
      readonly toolCalls: boolean;
    }
  | { readonly unstored: UnstoredReason };
