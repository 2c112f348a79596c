import { createParser } from 'eventsource-parser';
import type { Form, JsonObject, Recorder, Recording } from './dialect.ts';

/** Records a chat completion from either form into the provider's JSON form, or says why it is not worth keeping. */
export function completionRecorder(form: Form): Recorder {
  return form === 'json' ? jsonRecorder() : streamRecorder();
}

function jsonRecorder(): Recorder {
  const chunks: Uint8Array[] = [];
  return {
    push: (chunk) => void chunks.push(chunk),
    complete: false,
    end: () => {
      // A copy of its own: a chunk is a window into everything that the socket brought with it.
      const bytes = withoutMark(new Uint8Array(Buffer.concat(chunks)));
      try {
        return judge(JSON.parse(utf8(bytes)), bytes);
      } catch {
        return { unstored: 'malformed' };
      }
    },
  };
}

function streamRecorder(): Recorder {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const completion = new Assembly();
  let done = false;
  let broken = false;
  const parser = createParser({
    onEvent: ({ data }) => {
      // A provider's error event and anything after the end make the stream one that we do not understand.
      if (done) broken = true;
      else if (data === '[DONE]') done = true;
      else if (!completion.add(JSON.parse(data))) broken = true;
    },
  });
  const guarded = (step: () => void) => {
    if (broken) return;
    try {
      step();
    } catch {
      broken = true;
    }
  };
  return {
    get complete() {
      return done && !broken;
    },
    push: (chunk) => guarded(() => parser.feed(decoder.decode(chunk, { stream: true }))),
    end: () => {
      guarded(() => parser.feed(decoder.decode()));
      if (broken) return { unstored: 'malformed' };
      if (!done) return { unstored: 'incomplete' };
      try {
        const body = completion.body();
        return judge(body, new TextEncoder().encode(JSON.stringify(body)));
      } catch {
        return { unstored: 'malformed' };
      }
    },
  };
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
  const total = ((body as JsonObject).usage as JsonObject | null | undefined)?.total_tokens;
  return { answer: bytes, tokens: typeof total === 'number' && total > 0 ? total : 0, toolCalls };
}

/** Puts the deltas of a stream together into the JSON form. */
class Assembly {
  readonly #top: JsonObject = {};
  readonly #choices = new Map<number, { message: JsonObject; rest: JsonObject }>();

  /** False where the event is not a completion chunk. */
  add(chunk: unknown): boolean {
    if (!isObject(chunk) || !Array.isArray(chunk.choices)) return false;
    // Padding of the transport (`obfuscation`) is not part of the answer.
    const { choices, obfuscation: _, ...top } = chunk;
    refusePrototype(top);
    for (const [key, value] of Object.entries(top))
      if (value != null || !(key in this.#top)) this.#top[key] = value;
    for (const choice of choices as unknown[]) {
      if (!isObject(choice) || typeof choice.index !== 'number') return false;
      const { index, delta, ...rest } = choice;
      refusePrototype(rest);
      const known = this.#choices.get(choice.index) ?? { message: {}, rest: {} };
      this.#choices.set(choice.index, known);
      if (isObject(delta)) merge(known.message, delta);
      for (const [key, value] of Object.entries(rest)) {
        const before = known.rest[key];
        if (isObject(before) && isObject(value)) merge(before, value);
        else if (value != null || !(key in known.rest)) known.rest[key] = value;
      }
    }
    return true;
  }

  body(): JsonObject {
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

const constantFields = new Set(['role', 'id', 'type', 'name']);

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
    content: Array.isArray(calls) && content === '' ? null : (content ?? null),
    refusal: refusal ?? null,
    ...rest,
    ...(Array.isArray(calls) ? { tool_calls: calls.map(({ index: _, ...call }) => call) } : {}),
  };
}

/** No provider says this, and merging it would write into what all objects share. */
function refusePrototype(object: object): void {
  if (Object.hasOwn(object, '__proto__')) throw new TypeError('a field may not be named __proto__');
}

/** A byte order mark is no part of the answer. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.slice(3) : bytes;
}

const utf8 = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isFilled = (value: unknown): boolean => Array.isArray(value) && value.length > 0;
