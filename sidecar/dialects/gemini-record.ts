import type { UnstoredReason } from '../reasons.ts';
import type { Form, JsonObject, Recorder, Recording } from './dialect.ts';
import { parseExactly } from './exact-json.ts';
import { asObject, isFilled } from './json.ts';
import { type Assembly, recorder } from './recorder.ts';

/** Records a generation from any form into the provider's JSON form, or says why it is not worth keeping. */
export function generationRecorder(form: Form): Recorder {
  return recorder(form, { assembly: () => new GenerationAssembly(), judge });
}

/** What may be kept: candidates that the model ended by itself, in words or as calls of functions. */
function judge(body: unknown, bytes: Uint8Array): Recording {
  const { candidates, promptFeedback, usageMetadata } = asObject(body) ?? {};
  if (asObject(promptFeedback)?.blockReason != null) return { unstored: 'content-filter' };
  if (!isFilled(candidates)) return { unstored: 'malformed' };
  let toolCalls = false;
  for (const candidate of candidates.map(asObject)) {
    const ended = unfinished(candidate?.finishReason);
    if (ended !== undefined) return { unstored: ended };
    const content = asObject(candidate?.content)?.parts;
    const parts = Array.isArray(content) ? content.map(asObject) : [];
    if (!parts.every(isKept)) return { unstored: 'unsupported-answer' };
    const calls = parts.some((part) => part?.functionCall != null);
    if (!calls && !parts.some(hasWords)) return { unstored: 'empty' };
    toolCalls ||= calls;
  }
  const total = asObject(usageMetadata)?.totalTokenCount;
  return { answer: bytes, tokens: typeof total === 'number' ? total : 0, toolCalls };
}

/** Undefined where the model stopped by itself. */
function unfinished(reason: unknown): UnstoredReason | undefined {
  if (reason === 'STOP') return undefined;
  if (reason === 'MAX_TOKENS') return 'length';
  return filtered.has(reason) ? 'content-filter' : 'incomplete';
}

const filtered: ReadonlySet<unknown> = new Set([
  'SAFETY',
  'RECITATION',
  'LANGUAGE',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'IMAGE_SAFETY',
  'IMAGE_PROHIBITED_CONTENT',
  'IMAGE_RECITATION',
]);

/** Words, thoughts and whole calls; images, sound, and what the provider ran itself are not given again. */
const isKept = (part: JsonObject | undefined): boolean =>
  part !== undefined && Object.keys(part).every((name) => keptFields.has(name)) && !isPieceOfCall(part);

/** With `streamFunctionCallArguments` a stream tells each call in pieces, of which only SDKs make one. */
const isPieceOfCall = ({ functionCall }: JsonObject): boolean =>
  functionCall != null && typeof asObject(functionCall)?.name !== 'string';

const keptFields: ReadonlySet<string> = new Set(['text', 'thought', 'thoughtSignature', 'functionCall']);

const hasWords = (part: JsonObject | undefined): boolean =>
  part?.thought !== true && typeof part?.text === 'string' && part.text.trim() !== '';

interface Candidate {
  role: unknown;
  readonly parts: JsonObject[];
  readonly rest: JsonObject;
}

/** Puts the responses of a stream together: parts grow, everything else is said again as a whole. No event is the last. */
class GenerationAssembly implements Assembly {
  readonly #top: JsonObject = {};
  readonly #candidates = new Map<number, Candidate>();

  add(data: string): ReturnType<Assembly['add']> {
    const response = asObject(parseExactly(data));
    if (response === undefined || 'error' in response) return 'unknown';
    const { candidates, ...top } = response;
    say(this.#top, top);
    if (candidates === undefined) return 'more';
    if (!Array.isArray(candidates)) return 'unknown';
    for (const value of candidates) {
      const { content, ...rest } = asObject(value) ?? {};
      const number = typeof rest.index === 'number' ? rest.index : 0;
      const known = this.#candidates.get(number) ?? { role: undefined, parts: [], rest: {} };
      this.#candidates.set(number, known);
      known.role ??= asObject(content)?.role;
      grow(known.parts, asObject(content)?.parts);
      say(known.rest, rest);
    }
    return 'more';
  }

  body(): JsonObject | undefined {
    const candidates = [...this.#candidates].sort(([a], [b]) => a - b).map(([, candidate]) => candidate);
    if (candidates.some(({ rest }) => rest.finishReason == null)) return undefined;
    const blocked = asObject(this.#top.promptFeedback)?.blockReason != null;
    if (candidates.length === 0 && !blocked) return undefined;
    return {
      candidates: candidates.map(({ role, parts, rest }) => ({
        content: { parts, ...(role === undefined ? {} : { role }) },
        ...rest,
      })),
      ...this.#top,
    };
  }
}

/** The last word holds, but lists of what belongs to single tokens and passages grow. */
function say(into: JsonObject, more: JsonObject): void {
  for (const [name, value] of Object.entries(more)) {
    if (name === '__proto__') throw new TypeError('a field may not be named __proto__');
    const before = asObject(into[name]);
    if (value == null) continue;
    into[name] = growing.has(name) && before !== undefined ? joined(before, asObject(value) ?? {}) : value;
  }
}

const growing: ReadonlySet<string> = new Set(['logprobsResult', 'citationMetadata']);

function joined(before: JsonObject, more: JsonObject): JsonObject {
  const entries = Object.entries(more).map(([name, value]) => {
    const known = before[name];
    return [name, Array.isArray(known) && Array.isArray(value) ? [...known, ...value] : value];
  });
  return { ...before, ...Object.fromEntries(entries) };
}

/** Texts of one kind that follow each other are one text. A part with a signature stands alone: it is signed as it is. */
function grow(parts: JsonObject[], more: unknown): void {
  for (const value of Array.isArray(more) ? more : []) {
    const part = asObject(value);
    if (part === undefined) throw new TypeError('expected a part');
    const last = parts.at(-1);
    if (last !== undefined && isPlainText(last) && isPlainText(part) && last.thought === part.thought)
      last.text = `${last.text}${part.text}`;
    else parts.push(part);
  }
}

/** Grows with the next one of its kind. */
export const isPlainText = (part: JsonObject): boolean =>
  typeof part.text === 'string' && Object.keys(part).every((name) => name === 'text' || name === 'thought');
