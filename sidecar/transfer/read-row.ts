import { dialects } from '../dialects/index.ts';
import { embeddingsDialect, modelOf } from '../dialects/openai-embeddings.ts';
import type { Entry } from '../lookup/entry.ts';
import { idOf, sha256 } from '../lookup/identity.ts';
import { longest } from '../lookup/longest.ts';
import { blockedPair } from '../stores/store.ts';
import type { Row } from '../tables/table.ts';

/** What a row says, once it holds together. The vector is as it came: whether it is of our model is not known here. */
export type Read =
  | {
      readonly entry: Omit<Entry, 'vector'>;
      readonly vector: readonly number[];
      readonly embeddingModel: string | undefined;
    }
  | { readonly pair: string };

/** Why a row is refused: the column, what was expected, what was found. */
export class RowFault extends Error {}

/**
 * Checks a row that anybody may have written. An entry answers questions by its hashes, so those must be the ones of its
 * own scope and text: a text that was edited in the file must not take over the answer.
 * @throws RowFault
 */
export function readRow(row: Row): Read {
  const kind = text(row, 'kind');
  if (kind === 'block')
    return { pair: matching(row, 'pair', blockedPair, '22 characters of base64url, after 11 and a dot') };
  if (kind !== 'entry') throw fault('kind', '"entry" or "block"', kind);
  const entry: Omit<Entry, 'vector'> = {
    id: matching(row, 'id', /^[\w-]{22}$/, '22 characters of base64url'),
    exactKey: matching(row, 'exactKey', hex, sha),
    scope: matching(row, 'scope', hex, sha),
    partition: matching(row, 'partition', hex, sha),
    dialect: text(row, 'dialect'),
    // Results of tools and memories are of no model.
    model: text(row, 'model', longest.model, 0),
    ...optional('tool', row.tool === undefined ? undefined : text(row, 'tool', longest.tool)),
    text: row.text === undefined ? undefined : text(row, 'text', Number.POSITIVE_INFINITY, 0),
    answer: bytes(row),
    // A search may have an empty tag.
    tags: names(row, 'tags', longest.tag, 0),
    sources: names(row, 'sources', longest.source),
    createdAt: time(row, 'createdAt'),
    expiresAt: time(row, 'expiresAt'),
    ...optional('keptUntil', row.keptUntil === undefined ? undefined : time(row, 'keptUntil')),
    tokens: tokens(row),
    ...optional('rhythm', row.rhythm === undefined ? undefined : text(row, 'rhythm', 1_000_000)),
  };
  checkTimes(entry);
  checkKeys(entry);
  checkAnswer(entry);
  const embeddingModel = row.embeddingModel === undefined ? undefined : text(row, 'embeddingModel');
  return { entry, vector: numbers(row), embeddingModel };
}

function checkTimes({ createdAt, expiresAt, keptUntil }: Omit<Entry, 'vector'>): void {
  if (expiresAt < createdAt) throw fault('expiresAt', 'a time after createdAt', iso(expiresAt));
  if (keptUntil !== undefined && keptUntil < expiresAt)
    throw fault('keptUntil', 'a time after expiresAt', iso(keptUntil));
}

function checkKeys({ id, exactKey, scope, text, dialect }: Omit<Entry, 'vector'>): void {
  if (idOf(exactKey) !== id) throw fault('id', `the first half of exactKey, ${idOf(exactKey)}`, id);
  const isAnswer = dialects.some(({ name }) => name === dialect);
  if (isAnswer && text !== undefined && sha256(`text ${scope} ${text}`) !== exactKey)
    throw fault('exactKey', 'the hash of scope and text', 'another: one of the three was changed');
}

