import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { upstreamTarget } from '../../../../sidecar/proxy/upstream.ts';

/** What a base URL and a path make together, so that what the SDKs mean by their base URL is meant here too. */
const cases: [base: string, path: string, url: string][] = [
  ['https://api.test', '/v1/chat/completions', 'https://api.test/v1/chat/completions'],
  ['https://api.test/v1', '/v1/chat/completions', 'https://api.test/v1/chat/completions'],
  ['https://api.test/v1/', '/chat/completions', 'https://api.test/v1/chat/completions'],
  ['https://gateway.test/api/v1', '/v1/responses?x=1', 'https://gateway.test/api/v1/responses?x=1'],
  ['https://host.test/openai/v1', '/v1/chat/completions', 'https://host.test/openai/v1/chat/completions'],
  // Azure: the resource alone, and each base that its own pages show.
  ...['', '/', '/openai', '/openai/', '/openai/v1', '/v1'].map((base): [string, string, string] => [
    `https://me.azure.test${base}`,
    '/openai/deployments/d/chat/completions?api-version=2024-10-21',
    'https://me.azure.test/openai/deployments/d/chat/completions?api-version=2024-10-21',
  ]),
  ['https://me.azure.test/openai/v1', '/openai/v1/responses', 'https://me.azure.test/openai/v1/responses'],
  ['https://me.azure.test/openai', '/openai/responses?a=b', 'https://me.azure.test/openai/responses?a=b'],
  ['https://gateway.test/azure/openai', '/openai/models', 'https://gateway.test/azure/openai/models'],
  ['https://gateway.test/openai/v1', '/openaipath', 'https://gateway.test/openai/v1/openaipath'],
  ['https://gateway.test/myopenai', '/openai/models', 'https://gateway.test/myopenai/openai/models'],
];
it.each(cases)('%s with %s', (base, path, url) => {
  const { origin, path: target } = upstreamTarget(base, 'openai', { url: path } as IncomingMessage);
  expect(origin + target).toBe(url);
});

/** A base of the others stands before the whole path; the version that both of them name is said once. */
const others: [kind: 'anthropic' | 'gemini', base: string, path: string, target: string][] = [
  ['anthropic', '', '/v1/messages', '/v1/messages'],
  ['anthropic', '/', '/messages', '/v1/messages'],
  ['anthropic', '/v1', '/v1/messages', '/v1/messages'],
  ['anthropic', '/v1/', '/messages?beta=true', '/v1/messages?beta=true'],
  ['anthropic', '/gateway/anthropic', '/v1/messages', '/gateway/anthropic/v1/messages'],
  ['anthropic', '/gateway/v1', '/v1/messages/count_tokens', '/gateway/v1/messages/count_tokens'],
  ['anthropic', '/v1', '/v1', '/v1'],
  ['anthropic', '/v1', '/v1?x=1', '/v1?x=1'],
  ['anthropic', '/v1', '/v1beta/x', '/v1/v1beta/x'],
  ['anthropic', '', '/messagesx', '/messagesx'],
  ['gemini', '', '/v1beta/models/m:generateContent', '/v1beta/models/m:generateContent'],
  ['gemini', '/v1beta', '/v1beta/models/m:generateContent', '/v1beta/models/m:generateContent'],
  ['gemini', '/gateway', '/v1beta/models', '/gateway/v1beta/models'],
  ['gemini', '', '/messages', '/messages'],
];
it.each(others)('%s: /%s with %s', (kind, base, path, expected) => {
  const { path: target } = upstreamTarget(`https://api.test${base}`, kind, { url: path } as IncomingMessage);
  expect(target).toBe(expected);
});
