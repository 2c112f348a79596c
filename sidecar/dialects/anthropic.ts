import type { BypassReason, ExactOnlyReason } from '../reasons.ts';
import { messageRecorder } from './anthropic-record.ts';
import { messageStream, withoutThinking } from './anthropic-stream.ts';
import type { Asked, Dialect, ErrorKind, JsonObject, ReadingRules } from './dialect.ts';
import { asObject, isFilled } from './json.ts';
import { exactOnly, LOOSE } from './loose.ts';

/**
 * Anthropic Messages, `POST /v1/messages`, JSON and server-sent events. `count_tokens` and batches pass through.
 * Format: https://docs.anthropic.com/en/api/messages
 */
export const anthropic: Dialect = {
  name: 'anthropic',
  upstream: 'anthropic',
  serves: (method, path) => method === 'POST' && /^(\/v1)?\/messages$/.test(path),
  identityHeaders: [
    'anthropic-version',
    'anthropic-beta',
    'anthropic-workspace-id',
    'anthropic-user-profile-id',
  ],
  read,
  exactOnly,
  recorder: messageRecorder,
  write: (answer, asked, sameWords) => {
    const said = sameWords ? answer : withoutThinking(answer);
    return asked.form === 'json' ? said : messageStream(said, asked);
  },
  compose: (text, { id, model }) => ({
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 0, output_tokens: 0 },
  }),
  contentType: (form) => (form === 'json' ? 'application/json' : 'text/event-stream; charset=utf-8'),
  error,
};

function read(body: JsonObject, rules: ReadingRules): ReturnType<Dialect['read']> {
  // `cache_control` places marks for the provider's bill. It moves from turn to turn, and changes no answer.
  const { stream, cache_control: _, messages, system, tools, metadata, ...fixed } = body;
  if (stream != null && typeof stream !== 'boolean') fixed.stream = stream;
  if (system !== undefined) fixed.system = blocks(system);
  if (tools !== undefined) fixed.tools = Array.isArray(tools) ? tools.map(withoutMark) : tools;
  if (metadata !== undefined) fixed.metadata = rules.identifyUser ? metadata : withoutUser(metadata);

  const turns = Array.isArray(messages) ? messages.map(readTurn) : [];
  const last = asObject(turns.at(-1));
  const text = lastUserText(last);
  const reason = exactOnlyReason(body, turns, text);
  const kept = rules.conversation === 'strict' ? turns : instructionsAndLast(turns);
  if (text !== undefined && reason === undefined)
    fixed.messages = [...kept.slice(0, -1), { ...last, content: LOOSE }];
  else fixed.messages = kept.length > 0 ? kept : (messages ?? null);

  const userId = asObject(metadata)?.user_id;
  const asked: Asked = {
    model: typeof body.model === 'string' ? body.model : '',
    text: reason === undefined ? text : undefined,
    exactOnly: reason,
    uncached: uncachedReason(body),
    user: typeof userId === 'string' ? userId : undefined,
    form: stream === true ? 'stream' : 'json',
    withUsage: true,
  };
  return { asked, fixed };
}

/** A text is shorthand for a list of one text block, in the system prompt as in each turn. */
function blocks(content: unknown): unknown {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.map(readBlock) : content;
}

function readTurn(turn: unknown): unknown {
  const message = asObject(turn);
  return message === undefined ? turn : { ...message, content: blocks(message.content) };
}

function readBlock(value: unknown): unknown {
  const block = asObject(withoutMark(value));
  if (block?.type !== 'tool_result' || !Array.isArray(block.content)) return block ?? value;
  return { ...block, content: block.content.map(withoutMark) };
}

/** Only where the API has such a mark: inside a tool's input or schema a field of that name is the application's. */
function withoutMark(value: unknown): unknown {
  const block = asObject(value);
  if (block?.cache_control === undefined) return value;
  const { cache_control: _, ...rest } = block;
  return rest;
}

