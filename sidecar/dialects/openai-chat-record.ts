import type { Form, JsonObject, Recorder, Recording } from './dialect.ts';
import { isFilled, isObject, refusePrototype, totalTokens } from './json.ts';
import { type Assembly, recorder } from './recorder.ts';

/** Records a chat completion from either form into the provider's JSON form, or says why it is not worth keeping. */
export function completionRecorder(form: Form): Recorder {
  return recorder(form, { assembly: () => new CompletionAssembly(), judge });
}

/** What may be kept: a complete answer, in words or as tool calls, that the model ended by itself. */
function judge(body: unknown, bytes: Uint8Array): Recording {
  const choices = (body as JsonObject | null)?.choices;
  if (!Array.isArray(choices) || choices.length === 0) return { unstored: 'malformed' };
  let toolCalls = false;
  for (const choice of choices as JsonObject[]) {
    const message = choice.message as JsonObject | undefined;
    if (typeof message !== 'object' || message === null) return { unstored: 'malformed' };
    const called = isFilled(message.tool_calls) || message.function_call != null;
    switch (choice.finish_reason) {
      case 'stop':
        break;
      case 'tool_calls':
      case 'function_call':
        if (!called) return { unstored: 'malformed' };
        break;
      case 'length':
        return { unstored: 'length' };
      case 'content_filter':
        return { unstored: 'content-filter' };
      default:
        return { unstored: 'incomplete' };
    }
    if (message.refusal) return { unstored: 'refusal' };
    // Audio answers are handles that the provider forgets after an hour.
    if (message.audio != null) return { unstored: 'unsupported-answer' };
    if (!called && (typeof message.content !== 'string' || message.content.trim() === '')) {
      return { unstored: 'empty' };
    }
    toolCalls ||= called;
  }
  return { answer: bytes, tokens: totalTokens((body as JsonObject).usage), toolCalls };
}

/** Puts the deltas of a stream together into the JSON form. */
class CompletionAssembly implements Assembly {
  #done = false;
  readonly #top: JsonObject = {};
  readonly #choices = new Map<number, { message: JsonObject; rest: JsonObject }>();

  add(data: string): ReturnType<Assembly['add']> {
    if (data === '[DONE]') {
      this.#done = true;
      return 'done';
    }
    const chunk: unknown = JSON.parse(data);
    if (!isObject(chunk) || !Array.isArray(chunk.choices)) return 'unknown';
    // Padding of the transport (`obfuscation`) is not part of the answer.
    const { choices, obfuscation: _, ...top } = chunk;
    refusePrototype(top);
    for (const [key, value] of Object.entries(top))
      if (value != null || !(key in this.#top)) this.#top[key] = value;
    for (const choice of choices as unknown[]) {
      if (!isObject(choice) || typeof choice.index !== 'number') return 'unknown';
      const { index, delta, ...rest } = choice;
      refusePrototype(rest);
      const known = this.#choices.get(choice.index) ?? { message: {}, rest: {} };
      this.#choices.set(choice.index, known);
      if (isObject(delta)) merge(known.message, delta);
      for (const [key, value] of Object.entries(rest)) {
        const before = known.rest[key];
        // Log probabilities grow; filter results are told whole, a category at a time.
        if (isObject(before) && isObject(value) && key === 'logprobs') merge(before, value);
        else if (isObject(before) && isObject(value)) known.rest[key] = { ...before, ...value };
        else if (value != null || !(key in known.rest)) known.rest[key] = value;
      }
    }
    return 'more';
  }

  body(): JsonObject | undefined {
    if (!this.#done) return undefined;
    const { id, object: _, usage, ...top } = this.#top;
    return {
      id,
      object: 'chat.completion',
      ...top,
      choices: [...this.#choices]
        .sort(([a], [b]) => a - b)
        .map(([index, { message, rest }]) => ({ index, message: finished(message), ...rest })),
      // A stream says its usage only when asked to; what was never said is left out, not invented.
      ...(usage == null ? {} : { usage }),
    };
  }
}

/**
 * Strings grow, lists with indexes merge by index, other lists grow, objects merge, and the last word wins otherwise.
 * Both sides are ours to change: each chunk was parsed for this recording alone.
 */
function merge(into: JsonObject, delta: JsonObject): void {
  refusePrototype(delta);
  for (const [key, value] of Object.entries(delta)) {
    const before = into[key];
    if (typeof before === 'string' && typeof value === 'string') {
      into[key] = constantFields.has(key) ? value : before + value;
    } else if (Array.isArray(value)) {
      if (Array.isArray(before)) mergeList(before, value);
      else into[key] = value;
    } else if (isObject(before) && isObject(value)) {
      merge(before, value);
    } else if (value != null || !(key in into)) {
      into[key] = value;
    }
  }
}

const constantFields = new Set(['role', 'id', 'type', 'name', 'format']);

function mergeList(list: unknown[], additions: unknown[]): void {
  for (const item of additions) {
    const index = isObject(item) ? item.index : undefined;
    const known =
      typeof index === 'number' ? list.find((each) => isObject(each) && each.index === index) : undefined;
    if (isObject(known) && isObject(item)) merge(known, item);
    else list.push(item);
  }
}

/** The JSON form names tool calls by id alone, and always says content and refusal. */
function finished(message: JsonObject): JsonObject {
  const { role, content, refusal, tool_calls: calls, ...rest } = message;
  return {
    role: role ?? 'assistant',
    content: content ?? null,
    refusal: refusal ?? null,
    ...rest,
    ...(Array.isArray(calls) ? { tool_calls: calls.map(({ index: _, ...call }) => call) } : {}),
  };
}
