import { createHash } from 'node:crypto';
import type { Answer, ApiRequest } from './api.ts';
import type { Answering, Header } from './behaviour.ts';

/** Moves with the call, not with the clock: the same requests in the same order give the same bytes. */
export const createdAt = (call: number) => 1_790_000_000 + call;

/** Letters and digits that look random and depend on nothing but the arguments. */
export function token(length: number, ...from: (string | number)[]): string {
  const digest = createHash('sha512').update(from.join('\0')).digest('base64');
  return digest.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, length);
}

/** What the provider sends beside every answer; nothing of it belongs to anybody but the caller of that one request. */
export function headers(request: ApiRequest, contentType: string): Header[] {
  const id = token(32, 'request', request.call, request.bodySha256).toLowerCase();
  return [
    ['Content-Type', contentType],
    ['access-control-expose-headers', 'X-Request-ID'],
    ['openai-organization', 'stand-in'],
    ['openai-processing-ms', String(200 + ((request.call * 37) % 400))],
    ['openai-version', '2020-10-01'],
    ['x-ratelimit-limit-requests', '10000'],
    ['x-ratelimit-limit-tokens', '200000'],
    ['x-ratelimit-remaining-requests', String(10_000 - request.call)],
    ['x-ratelimit-remaining-tokens', String(200_000 - request.call * 25)],
    ['x-ratelimit-reset-requests', '8.64s'],
    ['x-ratelimit-reset-tokens', '7ms'],
    ['x-request-id', `req_${id}`],
    ['strict-transport-security', 'max-age=31536000; includeSubDomains; preload'],
    ['Set-Cookie', `__cf_bm=${token(43, 'bm', id)}; path=/; HttpOnly; Secure; SameSite=None`],
    ['Set-Cookie', `_cfuvid=${token(43, 'uv', id)}; path=/; HttpOnly; Secure; SameSite=None`],
    ['X-Content-Type-Options', 'nosniff'],
    ['Server', 'cloudflare'],
  ];
}

/** Two spaces and a line end: the provider's JSON is not compact, and a proxy has no business to make it so. */
export function json(request: ApiRequest, status: number, value: unknown, extra: Header[] = []): Answer {
  return {
    status,
    headers: [...headers(request, 'application/json'), ...extra],
    pieces: [Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`)],
    stream: false,
  };
}

const errors: Record<number, { type: string; code: string | null; message: string }> = {
  400: { type: 'invalid_request_error', code: null, message: 'The request could not be understood.' },
  401: { type: 'invalid_request_error', code: 'invalid_api_key', message: 'Incorrect API key provided.' },
  403: {
    type: 'invalid_request_error',
    code: 'unsupported_country_region_territory',
    message: 'Not supported.',
  },
  404: { type: 'invalid_request_error', code: 'model_not_found', message: 'The model does not exist.' },
  429: { type: 'requests', code: 'rate_limit_exceeded', message: 'Rate limit reached for requests.' },
  500: {
    type: 'server_error',
    code: null,
    message: 'The server had an error while processing your request.',
  },
  503: { type: 'server_error', code: null, message: 'The engine is currently overloaded.' },
};

export interface Fault {
  message?: string;
  type?: string;
  param?: string | null;
  code?: string | null;
  retryAfter?: number;
}

export function error(request: ApiRequest, status: number, fault: Fault = {}): Answer {
  const { retryAfter, ...told } = fault;
  const usual = errors[status] ?? errors[status < 500 ? 400 : 500];
  const extra: Header[] = retryAfter === undefined ? [] : [['Retry-After', String(retryAfter)]];
  if (status === 429) extra.push(['retry-after-ms', String((retryAfter ?? 1) * 1000)]);
  return json(
    request,
    status,
    { error: { message: '', type: '', param: null, code: null, ...usual, ...told } },
    extra,
  );
}

/** What every path of this provider asks of a request, or undefined when all is well. */
export function objection(request: ApiRequest, behaviour: Answering): Answer | undefined {
  if (behaviour.status !== undefined)
    return error(
      request,
      behaviour.status,
      behaviour.retryAfter === undefined ? {} : { retryAfter: behaviour.retryAfter },
    );
  if (!request.headers.authorization)
    return error(request, 401, {
      code: null,
      message: "You didn't provide an API key. You need to provide your API key in an Authorization header.",
    });
  return undefined;
}

export type Json = Record<string, unknown>;

export function parse(request: ApiRequest): Json | Answer {
  try {
    const value: unknown = JSON.parse(request.body.toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  } catch {}
  return error(request, 400, { message: 'We could not parse the JSON body of your request.' });
}

export const isAnswer = (value: Json | Answer): value is Answer => 'pieces' in value;

export const wordsOf = (text: string) => text.match(/\s*\S+/g) ?? [];

/** Near enough: four letters are about one token. */
export const countTokens = (text: string) => Math.ceil(text.length / 4);
