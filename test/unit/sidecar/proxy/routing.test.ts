import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { providerOf } from '../../../../sidecar/proxy/routing.ts';

const asked = (method: string, url: string, headers: object = {}) =>
  providerOf({ method, url, headers } as IncomingMessage);

describe('a request is meant for', () => {
  it.each([
    ['openai', 'GET', '/v1/models', { authorization: 'Bearer k' }],
    ['openai', 'GET', '/v1/models?key=1', { authorization: 'Bearer k' }],
    ['openai', 'DELETE', '/v1/models/ft:gpt-4o:org::id', { authorization: 'Bearer k' }],
    ['openai', 'POST', '/v1/threads/t/messages', { authorization: 'Bearer k' }],
    ['openai', 'GET', '/v1betamax', {}],
    ['openai', 'GET', '/v1/projectsx', {}],
    ['anthropic', 'GET', '/v1/models', { 'anthropic-version': '2023-06-01' }],
    ['anthropic', 'GET', '/v1/files', { 'x-api-key': 'k' }],
    ['anthropic', 'POST', '/v1/messages/batches', { authorization: 'Bearer k' }],
    ['anthropic', 'POST', '/messages/count_tokens', {}],
    ['gemini', 'GET', '/v1/files', { 'x-goog-api-key': 'k' }],
    ['gemini', 'GET', '/v1beta/models', {}],
    ['gemini', 'GET', '/v1alpha/models', {}],
    ['gemini', 'POST', '/v1beta1/projects/p/locations/l/models', {}],
    ['gemini', 'POST', '/v1beta/openai/chat/completions', { authorization: 'Bearer k' }],
    ['gemini', 'POST', '/upload/v1beta/files', {}],
    ['gemini', 'POST', '/v1/models/gemini-2.5-pro:embedContent', { authorization: 'Bearer k' }],
    ['gemini', 'POST', '/v1/projects/p/locations/l/publishers/anthropic/models/c:rawPredict', {}],
    ['gemini', 'GET', '/v1/models?pageSize=1&key=1', {}],
    ['gemini', 'GET', '/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent', {}],
  ])('%s: %s %s %j', (provider, method, url, headers) => expect(asked(method, url, headers)).toBe(provider));
});
