import type { FastifyRequest } from 'fastify';
import { Refused } from './refused.ts';

/**
 * The whole body of a call, for a content type whose limit is configured while the process runs: Fastify's own is fixed when
 * the call is registered. `limit`: bytes.
 * @throws Refused
 */
export async function bodyOf(
  { headers }: FastifyRequest,
  payload: AsyncIterable<Buffer>,
  limit: number,
): Promise<Buffer> {
  // Said before it is read: a client that is cut off while it sends does not hear why.
  if (Number(headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of payload) {
    length += chunk.length;
    if (length > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

const tooLarge = (limit: number): Refused =>
  new Refused(413, `body: expected at most ${limit} bytes, found more`, 'body');
