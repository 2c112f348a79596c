import type { ExactOnlyReason } from '../reasons.ts';
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
import { completionRecorder } from './openai-chat-record.ts';
import { completionStream } from './openai-chat-stream.ts';

/**
 * OpenAI chat completions, `POST /v1/chat/completions`, JSON and server-sent events.
 * Format: https://platform.openai.com/docs/api-reference/chat
 */
export const openaiChat: Dialect = {
  ...openai,
  name: 'openai-chat',
  serves: servesPath('/chat/completions'),
  read,
  exactOnly,
  recorder: completionRecorder,
  write: (answer, asked) => (asked.form === 'json' ? answer : completionStream(answer, asked)),
  compose: (content, { id, model, seconds }) => ({
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created: seconds,
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content, refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
  }),
};

function read(body: JsonObject, rules: ReadingRules): ReturnType<Dialect['read']> {
  const { fixed, form, withUsage } = withoutShape(body);
  if (!rules.identifyUser) {
    delete fixed.user;
    delete fixed.safety_identifier;
  }

  const { messages } = body;
  const turns = Array.isArray(messages) ? messages : [];
  const last = asObject(turns.at(-1));
  const content = lastUserText(last, 'text');
  const reason = exactOnlyReason(fixed, turns, content);
  const kept = rules.conversation === 'strict' ? turns : instructionsAndLast(turns);
  fixed.messages =
    reason !== undefined || content === undefined
      ? kept.length > 0
        ? kept
        : messages
      : [...kept.slice(0, -1), { ...last, content: content.place }];

  const model = modelOf(body, rules);
  const asked: Asked = {
    model,
    text: reason === undefined ? content?.text : undefined,
    exactOnly: reason,
    uncached: isLive(body, model) ? 'live' : undefined,
    keptByProvider: body.store === true,
    user: endUser(body),
    form,
    withUsage,
  };
  return { asked, fixed, query: addressOf(rules) };
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
  return content === undefined ? 'no-user-text' : exactOnly(content.text);
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
