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
  if (Number(headers['content-length'] ?? 0) > limit + DROPPED) throw tooLarge(limit);
  let chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of payload) {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
    else chunks = [];
    if (length > limit + DROPPED) break;
  }
  if (length > limit) throw tooLarge(limit);
  return Buffer.concat(chunks, length);
}

/**
 * So much of what is too large is read to its end, and kept nowhere: whose connection is closed while it sends does not hear
 * why (RFC 9112, 9.6). Bytes.
 */
const DROPPED = 64 * 2 ** 20;

const tooLarge = (limit: number): Refused =>
  new Refused(413, `body: expected at most ${limit} bytes, found more`, 'body');
