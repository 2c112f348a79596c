import type { Answer, ApiRequest } from './api.ts';
import type { Answering, Header } from './behaviour.ts';
import type { Json } from './openai-shared.ts';
import { token } from './openai-shared.ts';

/** A name as asked for, and the dated name that answers. */
export const models: ReadonlyMap<string, string> = new Map([
  ['claude-sonnet-4-5', 'claude-sonnet-4-5-20250929'],
  ['claude-haiku-4-5', 'claude-haiku-4-5-20251001'],
  ['claude-opus-4-1', 'claude-opus-4-1-20250805'],
]);

/** What the provider sends beside every answer; nothing of it belongs to anybody but the caller of that one request. */
export function headers(request: ApiRequest, contentType: string): Header[] {
  const id = token(24, 'anthropic request', request.call, request.bodySha256);
  return [
    ['Content-Type', contentType],
    ['anthropic-ratelimit-requests-limit', '4000'],
    ['anthropic-ratelimit-requests-remaining', String(4000 - request.call)],
    ['anthropic-ratelimit-requests-reset', '2026-11-21T00:00:01Z'],
    ['anthropic-ratelimit-tokens-limit', '480000'],
    ['anthropic-ratelimit-tokens-remaining', String(480_000 - request.call * 1000)],
    ['anthropic-ratelimit-tokens-reset', '2026-11-21T00:00:01Z'],
    ['request-id', requestId(request)],
    ['strict-transport-security', 'max-age=31536000; includeSubDomains; preload'],
    ['anthropic-organization-id', '00000000-0000-4000-8000-000000000000'],
    ['Set-Cookie', `_cfuvid=${token(43, 'uv', id)}; path=/; HttpOnly; Secure; SameSite=None`],
    ['X-Robots-Tag', 'none'],
    ['Server', 'cloudflare'],
  ];
}

const requestId = (request: ApiRequest) => `req_${token(22, 'anthropic', request.call, request.bodySha256)}`;

/** Compact, without a line end, as the provider writes it. */
export const json = (request: ApiRequest, status: number, value: unknown, extra: Header[] = []): Answer => ({
  status,
  headers: [...headers(request, 'application/json'), ...extra],
  pieces: [Buffer.from(JSON.stringify(value))],
  stream: false,
});

const errors: Record<number, { type: string; message: string }> = {
  400: { type: 'invalid_request_error', message: 'The request could not be understood.' },
  401: { type: 'authentication_error', message: 'invalid x-api-key' },
  403: { type: 'permission_error', message: 'Your API key does not have permission to use this resource.' },
  404: { type: 'not_found_error', message: 'Not found' },
  413: { type: 'request_too_large', message: 'Request exceeds the maximum allowed number of bytes.' },
  429: { type: 'rate_limit_error', message: 'This request would exceed your rate limit.' },
  500: { type: 'api_error', message: 'Internal server error' },
  504: { type: 'timeout_error', message: 'Request timed out.' },
  529: { type: 'overloaded_error', message: 'Overloaded' },
};

export const overloaded = { type: 'error', error: { details: null, ...errors[529] } };

export function error(request: ApiRequest, status: number, message?: string, retryAfter?: number): Answer {
  const usual = errors[status] ?? errors[status < 500 ? 400 : 500];
  const told = { ...usual, ...(message === undefined ? {} : { message }) };
  const extra: Header[] = retryAfter === undefined ? [] : [['retry-after', String(retryAfter)]];
  return json(request, status, { type: 'error', error: told, request_id: requestId(request) }, extra);
}

/** What every path of this provider asks of a request, or undefined when all is well. */
export function objection(request: ApiRequest, behaviour: Answering): Answer | undefined {
  if (behaviour.status !== undefined)
    return error(request, behaviour.status, undefined, behaviour.retryAfter);
  if (!request.headers['x-api-key'] && !request.headers.authorization)
    return error(request, 401, 'x-api-key header is required');
  if (!request.headers['anthropic-version'])
    return error(request, 400, 'anthropic-version: header is required');
  return undefined;
}

export function mistake(request: ApiRequest, body: Json): Answer | undefined {
  if (typeof body.model !== 'string') return error(request, 400, 'model: Field required');
  if (!Array.isArray(body.messages)) return error(request, 400, 'messages: Field required');
  if (body.messages.length === 0) return error(request, 400, 'messages: at least one message is required');
  if (!models.has(body.model)) return error(request, 404, `model: ${body.model}`);
  return undefined;
}