/** An answer that its dialect would not have stored would not be replayed either. */
function checkAnswer({ dialect: name, answer, text }: Omit<Entry, 'vector'>): void {
  const dialect = dialects.find((each) => each.name === name);
  if (dialect !== undefined) {
    const recorder = dialect.recorder('json');
    recorder.push(answer);
    const recording = settled(() => recorder.end());
    if (recording === undefined || 'unstored' in recording)
      throw fault('answer', `an answer of ${name}`, recording?.unstored ?? 'malformed');
    if (recording.toolCalls && text !== undefined)
      throw fault('text', 'none: a tool call answers its very request only', 'one');
  } else if (name === 'tool' || name === 'memory') {
    if (settled(() => JSON.parse(Buffer.from(answer).toString())) === undefined)
      throw fault('answer', 'JSON', 'none');
  } else if (name === embeddingsDialect.name) {
    if (settled(() => modelOf(answer)) === undefined) throw fault('answer', 'an embedding', 'none');
  } else {
    const known = [...dialects.map(({ name }) => name), 'tool', 'memory', embeddingsDialect.name];
    throw fault('dialect', `one of ${known.join(', ')}`, name);
  }
}

function settled<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

const hex = /^[0-9a-f]{64}$/;
const sha = 'a SHA-256 in hex';

function text(row: Row, column: string, most = 256, least = 1): string {
  const value = row[column];
  if (typeof value !== 'string') throw fault(column, 'a text', kindOf(value));
  if (value.length < least || value.length > most || !value.isWellFormed())
    throw fault(column, `a text of ${least} to ${most} characters`, `one of ${value.length}`);
  return value;
}

function matching(row: Row, column: string, form: RegExp, expected: string): string {
  const value = text(row, column);
  if (!form.test(value)) throw fault(column, expected, value);
  return value;
}

/** From JSON a text, or base64; from Parquet bytes. */
function bytes(row: Row): Uint8Array {
  const { answer } = row;
  const base64 = (answer as { base64?: unknown } | undefined)?.base64;
  const value =
    typeof answer === 'string'
      ? Buffer.from(answer)
      : typeof base64 === 'string'
        ? Buffer.from(base64, 'base64')
        : answer;
  if (!(value instanceof Uint8Array)) throw fault('answer', 'a text or bytes', kindOf(answer));
  if (value.length === 0) throw fault('answer', 'at least one byte', 'none');
  return new Uint8Array(value);
}

function names(row: Row, column: string, most: number, least = 1): readonly string[] {
  const value = row[column] ?? [];
  const isName = (each: unknown) => typeof each === 'string' && each.length >= least && each.length <= most;
  if (!Array.isArray(value) || value.length > 10_000 || !value.every(isName))
    throw fault(column, `a list of at most 10000 names of ${least} to ${most} characters`, kindOf(value));
  return value as string[];
}

function numbers(row: Row): readonly number[] {
  const { vector = [] } = row;
  const value: unknown = vector instanceof Float32Array ? [...vector] : vector;
  if (Array.isArray(value) && value.length <= 65_536 && value.every((each) => Number.isFinite(each)))
    return value as number[];
  throw fault('vector', 'a list of numbers', kindOf(value));
}

/** From JSON in ISO 8601, from Parquet in milliseconds. */
function time(row: Row, column: string): number {
  const value = row[column];
  const at = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : value;
  if (typeof at === 'number' && Number.isSafeInteger(at) && at >= 0 && at <= latest) return at;
  throw fault(column, 'a time such as 2026-01-02T03:04:05Z', kindOf(value));
}

function tokens(row: Row): number {
  const value = row.tokens ?? 0;
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw fault('tokens', 'a whole number from 0 on', kindOf(value));
}

const optional = <Name extends string, Value>(name: Name, value: Value | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: Value };

const fault = (column: string, expected: string, found: string): RowFault =>
  new RowFault(`${column}: expected ${expected}, found ${found}`);

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  return JSON.stringify(value).slice(0, 60);
}

const iso = (at: number): string => new Date(at).toISOString();

/** The end of the year 9999. */
const latest = 253_402_300_799_999;
