import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiRequest } from './api.ts';

/** Of a request body so much is kept; the hash and the length always speak of the whole. */
const keptBytes = 8 << 20;

/** One request and what became of its answer. Times are `performance.now()`. */
export interface Exchange extends ApiRequest {
  readonly receivedAt: number;
  /** The body as JSON, or undefined. */
  readonly json: unknown;
  /** Bytes of the answer's body that the operating system has taken. */
  writtenBytes: number;
  /** True once the client closed before the answer was over. */
  aborted: boolean;
  /** True once the provider itself broke the connection, as it was told to. */
  broken: boolean;
  /** Settles when the answer is over, or its client is gone, with the time of it. */
  readonly closed: Promise<number>;
}

export async function readRequest(
  incoming: IncomingMessage,
  response: ServerResponse,
  call: number,
): Promise<Exchange> {
  const receivedAt = performance.now();
  const { promise, resolve } = Promise.withResolvers<number>();
  const body = await readBody(incoming);
  const exchange: Exchange = {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: incoming.headers,
    rawHeaders: incoming.rawHeaders,
    trailers: incoming.rawTrailers,
    ...body,
    call,
    receivedAt,
    get json() {
      try {
        return JSON.parse(body.body.toString()) as unknown;
      } catch {
        return undefined;
      }
    },
    writtenBytes: 0,
    aborted: false,
    broken: false,
    closed: promise,
  };
  const settle = () => {
    exchange.aborted = !response.writableFinished && !exchange.broken;
    resolve(performance.now());
  };
  if (response.closed) settle();
  else response.once('close', settle);
  return exchange;
}

async function readBody(incoming: IncomingMessage) {
  const hash = createHash('sha256');
  const kept: Buffer[] = [];
  let bodyLength = 0;
  try {
    for await (const piece of incoming as AsyncIterable<Buffer>) {
      hash.update(piece);
      if (bodyLength < keptBytes) kept.push(piece);
      bodyLength += piece.length;
    }
  } catch {
    // The client left while it was still sending; what came so far is in the log.
  }
  return { body: Buffer.concat(kept), bodyLength, bodySha256: hash.digest('hex') };
}
