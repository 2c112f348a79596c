import type { BypassReason, ExactOnlyReason } from '../reasons.ts';
import type { Asked, Dialect, ErrorKind, Form, JsonObject, ReadingRules } from './dialect.ts';
import { generationRecorder } from './gemini-record.ts';
import { generationArray, generationStream } from './gemini-stream.ts';
import { asObject, isFilled, isObject } from './json.ts';
import { exactOnly, LOOSE } from './loose.ts';

/**
 * Gemini, `POST /v1beta/models/{model}:generateContent` and `:streamGenerateContent`, with the paths of Vertex AI. A stream
 * is one of server-sent events with `alt=sse`, else one JSON array that is written as it comes.
 * Format: https://ai.google.dev/api/generate-content
 */
export const gemini: Dialect = {
  name: 'gemini',
  upstream: 'gemini',
  serves: (method, path) => method === 'POST' && call.test(path),
  identityHeaders: ['x-goog-user-project'],
  credentials: { key: 'x-goog-api-key', access_token: 'authorization', oauth_token: 'authorization' },
  read,
  exactOnly,
  recorder: generationRecorder,
  write: (answer, asked) => {
    if (asked.form === 'json') return answer;
    return asked.form === 'stream' ? generationStream(answer, asked) : generationArray(answer);
  },
  compose: (text, { id, model }) => ({
    candidates: [{ content: { parts: [{ text }], role: 'model' }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 0, candidatesTokenCount: 0, totalTokenCount: 0 },
    modelVersion: model,
    responseId: id,
  }),
  contentType: (form) => (form === 'stream' ? 'text/event-stream' : 'application/json; charset=UTF-8'),
  error,
};

const call =
  /^\/(v1(?:alpha|beta1?)?\/(?:projects\/[^/]+\/locations\/[^/]+\/)?(?:publishers\/google\/)?(?:models|tunedModels|endpoints)\/([^/:]+)):(generateContent|streamGenerateContent)$/;

function read(body: JsonObject, rules: ReadingRules): ReturnType<Dialect['read']> {
  const [, resource = '', model = '', verb = ''] = call.exec(rules.path) ?? [];
  const { form, query } = formOf(verb, rules.query);
  const { contents, ...rest } = body;

  const turns = listOf(contents);
  const last = asObject(turns.at(-1));
  const text = lastUserText(last);
  const reason = exactOnlyReason(body, turns, text);
  const kept = rules.conversation === 'strict' ? turns : fromLastUserTurn(turns);
  const asked: Asked = {
    model,
    text: reason === undefined ? text : undefined,
    exactOnly: reason,
    uncached: uncachedReason(body),
    user: undefined,
    form,
    withUsage: true,
  };
  // The model stands in the path, so the path is what is asked of.
  const fixed: JsonObject = { resource, ...(Object.keys(rest).length > 0 ? { body: rest } : {}) };
  if (asked.text !== undefined) fixed.contents = [...kept.slice(0, -1), { ...last, parts: LOOSE }];
  else fixed.contents = kept.length > 0 ? kept : (contents ?? null);
  return { asked, fixed, query };
}

/** `alt` says the form, which is no part of what is asked; what it says besides stays. */
function formOf(verb: string, query: string): { form: Form; query: string } {
  const parts = query === '' ? [] : query.slice(1).split('&');
  const isForm = (part: string) => /^(?:\$|%24)?alt=(?:sse|json)$/i.test(part);
  const isSse = parts.some((part) => isForm(part) && part.toLowerCase().endsWith('sse'));
  const rest = parts.filter((part) => !isForm(part)).join('&');
  const plain = verb === 'streamGenerateContent' ? 'array' : 'json';
  return { form: isSse ? 'stream' : plain, query: rest === '' ? '' : `?${rest}` };
}

/** The API takes every field in camel case and in snake case. */
function field(object: JsonObject | undefined, name: string): unknown {
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return object?.[name] ?? object?.[snake];
}

/** A turn without a role is the user's. */
const isUser = (turn: unknown): boolean => (asObject(turn)?.role ?? 'user') === 'user';

/** The API takes an object where a list of one would stand. */
const listOf = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  return isObject(value) ? [value] : [];
};

