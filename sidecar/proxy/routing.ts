import type { IncomingMessage } from 'node:http';
import type { Dialect } from '../dialects/dialect.ts';
import { requestPath } from './upstream.ts';

/**
 * Which provider a request is meant for, where no dialect says it: by the headers that its SDK sends, then by paths that
 * only one provider has, else OpenAI, whose API the most others speak.
 */
export function providerOf(request: IncomingMessage): Dialect['upstream'] {
  const { headers, method } = request;
  const [path = '', query = ''] = requestPath(request).split('?', 2);
  if (headers['x-goog-api-key'] !== undefined) return 'gemini';
  if (headers['anthropic-version'] !== undefined || headers['x-api-key'] !== undefined) return 'anthropic';
  if (geminiPaths.test(path) || (method === 'POST' && geminiCall.test(path))) return 'gemini';
  // A key in the query must not reach anybody else.
  if (headers.authorization === undefined && /(?:^|&)key=/.test(query)) return 'gemini';
  if (/^(?:\/v1)?\/messages(?:\/|$)/.test(path)) return 'anthropic';
  return 'openai';
}

/** Versions and roots that no other provider has; `/ws/` is the live API. */
const geminiPaths = /^\/(?:(?:upload\/|download\/)?v1(?:alpha|beta1?)|v1\/projects|ws\/google[\w.]*)(?:\/|$)/;

/** `models/{model}:generateContent`. A colon in a model's name (`ft:gpt-4o:…`) is not followed by a verb at its end. */
const geminiCall = /^\/v1\/models\/[^/:]+:[a-z][A-Za-z]*$/;
