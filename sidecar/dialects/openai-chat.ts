import type { ExactOnlyReason } from '../reasons.ts';
import type { Asked, Dialect, ErrorKind, JsonObject, ReadingRules } from './dialect.ts';
import { completionRecorder } from './openai-chat-record.ts';
import { completionStream } from './openai-chat-stream.ts';

/**
 * OpenAI chat completions, `POST /v1/chat/completions`, JSON and server-sent events.
 * Format: https://platform.openai.com/docs/api-reference/chat
 */
export const openaiChat: Dialect = {
  name: 'openai-chat',
  upstream: 'openai',
  serves: (method, path) => method === 'POST' && /^(\/v1)?\/chat\/completions$/.test(path),
  identityHeaders: ['openai-organization', 'openai-project', 'openai-beta'],
  read,
  recorder: completionRecorder,
  write: (answer, asked) => (asked.form === 'json' ? answer : completionStream(answer, asked.withUsage)),
  contentType: (form) => (form === 'json' ? 'application/json' : 'text/event-stream; charset=utf-8'),
  error: openaiError,
};

/** The text's place in the fixed part; no request can hold it by itself, since it is not a string there. */
const LOOSE = { '': 'loose text' };

function read(body: JsonObject, rules: ReadingRules): ReturnType<Dialect['read']> {
  // `stream` and `stream_options` shape the reply, not the answer: one entry serves both forms.
  const { stream, stream_options: streamOptions, messages, ...fixed } = body;
  if (stream != null && typeof stream !== 'boolean') fixed.stream = stream;
  const {
    include_usage: withUsage,
    include_obfuscation: _,
    ...unknownOptions
  } = asObject(streamOptions) ?? {};
  if (Object.keys(unknownOptions).length > 0) fixed.stream_options = unknownOptions;
  const user = endUser(body);
  if (!rules.identifyUser) {
    delete fixed.user;
    delete fixed.safety_identifier;
  }

  const turns = Array.isArray(messages) ? messages : [];
  const last = asObject(turns.at(-1));
  const content = lastUserText(last);
  const exactOnly = exactOnlyReason(fixed, turns, content);
  const kept = rules.conversation === 'strict' ? turns : instructionsAndLast(turns);
  fixed.messages =
    exactOnly !== undefined || content === undefined
      ? kept.length > 0
        ? kept
        : messages
      : [...kept.slice(0, -1), { ...last, content: content.place }];

  const asked: Asked = {
    model: typeof body.model === 'string' ? body.model : '',
    text: exactOnly === undefined ? content?.text : undefined,
    exactOnly,
    user,
    form: stream === true ? 'stream' : 'json',
    withUsage: withUsage === true,
  };
  return { asked, fixed };
}

/** `content` is a string or a list of parts; a list with one text part says the same as that text. */
function lastUserText(message: JsonObject | undefined): { text: string; place: unknown } | undefined {
  if (message?.role !== 'user') return undefined;
  const content = message.content;
  if (typeof content === 'string') return { text: content, place: LOOSE };
  if (!Array.isArray(content) || content.length !== 1) return undefined;
  const part = asObject(content[0]);
  if (part?.type !== 'text' || typeof part.text !== 'string') return undefined;
  const { text, ...rest } = part;
  return { text: part.text, place: Object.keys(rest).length === 1 ? LOOSE : { ...rest, text: LOOSE } };
}

function exactOnlyReason(
  fixed: JsonObject,
  turns: readonly unknown[],
  content: { text: string } | undefined,
): ExactOnlyReason | undefined {
  if (isFilled(fixed.tools) || isFilled(fixed.functions) || turns.some(isToolTraffic)) return 'tools';
  const format = asObject(fixed.response_format)?.type;
  if (format !== undefined && format !== 'text') return 'structured';
  if (fixed.prediction != null || (typeof fixed.n === 'number' && fixed.n > 1)) return 'structured';
  if (turns.some(hasMedia) || fixed.audio != null) return 'multimodal';
  if (content === undefined || content.text.trim() === '') return 'no-user-text';
  if (isJsonText(content.text)) return 'structured';
  return undefined;
}

function isToolTraffic(turn: unknown): boolean {
  const message = asObject(turn);
  if (message === undefined) return false;
  return (
    message.role === 'tool' ||
    message.role === 'function' ||
    isFilled(message.tool_calls) ||
    message.function_call != null
  );
}

function hasMedia(turn: unknown): boolean {
  const content = asObject(turn)?.content;
  return (
    Array.isArray(content) &&
    content.some((part) => !['text', 'refusal'].includes(String(asObject(part)?.type)))
  );
}

/** A payload rather than a question: every character of it may matter. */
function isJsonText(text: string): boolean {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return false;
  try {
    return typeof JSON.parse(trimmed) === 'object';
  } catch {
    return false;
  }
}

/** `conversation: lastTurn`: what the application instructs, wherever it stands, and what the user says last. */
function instructionsAndLast(turns: readonly unknown[]): unknown[] {
  const roles = turns.map((turn) => asObject(turn)?.role);
  // What follows the last user turn (the start of an answer, the result of a tool) belongs to it.
  const from = roles.lastIndexOf('user');
  return turns.filter((_, i) => i >= from || roles[i] === 'system' || roles[i] === 'developer');
}

function endUser(body: JsonObject): string | undefined {
  const named = body.safety_identifier ?? body.user;
  return typeof named === 'string' ? named : undefined;
}

/** https://platform.openai.com/docs/guides/error-codes; `code` tells these apart from the provider's own errors. */
const errors: Record<ErrorKind, { type: string; code: string }> = {
  'bad-request': { type: 'invalid_request_error', code: 'fourfold_invalid_header' },
  'upstream-unreachable': { type: 'api_connection_error', code: 'fourfold_upstream_unreachable' },
  'upstream-timeout': { type: 'api_connection_error', code: 'fourfold_upstream_timeout' },
  'not-cached': { type: 'invalid_request_error', code: 'fourfold_not_cached' },
  internal: { type: 'server_error', code: 'fourfold_internal' },
};

function openaiError(message: string, kind: ErrorKind): string {
  return JSON.stringify({
    error: { message, type: errors[kind].type, param: null, code: errors[kind].code },
  });
}

const asObject = (value: unknown): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;

const isFilled = (value: unknown): boolean => Array.isArray(value) && value.length > 0;