const partsOf = (turn: unknown): readonly unknown[] => listOf(asObject(turn)?.parts);

/** The only part of the last turn, where it is a text and nothing else. */
function lastUserText(turn: JsonObject | undefined): string | undefined {
  if (turn === undefined || !isUser(turn)) return undefined;
  const [part, ...more] = partsOf(turn);
  const { text, ...rest } = asObject(part) ?? {};
  return typeof text === 'string' && more.length === 0 && Object.keys(rest).length === 0 ? text : undefined;
}

function exactOnlyReason(
  body: JsonObject,
  turns: readonly unknown[],
  text: string | undefined,
): ExactOnlyReason | undefined {
  if (listOf(body.tools).length > 0 || turns.some(hasToolTraffic)) return 'tools';
  const config = asObject(field(body, 'generationConfig'));
  const mimeType = field(config, 'responseMimeType');
  const isFormed = formFields.some((name) => field(config, name) != null);
  if (isFormed || (mimeType != null && mimeType !== 'text/plain')) return 'structured';
  if (Number(field(config, 'candidateCount') ?? 1) > 1) return 'structured';
  const modalities = field(config, 'responseModalities');
  const isSpoken = isFilled(modalities) && modalities.some((each) => String(each).toUpperCase() !== 'TEXT');
  if (isSpoken || turns.flatMap(partsOf).some((part) => !isWords(part))) return 'multimodal';
  return text === undefined ? 'no-user-text' : exactOnly(text);
}

const formFields = ['responseSchema', 'responseJsonSchema', '_responseJsonSchema', 'responseFormat'];

function hasToolTraffic(turn: unknown): boolean {
  if (asObject(turn)?.role === 'function') return true;
  return partsOf(turn).some((part) => toolParts.some((name) => field(asObject(part), name) != null));
}

const toolParts = [
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
];

const isWords = (part: unknown): boolean => Object.keys(asObject(part) ?? { '': 0 }).every(isWordField);

const isWordField = (name: string): boolean =>
  ['text', 'thought', 'thoughtSignature', 'thought_signature'].includes(name);

/**
 * `conversation: lastTurn`: what the user says last with what follows it. Where tools were used the whole conversation
 * counts: their results are turns of the user too, and the same result may end two tasks.
 */
function fromLastUserTurn(turns: readonly unknown[]): readonly unknown[] {
  if (turns.some(hasToolTraffic)) return turns;
  return turns.slice(Math.max(0, turns.findLastIndex(isUser)));
}

/** Searches, maps, fetched pages, code that is run: whatever is not a function of the application's own. */
function uncachedReason({ tools }: JsonObject): BypassReason | undefined {
  const names = listOf(tools).flatMap((tool) => Object.keys(asObject(tool) ?? {}));
  return names.some((name) => !runsAtTheClient.has(name)) ? 'live' : undefined;
}

const runsAtTheClient: ReadonlySet<string> = new Set([
  'functionDeclarations',
  'function_declarations',
  'computerUse',
  'computer_use',
]);

/** https://cloud.google.com/apis/design/errors; the reason tells these apart from the provider's own errors. */
const errors: Record<ErrorKind, { code: number; status: string; reason: string }> = {
  'bad-request': { code: 400, status: 'INVALID_ARGUMENT', reason: 'fourfold_invalid_header' },
  'upstream-unreachable': { code: 502, status: 'UNAVAILABLE', reason: 'fourfold_upstream_unreachable' },
  'upstream-timeout': { code: 504, status: 'DEADLINE_EXCEEDED', reason: 'fourfold_upstream_timeout' },
  'not-cached': { code: 504, status: 'NOT_FOUND', reason: 'fourfold_not_cached' },
  'too-many': { code: 429, status: 'RESOURCE_EXHAUSTED', reason: 'fourfold_too_many' },
  internal: { code: 500, status: 'INTERNAL', reason: 'fourfold_internal' },
};

function error(message: string, kind: ErrorKind): string {
  const { code, status, reason } = errors[kind];
  const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'fourfold.dev' }];
  return JSON.stringify({ error: { code, message, status, details } });
}