function withoutUser(metadata: unknown): unknown {
  const { user_id: _, ...rest } = asObject(metadata) ?? {};
  return asObject(metadata) === undefined ? metadata : rest;
}

/** The only block of the last turn, where it is a text and nothing else. */
function lastUserText(message: JsonObject | undefined): string | undefined {
  if (message?.role !== 'user' || !Array.isArray(message.content) || message.content.length !== 1)
    return undefined;
  const { type, text, ...rest } = asObject(message.content[0]) ?? {};
  return type === 'text' && typeof text === 'string' && Object.keys(rest).length === 0 ? text : undefined;
}

function exactOnlyReason(
  body: JsonObject,
  turns: readonly unknown[],
  text: string | undefined,
): ExactOnlyReason | undefined {
  const types = turns.flatMap(blockTypes);
  if (isFilled(body.tools) || types.some(isToolTraffic)) return 'tools';
  if (asObject(body.output_config)?.format != null || body.output_format != null) return 'structured';
  if (types.some((type) => !wordTypes.has(type))) return 'multimodal';
  return text === undefined ? 'no-user-text' : exactOnly(text);
}

const wordTypes: ReadonlySet<unknown> = new Set(['text', 'thinking', 'redacted_thinking']);

function blockTypes(turn: unknown): unknown[] {
  const content = asObject(turn)?.content;
  return Array.isArray(content) ? content.map((block) => asObject(block)?.type) : [];
}

/** `tool_use`, `tool_result`, `server_tool_use`, `web_search_tool_result` and their like. */
const isToolTraffic = (type: unknown): boolean =>
  typeof type === 'string' && /tool_(?:use|result)$/.test(type);

/**
 * `conversation: lastTurn`: what the application instructs, and what the user says last with what follows it. Where tools
 * were used the whole conversation counts: their results are turns of the user too, and the same result may end two tasks.
 */
function instructionsAndLast(turns: readonly unknown[]): readonly unknown[] {
  if (turns.flatMap(blockTypes).some(isToolTraffic)) return turns;
  const roles = turns.map((turn) => asObject(turn)?.role);
  const from = roles.lastIndexOf('user');
  return turns.filter((_, i) => i >= from || roles[i] === 'system');
}

function uncachedReason(body: JsonObject): BypassReason | undefined {
  const { thread, container, mcp_servers: servers, tools } = body;
  if (thread != null || typeof container === 'string' || asObject(container)?.id != null) return 'stateful';
  const isLive = (tool: unknown) => !runsAtTheClient.test(String(asObject(tool)?.type ?? 'custom'));
  if (isFilled(servers) || (Array.isArray(tools) && tools.some(isLive))) return 'live';
  return undefined;
}

/** The tools that the provider does not run, and its search among the tools themselves. Any other may look at the world. */
const runsAtTheClient =
  /^(?:custom|(?:bash|text_editor|computer|memory|(?:browser|computer)_toolset|tool_search_tool_\w+)_\d+)$/;

/** https://docs.anthropic.com/en/api/errors; `error_code` tells these apart from the provider's own errors. */
const errors: Record<ErrorKind, { type: string; error_code: string }> = {
  'bad-request': { type: 'invalid_request_error', error_code: 'fourfold_invalid_header' },
  'upstream-unreachable': { type: 'api_error', error_code: 'fourfold_upstream_unreachable' },
  'upstream-timeout': { type: 'timeout_error', error_code: 'fourfold_upstream_timeout' },
  'not-cached': { type: 'invalid_request_error', error_code: 'fourfold_not_cached' },
  'too-many': { type: 'rate_limit_error', error_code: 'fourfold_too_many' },
  internal: { type: 'api_error', error_code: 'fourfold_internal' },
};

function error(message: string, kind: ErrorKind): string {
  const { type, error_code } = errors[kind];
  return JSON.stringify({
    type: 'error',
    error: { type, message, details: { error_code } },
    request_id: null,
  });
}
