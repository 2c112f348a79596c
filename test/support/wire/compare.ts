import { createHash } from 'node:crypto';
import type { Header } from './bytes.ts';
import type { Exchanged } from './wire.ts';

/** Belong to one connection (RFC 9110, 7.6.1), or to the moment. */
const ofTheConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'upgrade',
  'date',
]);

/** What the sidecar adds to an answer. */
const added = (name: string) => name === 'cache-status' || name.startsWith('x-fourfold-');

export const endToEnd = (headers: readonly Header[]) =>
  headers.filter(([name]) => !ofTheConnection.has(name.toLowerCase()) && !added(name.toLowerCase()));

/**
 * Everything of an exchange that must be the same with and without the sidecar. How a broken connection breaks (cut or
 * reset) is left to TCP; that it breaks, and after how many bytes, is not.
 */
export function essence({ response, end }: Exchanged) {
  if (!response) return { end: end === 'timeout' ? end : 'nothing' };
  const { statusLine, headers, body, trailers, interim } = response;
  return {
    statusLine,
    headers: endToEnd(headers).map(([name, value]) => `${name}: ${value}`),
    body: body.length > 4096 ? summary(body) : body.toString('latin1'),
    trailers,
    interim,
    end: end === 'reset' ? 'cut' : end,
  };
}

const summary = (body: Buffer) => `${body.length} bytes ${createHash('sha256').update(body).digest('hex')}`;

export const header = ({ response }: Exchanged, wanted: string) =>
  response?.headers.find(([name]) => name.toLowerCase() === wanted.toLowerCase())?.[1];
