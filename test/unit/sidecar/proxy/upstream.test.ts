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
