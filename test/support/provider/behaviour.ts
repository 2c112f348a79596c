/**
 * How the provider answers one request. Every field is optional; the empty behaviour is a healthy provider. The fields
 * are plain JSON, so that a behaviour can also be set from another process (`POST /__control`).
 */
export interface Behaviour extends Answering, Shaping, Delivering {
  /** Sent as it stands, in place of what the API would answer. */
  reply?: {
    status: number;
    reason?: string;
    headers?: Header[];
    body?: string | Buffer;
    trailers?: Header[];
  };
}

export type Header = [name: string, value: string];

/** What the model says. */
export interface Answering {
  /** The answer's text, in place of one that fits the question. */
  content?: string;
  /** The text is filled up, or cut, to so many bytes. */
  bytes?: number;
  /** Number of content deltas; without it, one for each word. */
  chunks?: number;
  finishReason?: string;
  refusal?: string;
  toolCalls?: { name: string; arguments: string }[];
  /** What the model thinks before it speaks, where the API shows it. */
  thinking?: string;
  /** An error in the API's own shape: 400, 401, 404, 429, 500, … */
  status?: number;
  /** Seconds, as the header of an error. */
  retryAfter?: number;
}

/** What the event stream or the body looks like. */
export interface Shaping {
  /** Leaves out the stream's terminal event. */
  missingDone?: boolean;
  lineEnd?: '\n' | '\r\n' | '\r';
  /** Starts the stream with a byte order mark. */
  bom?: boolean;
  /** Comment lines between the events, as keep-alive. */
  comments?: boolean;
  /** `data:{…}` in place of `data: {…}`. */
  tightData?: boolean;
  /** One event in the middle is not JSON. */
  malformed?: boolean;
  /** The stream breaks off in the middle with the API's own error event, where it has one. */
  errorEvent?: boolean;
  /** Encodes the body when the client accepts it. */
  compress?: 'gzip' | 'br';
  /** Sends the body as pieces that end at these byte offsets; each piece is its own write and its own HTTP chunk. */
  splitAt?: number[];
}

/** How the bytes reach the client, and where they stop. Offsets count bytes of the body. */
export interface Delivering {
  /** Until the status line. */
  latencyMs?: number;
  /** Between two pieces. */
  tokenMs?: number;
  /** Says nothing more, but keeps the connection open. */
  stall?: 'headers' | { afterBytes: number };
  /** TCP reset. */
  reset?: 'headers' | { afterBytes: number };
  /** TCP end, with the message unfinished. */
  cut?: { afterBytes: number };
  /** Ends the message properly, as if the answer were over. */
  endAfterBytes?: number;
  /** Announces this length, whatever follows. */
  contentLength?: number;
  /** Repeats the last content piece for as long as the client listens. */
  untilClosed?: boolean;
}
