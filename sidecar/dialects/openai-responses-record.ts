import type { JsonObject, Recording } from './dialect.ts';
import { asObject, isFilled, isObject, refusePrototype, totalTokens } from './json.ts';
import type { Assembly } from './recorder.ts';

/** How a response is recorded: the terminal event of a stream holds the JSON form whole. */
export const response = { judge, assembly: (): Assembly => new Events() };

function judge(body: unknown, bytes: Uint8Array): Recording {
  if (!isObject(body) || !Array.isArray(body.output)) return { unstored: 'malformed' };
  switch (body.status) {
    case 'completed':
      break;
    case 'failed':
      return { unstored: 'failed-answer' };
    case 'incomplete': {
      const reason = asObject(body.incomplete_details)?.reason;
      if (reason === 'max_output_tokens') return { unstored: 'length' };
      return { unstored: reason === 'content_filter' ? 'content-filter' : 'incomplete' };
    }
    default:
      return { unstored: 'incomplete' };
  }
  let toolCalls = false;
  let text = '';
  for (const item of body.output as unknown[]) {
    if (!isObject(item)) return { unstored: 'malformed' };
    if ((item.status ?? 'completed') !== 'completed') return { unstored: 'incomplete' };
    switch (item.type) {
      case 'message': {
        const said = textOf(item);
        if (typeof said !== 'string') return said;
        text += said;
        break;
      }
      case 'reasoning':
        break;
      case 'function_call':
      case 'custom_tool_call':
        toolCalls = true;
        break;
      default:
        return { unstored: 'unsupported-answer' };
    }
  }
  if (!toolCalls && text.trim() === '') return { unstored: 'empty' };
  return { answer: bytes, tokens: totalTokens(body.usage), toolCalls };
}

function textOf({ content }: JsonObject): string | Recording {
  if (!Array.isArray(content)) return { unstored: 'malformed' };
  let text = '';
  for (const part of content as unknown[]) {
    const type = asObject(part)?.type;
    if (type === 'refusal') return { unstored: 'refusal' };
    if (type !== 'output_text') return { unstored: 'unsupported-answer' };
    text += asObject(part)?.text ?? '';
  }
  return text;
}

class Events implements Assembly {
  readonly #items = new Map<number, JsonObject>();
  #end: JsonObject | undefined;

  add(data: string): ReturnType<Assembly['add']> {
    const event: unknown = JSON.parse(data);
    if (!isObject(event)) return 'unknown';
    switch (event.type) {
      case 'response.output_item.done':
        if (isObject(event.item) && typeof event.output_index === 'number') {
          this.#items.set(event.output_index, event.item);
        }
        return 'more';
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        if (!isObject(event.response)) return 'unknown';
        this.#end = event.response;
        return 'done';
      case 'error':
        this.#end = { status: 'failed', output: [], error: event };
        return 'done';
      default:
        // What adds up to the response is told once more in it.
        return typeof event.type === 'string' ? 'more' : 'unknown';
    }
  }

  body(): JsonObject | undefined {
    if (this.#end === undefined) return undefined;
    refusePrototype(this.#end);
    // Some hosts end a stream with the bare frame of the response.
    if (isFilled(this.#end.output)) return this.#end;
    const items = [...this.#items].sort(([a], [b]) => a - b).map(([, item]) => item);
    return { ...this.#end, output: items };
  }
}
