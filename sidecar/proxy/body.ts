import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';

/** A request's body: whole where it is small enough to be read, else a stream that still begins at its first byte. */
export type Body = { readonly whole: Buffer } | { readonly stream: Readable };

/** @throws where the client leaves before its request is complete. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maxBytes) return { stream: request };
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Listeners stay with a body that is whole, which has nothing more to tell them than that it is closed.
  const tooLarge = await new Promise<boolean>((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= maxBytes) return;
      request.pause();
      request.off('data', onData).off('end', onEnd).off('error', reject).off('close', onClose);
      resolve(true);
    };
    const onEnd = () => resolve(false);
    const onClose = () => {
      if (!request.readableEnded) reject(new Error('the client left'));
    };
    request.on('data', onData).on('end', onEnd).on('error', reject).on('close', onClose);
  });
  if (!tooLarge) return { whole: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) };
  return { stream: Readable.from(rejoin(chunks, request), { objectMode: false }) };
}

async function* rejoin(read: Buffer[], rest: IncomingMessage): AsyncGenerator<Buffer> {
  yield* read;
  yield* rest;
}

/** The body as a stream for requests that are not read at all; null where there is none. */
export function unreadBody(request: IncomingMessage): IncomingMessage | null {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  return encoding === undefined && (length === undefined || length === '0') ? null : request;
}
