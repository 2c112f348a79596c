import type { IncomingHttpHeaders } from 'node:http';
import type { Answering, Header, Shaping } from './behaviour.ts';

/** One API of the provider. It sees a request and says an answer; how the bytes travel is not its business. */
export interface Api {
  readonly name: string;
  answers(method: string, path: string): boolean;
  answer(request: ApiRequest, behaviour: Answering & Shaping): Answer;
}

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** Of the whole body, of which `body` may be only the beginning. */
  readonly bodyLength: number;
  readonly bodySha256: string;
  readonly trailers: readonly string[];
  /** Counts the calls from 1. Together with the body it decides every byte of the answer. */
  readonly call: number;
}

export interface Answer {
  readonly status: number;
  readonly reason?: string | undefined;
  readonly headers: Header[];
  /** In the order of sending. A body without a stream is one piece, and gets a content-length. */
  readonly pieces: Buffer[];
  readonly stream: boolean;
  readonly trailers?: Header[] | undefined;
}
