import type { Dialect, JsonObject, Recorder } from './dialect.ts';
import { openaiChat } from './openai-chat.ts';

/**
 * OpenAI embeddings, `POST /v1/embeddings`, and Azure's paths. No dialect like the others: one request holds many inputs,
 * and each has an answer of its own. Format: https://platform.openai.com/docs/api-reference/embeddings
 */
const pattern = /^(?:(?:\/openai)?(?:\/v1)?|\/openai\/deployments\/[^/]+)\/embeddings$/;

/** What these requests have in common with the others of the provider: its upstream, its errors. */
export const embeddingsDialect: Dialect = {
  ...openaiChat,
  name: 'openai-embeddings',
  serves: (method, path) => method === 'POST' && pattern.test(path),
  recorder: wholeBody,
};

/** Azure's deployments and versions answer for themselves alone. */
export function place(path: string): string {
  return /^\/openai(?:\/v1|\/deployments\/[^/]+)?(?=\/)/.exec(path)?.[0] ?? '';
}

/** The answer as it came: whose vector is whose is known only with the request. */
function wholeBody(): Recorder {
  const chunks: Uint8Array[] = [];
  return {
    push: (chunk) => void chunks.push(chunk),
    complete: false,
    end: () => ({ answer: Buffer.concat(chunks), tokens: 0, toolCalls: false }),
  };
}

/** A text, or the tokens of one. */
export type Input = string | readonly number[];

export type Format = 'float' | 'base64';

export interface EmbeddingsRequest {
  readonly model: string;
  /** In the order of the request, repetitions included. */
  readonly inputs: readonly Input[];
  /** How the vectors are to be written: no part of what they are. */
  readonly format: Format;
  readonly user: string | undefined;
  /** Everything else that counts. */
  readonly fixed: JsonObject;
}

/** Undefined where the input is none of the forms of the API: the provider judges it. */
export function read(
  body: JsonObject,
  rules: { identifyUser: boolean; path: string },
): EmbeddingsRequest | undefined {
  const { input, encoding_format: format = 'float', ...fixed } = body;
  const inputs = inputsOf(input);
  if (inputs === undefined || (format !== 'float' && format !== 'base64')) return undefined;
  const user = typeof body.user === 'string' ? body.user : undefined;
  if (!rules.identifyUser) delete fixed.user;
  const deployment = /\/deployments\/([^/]+)\//.exec(rules.path)?.[1];
  const model = typeof body.model === 'string' ? body.model : (deployment ?? '');
  return { model, inputs, format, user, fixed };
}

function inputsOf(input: unknown): readonly Input[] | undefined {
  if (isText(input)) return [input];
  if (!Array.isArray(input) || input.length === 0) return undefined;
  if (isTokens(input)) return [input];
  return input.every(isText) || input.every(isTokens) ? (input as Input[]) : undefined;
}

/** A lone surrogate has no bytes of its own: two such texts would be one. */
const isText = (value: unknown): value is string => typeof value === 'string' && value.isWellFormed();

const isTokens = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.every((token) => Number.isSafeInteger(token));

/** Of the whole answer to one request. */
export interface EmbeddingsAnswer {
  readonly model: unknown;
  /** In the order of the inputs. */
  readonly vectors: readonly Uint8Array[];
  readonly usage: JsonObject | undefined;
}

/** Undefined where the answer is not one vector for each of that many inputs. */
export function readAnswer(bytes: Uint8Array, count: number): EmbeddingsAnswer | undefined {
  try {
    const body = JSON.parse(Buffer.from(bytes).toString()) as JsonObject;
    const { data, model, usage } = body;
    if (!Array.isArray(data) || data.length !== count) return undefined;
    const vectors = new Array<Uint8Array | undefined>(count);
    for (const item of data as JsonObject[]) {
      const vector = packed(item.embedding);
      if (vector === undefined || typeof item.index !== 'number') return undefined;
      vectors[item.index] = vector;
    }
    if (vectors.length !== count || vectors.includes(undefined)) return undefined;
    const told = typeof usage === 'object' && usage !== null ? (usage as JsonObject) : undefined;
    return { model, vectors: vectors as Uint8Array[], usage: told };
  } catch {
    return undefined;
  }
}

/**
 * One form for both encodings: the numbers in binary, little-endian, behind one byte that says how wide they are. 4 bytes
 * where that loses nothing, which is how providers compute them; 8 where decimals came that no `float` holds.
 */
function packed(embedding: unknown): Uint8Array | undefined {
  if (typeof embedding === 'string') {
    const bytes = Buffer.from(embedding, 'base64');
    const isWhole = bytes.length > 0 && bytes.length % 4 === 0 && bytes.toString('base64') === embedding;
    return isWhole && singlesIn(bytes).every(Number.isFinite) ? withWidth(4, bytes) : undefined;
  }
  if (!Array.isArray(embedding) || embedding.length === 0) return undefined;
  if (!embedding.every((value) => Number.isFinite(value))) return undefined;
  const singles = Float32Array.from(embedding as number[]);
  // `Object.is` tells -0 from 0.
  const isExact = (embedding as number[]).every((value, at) => Object.is(singles[at], value));
  const numbers = isExact ? singles : Float64Array.from(embedding as number[]);
  return withWidth(isExact ? 4 : 8, Buffer.from(numbers.buffer));
}

/** A copy: numbers have to begin at a multiple of their width. */
const singlesIn = (bytes: Uint8Array): Float32Array => new Float32Array(new Uint8Array(bytes).buffer);

function withWidth(width: 4 | 8, numbers: Buffer): Uint8Array {
  const bytes = new Uint8Array(numbers.length + 1);
  bytes[0] = width;
  bytes.set(numbers, 1);
  return bytes;
}

/** What an entry holds: a line of JSON, and the packed vector. */
export function stored(model: unknown, vector: Uint8Array): Uint8Array {
  const head = Buffer.from(`${JSON.stringify({ model })}\n`);
  const bytes = new Uint8Array(head.length + vector.length);
  bytes.set(head);
  bytes.set(vector, head.length);
  return bytes;
}

/** The model as the provider named it. */
export function modelOf(answer: Uint8Array): unknown {
  const line = Buffer.from(answer.subarray(0, answer.indexOf(lineEnd))).toString();
  return (JSON.parse(line) as JsonObject).model;
}

/** The JSON of a stored vector: a list of numbers, or a string of base64. */
export function written(answer: Uint8Array, format: Format): string {
  const at = answer.indexOf(lineEnd) + 1;
  const width = answer[at] === 8 ? 8 : 4;
  // A copy: numbers have to begin at a multiple of their width.
  const { buffer } = new Uint8Array(answer.subarray(at + 1));
  const numbers = width === 8 ? new Float64Array(buffer) : new Float32Array(buffer);
  if (format === 'float') return `[${Array.from(numbers, digits).join(',')}]`;
  const singles = width === 8 ? Float32Array.from(numbers) : numbers;
  return `"${Buffer.from(singles.buffer).toString('base64')}"`;
}

/** JSON has a sign for zero, and `JSON.stringify` drops it. */
const digits = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

/** How many bytes a vector takes in an answer, about. */
export function writtenBytes(answer: Uint8Array, format: Format): number {
  const at = answer.indexOf(lineEnd) + 1;
  const numbers = (answer.length - at - 1) / (answer[at] ?? 4);
  return numbers * (format === 'float' ? 22 : 5.4) + 60;
}

const lineEnd = 0x0a;
