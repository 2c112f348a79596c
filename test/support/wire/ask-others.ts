import { createHash } from 'node:crypto';
import { type Header, request } from './bytes.ts';

/** The key tells callers apart: each has its own partition of the cache. */
const keyOf = (name: string): string => createHash('sha1').update(name).digest('hex');

/** A request for a message as Anthropic's SDK sends it. */
export function askAnthropic(
  question: string,
  more: object = {},
  headers: Header[] = [],
  { path = '/v1/messages', key = question }: { path?: string; key?: string } = {},
): Buffer {
  const messages = [{ role: 'user', content: question }];
  const body = { model: 'claude-sonnet-4-5', max_tokens: 1024, messages, ...more };
  const own: Header[] = [
    ['Host', 'provider.test'],
    ['x-api-key', keyOf(key)],
    ['anthropic-version', '2023-06-01'],
    ['Content-Type', 'application/json'],
  ];
  return request('POST', path, [...own, ...headers], JSON.stringify(body));
}

/** The three forms of one request for a generation. */
export const geminiForms = {
  json: ':generateContent',
  stream: ':streamGenerateContent?alt=sse',
  array: ':streamGenerateContent',
} as const;

/** A request for a generation as Google's SDK sends it; with `key: undefined` it names no key in its headers. */
export function askGemini(
  question: string,
  more: object = {},
  headers: Header[] = [],
  options: { call?: string; resource?: string; key?: string | undefined } = {},
): Buffer {
  const { call = geminiForms.json, resource = '/v1beta/models/gemini-2.5-flash' } = options;
  const key = 'key' in options ? options.key : question;
  const body = { contents: [{ role: 'user', parts: [{ text: question }] }], ...more };
  const own: Header[] = [
    ['Host', 'provider.test'],
    ...(key === undefined ? [] : [['x-goog-api-key', keyOf(key)] satisfies Header]),
    ['Content-Type', 'application/json'],
  ];
  return request('POST', resource + call, [...own, ...headers], JSON.stringify(body));
}
