import type { ExactOnlyReason } from '../reasons.ts';
import type { Asked, Dialect, JsonObject, ReadingRules } from './dialect.ts';
import { isFilled } from './json.ts';
import { exactOnly as exactOnlyAnywhere, LOOSE } from './loose.ts';
import { addressOf, endUser, isLive, modelOf, openai, servesPath, withoutShape } from './openai.ts';
import { textCompletion, textCompletionStream } from './openai-completions-record.ts';
import { recorder } from './recorder.ts';

/**
 * OpenAI legacy completions, `POST /v1/completions`, JSON and server-sent events.
 * Format: https://platform.openai.com/docs/api-reference/completions
 */
export const openaiCompletions: Dialect = {
  ...openai,
  name: 'openai-completions',
  serves: servesPath('/completions'),
  read,
  exactOnly,
  recorder: (form) => recorder(form, textCompletion),
  write: (answer, asked) => (asked.form === 'json' ? answer : textCompletionStream(answer, asked)),
  compose: (text, { id, model, seconds }) => ({
    id: `cmpl-${id}`,
    object: 'text_completion',
    created: seconds,
    model,
    choices: [{ text, index: 0, logprobs: null, finish_reason: 'stop' }],
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
  }),
};

function read(body: JsonObject, rules: ReadingRules): ReturnType<Dialect['read']> {
  const { fixed, form, withUsage } = withoutShape(body);
  if (!rules.identifyUser) {
    delete fixed.user;
    delete fixed.safety_identifier;
  }
  const text = soleText(body.prompt);
  const reason = exactOnlyReason(fixed, text);
  if (reason === undefined) fixed.prompt = LOOSE;
  const model = modelOf(body, rules);
  const asked: Asked = {
    model,
    text: reason === undefined ? text : undefined,
    exactOnly: reason,
    uncached: isLive(body, model) ? 'live' : undefined,
    user: endUser(body),
    form,
    withUsage,
  };
  return { asked, fixed, query: addressOf(rules) };
}

/** A list of one text asks what that text asks; lists of several, or of tokens, are no question. */
function soleText(prompt: unknown): string | undefined {
  const sole: unknown = Array.isArray(prompt) && prompt.length === 1 ? prompt[0] : prompt;
  return typeof sole === 'string' ? sole : undefined;
}

function exactOnlyReason(fixed: JsonObject, text: string | undefined): ExactOnlyReason | undefined {
  const several = [fixed.n, fixed.best_of].some((count) => count != null && count !== 1);
  // Offsets of log probabilities count from the beginning of the prompt, and an echo repeats it.
  const placed = (fixed.echo ?? false) !== false || fixed.suffix != null || fixed.logprobs != null;
  if (several || placed || (text === undefined && isFilled(fixed.prompt))) return 'structured';
  return text === undefined ? 'no-user-text' : exactOnly(text);
}

function exactOnly(text: string): ExactOnlyReason | undefined {
  const reason = exactOnlyAnywhere(text);
  if (reason !== undefined) return reason;
  // In a prompt of several lines (examples, a transcript, code) the layout is a part of what it says.
  if (/[\r\n]/.test(text.trim())) return 'structured';
  // Any other text is gone on from where it ends: a full stop or a colon more asks for another continuation.
  if (!/[?？؟]$/.test(text.trim())) return 'structured';
  return undefined;
}
