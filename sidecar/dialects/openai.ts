import type { Dialect, ErrorKind, JsonObject, ReadingRules } from './dialect.ts';
import { asObject, isFilled, isObject } from './json.ts';
import { LOOSE } from './loose.ts';

/** What the APIs of OpenAI have in common, also where another host speaks them (Azure, and many more). */
export const openai = {
  upstream: 'openai',
  identityHeaders: ['openai-organization', 'openai-project', 'openai-beta'],
  contentType: (form) => (form === 'json' ? 'application/json' : 'text/event-stream; charset=utf-8'),
  error,
} as const satisfies Partial<Dialect>;

/**
 * Which paths an API has: below `/v1` or a base that ends with it, below `/openai/v1` (Azure, and hosts that keep other
 * APIs beside it), or below a deployment, which is Azure's name for a model.
 */
export function servesPath(endpoint: string): Dialect['serves'] {
  const paths = new RegExp(`^(?:(?:/openai)?(?:/v1)?|/openai/deployments/[^/]+)${endpoint}$`);
  return (method, path) => method === 'POST' && paths.test(path);
}

/** The model that a request names: its deployment where the path has one, which is then what counts. */
export function modelOf(body: JsonObject, { path }: ReadingRules): string {
  const deployment = /^\/openai\/deployments\/([^/]+)\//.exec(path)?.[1];
  return deployment ?? (typeof body.model === 'string' ? body.model : '');
}

/** What counts of path and query: Azure's versions, deployments and hosts answer for themselves alone. */
export function addressOf({ path, query }: ReadingRules): string {
  const base = /^\/openai(?:\/v1|\/deployments\/[^/]+)?(?=\/)/.exec(path)?.[0] ?? '';
  return base + query;
}

/** What shapes the reply but not the answer leaves the request; what of it is unknown stays. */
export function withoutShape(body: JsonObject): {
  fixed: JsonObject;
  form: 'json' | 'stream';
  withUsage: boolean;
} {
  const { stream, stream_options: options, ...fixed } = body;
  if (stream != null && typeof stream !== 'boolean') fixed.stream = stream;
  const { include_usage: withUsage, include_obfuscation: _, ...unknown } = asObject(options) ?? {};
  if (Object.keys(unknown).length > 0) fixed.stream_options = unknown;
  return { fixed, form: stream === true ? 'stream' : 'json', withUsage: withUsage === true };
}

/**
 * Whether the provider looks at the world for the answer, or changes it: by a tool, all kinds of which are its own but those
 * that the application runs; by a field, which each host names its own way; or because the model always does.
 */
export function isLive(body: JsonObject, model: string): boolean {
  const { tools, plugins, data_sources: sources, search_parameters: search } = body;
  return (
    (isFilled(tools) && !tools.every(runsInApplication)) ||
    isFilled(plugins) ||
    isFilled(sources) ||
    body.web_search_options != null ||
    (search != null && asObject(search)?.mode !== 'off') ||
    (body.enable_search ?? false) !== false ||
    searching.test(model)
  );
}

const runsInApplication = (tool: unknown): boolean =>
  isObject(tool) && (tool.type === 'function' || tool.type === 'custom');

/** Models that search the web for every question, whether asked to or not. */
const searching =
  /-search-(?:preview|api)|:online$|^(?:perplexity\/)?sonar(?:-|$)|^(?:groq\/)?compound(?:-|$)/;

/** The end user that the application names, the newer field first. */
export function endUser(body: JsonObject): string | undefined {
  const named = body.safety_identifier ?? body.user;
  return typeof named === 'string' ? named : undefined;
}

/**
 * What the user says last, and what stands in its place in the fixed part. `content` is a string or a list of parts; a list
 * with one text part says the same as that text.
 */
export function lastUserText(
  message: JsonObject | undefined,
  textType: 'text' | 'input_text',
): { text: string; place: unknown } | undefined {
  if (message?.role !== 'user') return undefined;
  const content = message.content;
  if (typeof content === 'string') return { text: content, place: LOOSE };
  if (!Array.isArray(content) || content.length !== 1) return undefined;
  const part = asObject(content[0]);
  if (part?.type !== textType || typeof part.text !== 'string') return undefined;
  const { text, ...rest } = part;
  return { text: part.text, place: Object.keys(rest).length === 1 ? LOOSE : { ...rest, text: LOOSE } };
}

/** `conversation: lastTurn`: what the application instructs, wherever it stands, and what the user says last. */
export function instructionsAndLast(turns: readonly unknown[]): unknown[] {
  const roles = turns.map((turn) => asObject(turn)?.role);
  // What follows the last user turn (the start of an answer, the result of a tool) belongs to it.
  const from = roles.lastIndexOf('user');
  return turns.filter((_, i) => i >= from || roles[i] === 'system' || roles[i] === 'developer');
}

/** https://platform.openai.com/docs/guides/error-codes; `code` tells these apart from the provider's own errors. */
const errors: Record<ErrorKind, { type: string; code: string }> = {
  'bad-request': { type: 'invalid_request_error', code: 'fourfold_invalid_header' },
  'upstream-unreachable': { type: 'api_connection_error', code: 'fourfold_upstream_unreachable' },
  'upstream-timeout': { type: 'api_connection_error', code: 'fourfold_upstream_timeout' },
  'not-cached': { type: 'invalid_request_error', code: 'fourfold_not_cached' },
  'too-many': { type: 'requests', code: 'fourfold_too_many' },
  internal: { type: 'server_error', code: 'fourfold_internal' },
};

function error(message: string, kind: ErrorKind): string {
  return JSON.stringify({
    error: { message, type: errors[kind].type, param: null, code: errors[kind].code },
  });
}
