/** A message of JSON-RPC, as MCP uses it: a request, a notification, or an answer to a request. */
export interface Message {
  readonly jsonrpc: '2.0';
  readonly id?: MessageId;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

export type MessageId = string | number;

/** A way to the other side, in whole messages. */
export interface Line {
  /** @throws when the other side cannot be reached. */
  start(hears: {
    readonly message: (message: Message) => void;
    readonly error: (error: Error) => void;
    /** Once, for whatever reason. */
    readonly closed: () => void;
  }): Promise<void>;
  /** Rejects when the message did not get there. */
  send(message: Message): Promise<void>;
  /** What both sides agreed on; some transports say it with each message. */
  agreed(protocolVersion: string): void;
  close(): Promise<void>;
}
