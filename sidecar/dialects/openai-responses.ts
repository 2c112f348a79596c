import type { BypassReason, ExactOnlyReason } from '../reasons.ts';
import type { Asked, Dialect, JsonObject, ReadingRules } from './dialect.ts';
import { asObject, isFilled } from './json.ts';
import { exactOnly } from './loose.ts';
import {
  addressOf,
  endUser,
  instructionsAndLast,
  isLive,
  lastUserText,
  modelOf,
  openai,
  servesPath,
  withoutShape,
} from './openai.ts';
import { response } from './openai-responses-record.ts';
import { responseStream } from './openai-responses-stream.ts';
import { recorder } from './recorder.ts';

/**
 * OpenAI Responses, `POST /v1/responses`, JSON and typed events.
 * Format: https://platform.openai.com/docs/api-reference/responses
 */
export const openaiResponses: Dialect = {
  ...openai,
  name: 'openai-responses',
  serves: servesPath('/responses'),
  read,
  exactOnly,
  recorder: (form) => recorder(form, response),
  write: (answer, asked) => (asked.form === 'json' ? answer : responseStream(answer, asked)),
  compose: (text, { id, model, seconds }) => ({
    id: `resp_${id}`,
    object: 'response',
    created_at: seconds,
    status: 'completed',
    error: null,
    incomplete_details: null,
    model,
    output: [
      {
        type: 'message',
        id: `msg_${id}`,
        status: 'completed',
        role: 'assistant',
        content: [{ type: 'output_text', text, annotations: [] }],
      },
    ],
    usage: {
      input_tokens: 0,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 0,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 0,
    },
  }),
};

/** The end user's id stays identity even where everybody shares everything: the answer repeats it. */
function read(body: JsonObject, rules: ReadingRules): ReturnType<Dialect['read']> {
  const { fixed, form } = withoutShape(body);
  const items = itemsOf(body.input);
  const last = asObject(items.at(-1));
  const content = isMessage(last) ? lastUserText(last, 'input_text') : undefined;
  const reason = exactOnlyReason(fixed, items, content);
  const kept = rules.conversation === 'strict' ? items : instructionsAndLast(items);
  if (reason === undefined && content !== undefined) {
    const { type: _, ...message } = last ?? {};
    fixed.input = [...kept.slice(0, -1), { ...message, content: content.place }];
  } else fixed.input = kept.length > 0 ? kept : body.input;

  const model = modelOf(body, rules);
  const asked: Asked = {
    model,
    text: reason === undefined ? content?.text : undefined,
    exactOnly: reason,
    uncached: uncachedReason(body, model),
    keptByProvider: body.store !== false || isFilled(body.include),
    user: endUser(body),
    form,
    // Every stream ends with the whole response, usage included.
    withUsage: true,
  };
  return { asked, fixed, query: addressOf(rules) };
}

/** A string is what one message of the user says. */
function itemsOf(input: unknown): readonly unknown[] {
  if (typeof input === 'string') return [{ role: 'user', content: input }];
  return Array.isArray(input) ? input : [];
}

const isMessage = (item: JsonObject | undefined): boolean =>
  item !== undefined && (item.type === undefined || item.type === 'message');

/**
 * `previous_response_id` and `conversation` go on from what only the provider sees; a template without a version is another
 * one after each edit.
 */
function uncachedReason(body: JsonObject, model: string): BypassReason | undefined {
  const { background, prompt } = body;
  if ((background ?? false) !== false) return 'background';
  if (body.previous_response_id != null || body.conversation != null) return 'stateful';
  if (prompt != null && asObject(prompt)?.version == null) return 'stateful';
  return isLive(body, model) ? 'live' : undefined;
}

function exactOnlyReason(
  fixed: JsonObject,
  items: readonly unknown[],
  content: { text: string } | undefined,
): ExactOnlyReason | undefined {
  if (isFilled(fixed.tools) || items.some(isToolTraffic)) return 'tools';
  const format = asObject(asObject(fixed.text)?.format)?.type;
  if (format !== undefined && format !== 'text') return 'structured';
  if (items.some(hasMedia)) return 'multimodal';
  return content === undefined ? 'no-user-text' : exactOnly(content.text);
}

/** Calls and their results, of whatever kind; all else that a conversation consists of is listed. */
function isToolTraffic(item: unknown): boolean {
  const type = asObject(item)?.type;
  return !(type === undefined || type === 'message' || type === 'reasoning' || type === 'item_reference');
}

const textTypes = new Set<unknown>(['input_text', 'output_text', 'text', 'refusal', 'reasoning_text']);

function hasMedia(item: unknown): boolean {
  const content = asObject(item)?.content;
  return Array.isArray(content) && content.some((part) => !textTypes.has(asObject(part)?.type));
}
