import { createHash } from 'node:crypto';
import { type Header, request } from './bytes.ts';

/** A chat request as an SDK sends it. The key tells callers apart: each has its own partition of the cache. */
export function ask(question: string, more: object = {}, headers: Header[] = []): Buffer {
  const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: question }], ...more };
  return request(
    'POST',
    '/v1/chat/completions',
    [...caller(question), ...json, ...headers],
    JSON.stringify(body),
  );
}

export const streamed = { stream: true, stream_options: { include_obfuscation: false } };

export const json: Header[] = [['Content-Type', 'application/json']];

export const caller = (name: string): Header[] => [
  ['Host', 'provider.test'],
  ['Authorization', `Bearer ${createHash('sha1').update(name).digest('hex')}`],
];
