import type { Form, JsonObject, Recorder, Recording } from './dialect.ts';
import { parseExactly } from './exact-json.ts';
import { asObject, isFilled } from './json.ts';
import { type Assembly, recorder } from './recorder.ts';

/** Records a message from either form into the provider's JSON form, or says why it is not worth keeping. */
export function messageRecorder(form: Form): Recorder {
  return recorder(form, { assembly: () => new MessageAssembly(), judge });
}

/** What may be kept: a message that the model ended by itself, in blocks that can be given again. */
function judge(body: unknown, bytes: Uint8Array): Recording {
  const message = asObject(body);
  const { content, usage } = message ?? {};
  if (message?.type !== 'message' || !Array.isArray(content)) return { unstored: 'malformed' };
  const types = content.map((block) => asObject(block)?.type);
  const toolCalls = types.includes('tool_use');
  switch (message.stop_reason) {
    case 'end_turn':
    case 'stop_sequence':
      break;
    case 'tool_use':
      if (!toolCalls) return { unstored: 'malformed' };
      break;
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return { unstored: 'length' };
    case 'refusal':
      return { unstored: 'refusal' };
    default:
      return { unstored: 'incomplete' };
  }
  // A container is forgotten after a while, and what server tools say is true at that moment only.
  if (message.container != null || types.some((type) => !keptTypes.has(type))) {
    return { unstored: 'unsupported-answer' };
  }
  if (!toolCalls && !content.some(hasWords)) return { unstored: 'empty' };
  return { answer: bytes, tokens: tokensOf(asObject(usage) ?? {}), toolCalls };
}

const keptTypes: ReadonlySet<unknown> = new Set(['text', 'thinking', 'redacted_thinking', 'tool_use']);

const hasWords = ({ type, text }: JsonObject): boolean =>
  type === 'text' && typeof text === 'string' && text.trim() !== '';

/** What came from the provider's own prompt cache is counted apart from `input_tokens`. */
function tokensOf(usage: JsonObject): number {
  const counts = [
    usage.input_tokens,
    usage.cache_creation_input_tokens,
    usage.cache_read_input_tokens,
    usage.output_tokens,
  ];
  return counts.reduce<number>((sum, count) => (typeof count === 'number' ? sum + count : sum), 0);
}

/** Puts the events of a stream together: a message that begins, its blocks, and how it ends. */
class MessageAssembly implements Assembly {
  #message: JsonObject | undefined;
  readonly #blocks: { block: JsonObject; json: string; open: boolean }[] = [];
  #done = false;

  add(data: string): ReturnType<Assembly['add']> {
    const event = asObject(parseExactly(data));
    if (event?.type === 'ping') return 'more';
    if (event?.type === 'message_start') return this.#start(event);
    if (this.#message === undefined) return 'unknown';
    switch (event?.type) {
      case 'content_block_start':
        return this.#open(event);
      case 'content_block_delta':
        return this.#grow(event);
      case 'content_block_stop':
        return this.#close(event);
      case 'message_delta':
        return this.#finish(this.#message, event);
      case 'message_stop':
        this.#done = true;
        return 'done';
      default:
        // An error in the middle, or something newer than this code.
        return 'unknown';
    }
  }

  body(): JsonObject | undefined {
    if (!this.#done || this.#message === undefined || this.#blocks.some(({ open }) => open)) return undefined;
    return { ...this.#message, content: this.#blocks.map(({ block }) => block) };
  }

  #start(event: JsonObject): 'more' | 'unknown' {
    const message = asObject(event.message);
    // A turn that goes on from code of the provider begins with its blocks; no event tells them.
    if (message === undefined || this.#message !== undefined || isFilled(message.content)) return 'unknown';
    this.#message = { ...message, usage: { ...asObject(message.usage) } };
    return 'more';
  }

  #open({ index, content_block: started }: JsonObject): 'more' | 'unknown' {
    const block = asObject(started);
    if (block === undefined || index !== this.#blocks.length) return 'unknown';
    this.#blocks.push({ block, json: '', open: true });
    return 'more';
  }

  #grow({ index, delta: value }: JsonObject): 'more' | 'unknown' {
    const known = this.#blocks[Number(index)];
    const delta = asObject(value);
    if (!known?.open || delta === undefined) return 'unknown';
    const { block } = known;
    switch (delta.type) {
      case 'text_delta':
        block.text = joined(block.text, delta.text);
        return 'more';
      case 'thinking_delta':
        block.thinking = joined(block.thinking, delta.thinking);
        return 'more';
      case 'signature_delta':
        block.signature = delta.signature;
        return 'more';
      case 'citations_delta':
        block.citations = [...(Array.isArray(block.citations) ? block.citations : []), delta.citation];
        return 'more';
      case 'input_json_delta':
        known.json = joined(known.json, delta.partial_json);
        return 'more';
      default:
        return 'unknown';
    }
  }

  #close({ index }: JsonObject): 'more' | 'unknown' {
    const known = this.#blocks[Number(index)];
    if (!known?.open) return 'unknown';
    known.open = false;
    if (known.json !== '') known.block.input = parseExactly(known.json);
    return 'more';
  }

  /** Usage counts are of the whole message, not of what is new; what is not said again stays. */
  #finish(message: JsonObject, { type: _, delta, usage, ...more }: JsonObject): 'more' | 'unknown' {
    Object.assign(message, known(asObject(delta)), known(more));
    // Said even where it is nothing.
    message.stop_sequence = asObject(delta)?.stop_sequence ?? null;
    Object.assign(message.usage as JsonObject, known(asObject(usage)));
    return 'more';
  }
}

/** @throws where a delta is no text: then the stream is not one that we understand. */
function joined(before: unknown, delta: unknown): string {
  if (typeof delta !== 'string') throw new TypeError('expected a text');
  return (typeof before === 'string' ? before : '') + delta;
}

/** No provider says `__proto__`; null says nothing about what was said before. */
function known(object: JsonObject | undefined): JsonObject {
  return Object.fromEntries(
    Object.entries(object ?? {}).filter(([key, value]) => value != null && key !== '__proto__'),
  );
}
