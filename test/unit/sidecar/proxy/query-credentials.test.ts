import { describe, expect, it } from 'vitest';
import { gemini } from '../../../../sidecar/dialects/gemini.ts';
import { openaiChat } from '../../../../sidecar/dialects/openai-chat.ts';
import { withoutCredentials } from '../../../../sidecar/proxy/query-credentials.ts';

const host = { host: 'x' };
const of = (query: string, headers: object = host) =>
  withoutCredentials(gemini, { query, headers: headers as never });

describe('a key in the query counts as its header, and leaves the query', () => {
  it.each([
    ['?key=K', '', { 'x-goog-api-key': 'K' }],
    ['?alt=sse&key=K&x=1', '?alt=sse&x=1', { 'x-goog-api-key': 'K' }],
    ['?%6bey=a%2Bb', '', { 'x-goog-api-key': 'a+b' }],
    ['?key=a=b', '', { 'x-goog-api-key': 'a=b' }],
    ['?key=%zz', '', { 'x-goog-api-key': '%zz' }],
    ['?key', '', { 'x-goog-api-key': '' }],
    ['?key=K&key=L', '', { 'x-goog-api-key': ['K', 'L'] }],
    ['?access_token=T', '', { authorization: 'T' }],
    ['?key=K&oauth_token=T', '', { 'x-goog-api-key': 'K', authorization: 'T' }],
  ])('%s', (query, rest, credentials) =>
    expect(of(query)).toEqual({ query: rest, headers: { ...host, ...credentials } }),
  );

  it('beside its header it is a caller of its own', () => {
    expect(of('?key=K', { 'x-goog-api-key': 'H' }).headers).toEqual({ 'x-goog-api-key': ['H', 'K'] });
  });
});

it.each(['', '?', '?alt=sse', '?monkey=1&keys=2&KEY=3', '?__proto__=1&constructor=2'])('%j stays', (query) =>
  expect(of(query)).toEqual({ query, headers: host }),
);

it('another API has no such parameter', () => {
  const request = { query: '?key=K', headers: host };
  expect(withoutCredentials(openaiChat, request)).toEqual(request);
});
