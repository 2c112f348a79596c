import type { Answer, ApiRequest } from './api.ts';
import type { Answering, Header } from './behaviour.ts';

export const models: ReadonlySet<string> = new Set([
  'gemini-2.5-flash',
  'gemini-2.5-pro',
  'gemini-2.0-flash',
  'embedding-001',
]);

export const headers = (request: ApiRequest, contentType: string): Header[] => [
  ['Content-Type', contentType],
  ['Vary', 'Origin'],
  ['Vary', 'X-Origin'],
  ['Vary', 'Referer'],
  ['Server', 'scaffolding on HTTPServer2'],
  ['X-XSS-Protection', '0'],
  ['X-Frame-Options', 'SAMEORIGIN'],
  ['X-Content-Type-Options', 'nosniff'],
  ['Server-Timing', `gfet4t7; dur=${200 + ((request.call * 37) % 400)}`],
];

/** Two spaces and a line end. */
export const pretty = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;

export const json = (request: ApiRequest, status: number, value: unknown, extra: Header[] = []): Answer => ({
  status,
  headers: [...headers(request, 'application/json; charset=UTF-8'), ...extra],
  pieces: [Buffer.from(pretty(value))],
  stream: false,
});

const errors: Record<number, { status: string; message: string }> = {
  400: { status: 'INVALID_ARGUMENT', message: 'Request contains an invalid argument.' },
  401: { status: 'UNAUTHENTICATED', message: 'Request had invalid authentication credentials.' },
  403: {
    status: 'PERMISSION_DENIED',
    message: "Method doesn't allow unregistered callers (callers without established identity).",
  },
  404: { status: 'NOT_FOUND', message: 'The model is not found for API version v1beta.' },
  429: { status: 'RESOURCE_EXHAUSTED', message: 'You exceeded your current quota.' },
  500: { status: 'INTERNAL', message: 'An internal error has occurred.' },
  503: { status: 'UNAVAILABLE', message: 'The model is overloaded. Please try again later.' },
  504: { status: 'DEADLINE_EXCEEDED', message: 'The request timed out. Please try again.' },
};

export const unavailable = { error: { code: 503, ...errors[503] } };

export function error(request: ApiRequest, code: number, message?: string, retryAfter?: number): Answer {
  const usual = errors[code] ?? errors[code < 500 ? 400 : 500];
  const retry = {
    '@type': 'type.googleapis.com/google.rpc.RetryInfo',
    retryDelay: `${retryAfter}s`,
  };
  const told = {
    code,
    message: message ?? usual?.message,
    status: usual?.status,
    ...(retryAfter === undefined ? {} : { details: [retry] }),
  };
  const extra: Header[] = retryAfter === undefined ? [] : [['Retry-After', String(retryAfter)]];
  return json(request, code, { error: told }, extra);
}

/** What every path of this provider asks of a request, or undefined when all is well. */
export function objection(request: ApiRequest, behaviour: Answering): Answer | undefined {
  if (behaviour.status !== undefined)
    return error(request, behaviour.status, undefined, behaviour.retryAfter);
  const isKnown = request.headers['x-goog-api-key'] || request.headers.authorization;
  return isKnown || /[?&](key|access_token)=./.test(request.path) ? undefined : error(request, 403);
}
