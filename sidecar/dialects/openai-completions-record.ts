import type { Asked, JsonObject, Recording } from './dialect.ts';
import { isObject, refusePrototype, totalTokens } from './json.ts';
import { piecesOf } from './pieces.ts';
import type { Assembly } from './recorder.ts';

/** How a text completion is recorded: both forms say it in the same objects, a stream in several of them. */
export const textCompletion = { judge, assembly: (): Assembly => new Texts() };

function judge(body: unknown, bytes: Uint8Array): Recording {
  const choices = isObject(body) ? body.choices : undefined;
  if (!Array.isArray(choices) || choices.length === 0) return { unstored: 'malformed' };
  for (const choice of choices as unknown[]) {
    if (!isObject(choice) || typeof choice.text !== 'string') return { unstored: 'malformed' };
    switch (choice.finish_reason) {
      case 'stop':
        break;
      case 'length':
        return { unstored: 'length' };
      case 'content_filter':
        return { unstored: 'content-filter' };
      default:
        return { unstored: 'incomplete' };
    }
    if (choice.text.trim() === '') return { unstored: 'empty' };
  }
  return { answer: bytes, tokens: totalTokens((body as JsonObject).usage), toolCalls: false };
}

/** Puts the pieces of a stream together: texts and the lists of log probabilities grow, the last word wins otherwise. */
class Texts implements Assembly {
  #done = false;
  readonly #top: JsonObject = {};
  readonly #choices = new Map<number, JsonObject>();

  add(data: string): ReturnType<Assembly['add']> {
    if (data === '[DONE]') {
      this.#done = true;
      return 'done';
    }
    const chunk: unknown = JSON.parse(data);
    if (!isObject(chunk) || !Array.isArray(chunk.choices)) return 'unknown';
    const { choices, obfuscation: _, ...top } = chunk;
    refusePrototype(top);
    for (const [key, value] of Object.entries(top))
      if (value != null || !(key in this.#top)) this.#top[key] = value;
    for (const choice of choices as unknown[]) {
      if (!isObject(choice) || typeof choice.index !== 'number') return 'unknown';
      refusePrototype(choice);
      const known = this.#choices.get(choice.index);
      if (known === undefined) this.#choices.set(choice.index, choice);
      else grow(known, choice);
    }
    return 'more';
  }

  body(): JsonObject | undefined {
    if (!this.#done) return undefined;
    const { usage, ...top } = this.#top;
    const choices = [...this.#choices].sort(([a], [b]) => a - b).map(([, choice]) => choice);
    // A stream says its usage only when asked to, but clients of the JSON form fail without one (langchain's does).
    return { ...top, choices, usage: usage ?? unknownUsage };
  }
}

const unknownUsage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

function grow(known: JsonObject, { text, logprobs, ...rest }: JsonObject): void {
  if (typeof text === 'string') known.text = `${known.text ?? ''}${text}`;
  if (isObject(known.logprobs) && isObject(logprobs)) growLists(known.logprobs, logprobs);
  else if (isObject(logprobs)) known.logprobs = logprobs;
  for (const [key, value] of Object.entries(rest)) if (value != null || !(key in known)) known[key] = value;
}

/** `tokens`, `token_logprobs`, `top_logprobs` and `text_offset`: lists side by side, one place for each token. */
function growLists(known: JsonObject, more: JsonObject): void {
  refusePrototype(more);
  for (const [name, list] of Object.entries(more)) {
    const before = known[name];
    if (Array.isArray(before) && Array.isArray(list)) for (const item of list) before.push(item);
    else known[name] = list ?? before;
  }
}

/** Writes a stored text completion as its event stream: for each choice its text, then why it ended; usage; `[DONE]`. */
export function textCompletionStream(
  answer: Uint8Array,
  { withUsage, paced }: Pick<Asked, 'withUsage' | 'paced'>,
): Uint8Array {
  const { choices, usage, ...head } = JSON.parse(Buffer.from(answer).toString()) as JsonObject;
  const event = (rest: JsonObject) => `data: ${JSON.stringify({ ...head, ...rest })}\n\n`;
  const noUsage = withUsage ? { usage: null } : {};
  let stream = '';
  for (const choice of choices as JsonObject[]) {
    const [first, ...pieces] = piecesOf(choice.text as string, paced);
    stream += event({ choices: [{ ...choice, text: first, finish_reason: null }], ...noUsage });
    for (const text of pieces) {
      const more = { text, index: choice.index, logprobs: null, finish_reason: null };
      stream += event({ choices: [more], ...noUsage });
    }
    const end = { text: '', index: choice.index, logprobs: null, finish_reason: choice.finish_reason };
    stream += event({ choices: [end], ...noUsage });
  }
  if (withUsage && totalTokens(usage) > 0) stream += event({ choices: [], usage });
  return Buffer.from(`${stream}data: [DONE]\n\n`);
}
