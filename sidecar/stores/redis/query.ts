import type { Entry } from '../../lookup/entry.ts';
import { keptUntil } from '../../lookup/entry.ts';
import type { Selector } from '../store.ts';
import type { Command, Reply } from './client.ts';
import { hashed } from './keys.ts';

/**
 * What RediSearch is told and answers. A query holds hashes in hex and nothing else: RediSearch splits the value of a tag
 * at punctuation and takes braces and bars for its language, so a tenant's name could read what is another tenant's.
 */

/** Fields of an entry's hash. */
export const field = {
  record: 'd',
  /** Until when the entry is kept, milliseconds since the epoch. */
  keptUntil: 'x',
  /** Random, given when the entry comes and kept by a refresh: tells whether an alias belongs to this life of it. */
  birth: 'b',
  scope: 's',
  partition: 'p',
  model: 'm',
  tool: 'f',
  tags: 't',
  sources: 'o',
} as const;

/** Vectors of different models are not comparable: each model has a field of its own, which only its index knows. */
export const vectorField = (model: string, dimension: number): string =>
  `v${hashed(`${model} ${dimension}`).slice(0, 8)}`;

export interface IndexShape {
  readonly name: string;
  /** Of the keys that it covers. */
  readonly prefix: string;
  readonly vectorField: string;
  readonly dimension: number;
  readonly kind: { readonly type: 'flat' } | ({ readonly type: 'hnsw' } & GraphSettings);
}

export interface GraphSettings {
  readonly m: number;
  readonly efConstruction: number;
  readonly efRuntime: number;
}

export function createIndex({ name, prefix, vectorField, dimension, kind }: IndexShape): Command {
  const vector = ['TYPE', 'FLOAT32', 'DIM', dimension, 'DISTANCE_METRIC', 'COSINE'];
  if (kind.type === 'hnsw')
    vector.push('M', kind.m, 'EF_CONSTRUCTION', kind.efConstruction, 'EF_RUNTIME', kind.efRuntime);
  const tags = [field.scope, field.partition, field.model, field.tool, field.tags, field.sources];
  return [
    'FT.CREATE',
    name,
    ...['ON', 'HASH', 'PREFIX', 1, prefix, 'STOPWORDS', 0, 'SCHEMA'],
    ...tags.flatMap((tag) => [tag, 'TAG', 'SEPARATOR', ',']),
    ...[vectorField, 'VECTOR', kind.type.toUpperCase(), vector.length, ...vector],
  ];
}

/**
 * The nearest of a scope. `timeoutMs` lies beyond the moment at which we stop waiting: on its timeout RediSearch hands out
 * what it has so far, and the nearest of a part are not the nearest.
 */
export function nearestIn(
  index: Pick<IndexShape, 'name' | 'vectorField'>,
  query: { scope: string; vector: Buffer; count: number; timeoutMs: number },
): Command {
  return [
    'FT.SEARCH',
    index.name,
    `(@${field.scope}:{${hexOnly(query.scope)}})=>[KNN $count @${index.vectorField} $vector AS distance]`,
    ...['PARAMS', 4, 'count', query.count, 'vector', query.vector],
    ...['SORTBY', 'distance', 'ASC', 'LIMIT', 0, query.count],
    ...['RETURN', 2, field.record, index.vectorField],
    ...['TIMEOUT', query.timeoutMs, 'DIALECT', 2],
  ];
}

/** Which entries a selector matches, without regard to its `id`. */
export function matching(
  index: Pick<IndexShape, 'name'>,
  selector: Selector,
  page: { from: number; count: number; timeoutMs: number },
): Command {
  return [
    'FT.SEARCH',
    index.name,
    filterOf(selector),
    ...['RETURN', 1, field.keptUntil, 'LIMIT', page.from, page.count],
    ...['TIMEOUT', page.timeoutMs, 'DIALECT', 2],
  ];
}

function filterOf({ tag, source, sources, model, tool, partition }: Selector): string {
  const conditions = Object.entries({
    [field.tags]: tag,
    [field.sources]: source,
    [field.model]: model,
    [field.tool]: tool,
    [field.partition]: partition,
  }).flatMap(([name, value]) => (value === undefined ? [] : [`@${name}:{${hashed(value)}}`]));
  if (sources !== undefined) conditions.push(`@${field.sources}:{${sources.map(hashed).join('|')}}`);
  return conditions.length === 0 ? '*' : conditions.join(' ');
}

/** The fields that a removal looks at, of one entry. */
export function selectable(entry: Entry): Record<string, string> {
  const lists = { [field.tags]: entry.tags, [field.sources]: entry.sources };
  const fields: Record<string, string> = {
    [field.keptUntil]: String(keptUntil(entry)),
    [field.scope]: hexOnly(entry.scope),
    [field.partition]: hashed(entry.partition),
    [field.model]: hashed(entry.model),
  };
  if (entry.tool !== undefined) fields[field.tool] = hashed(entry.tool);
  for (const [name, list] of Object.entries(lists))
    if (list.length > 0) fields[name] = [...new Set(list.map(hashed))].join(',');
  return fields;
}

/** Fields to read where no index can tell what a selector matches. */
export const selectableFields = [
  field.keptUntil,
  field.partition,
  field.model,
  field.tool,
  field.tags,
  field.sources,
] as const;

/** The same judgement as the query's, over the values of `selectableFields`. */
export function isMatching(selector: Selector, values: readonly (string | undefined)[]): boolean {
  const [, partition, model, tool, tags, sources] = values;
  const has = (list: string | undefined, name: string | undefined) =>
    name === undefined || (list ?? '').split(',').includes(hashed(name));
  return (
    has(partition, selector.partition) &&
    has(model, selector.model) &&
    has(tool, selector.tool) &&
    has(tags, selector.tag) &&
    has(sources, selector.source) &&
    (selector.sources === undefined || selector.sources.some((each) => has(sources, each)))
  );
}

export interface Found {
  readonly key: string;
  readonly fields: ReadonlyMap<string, Buffer>;
}

/**
 * `[total, key, [field, value, …], …]`. A document that has expired, and that Redis has not taken away yet, comes without
 * fields; it is a row all the same: a page that has as many rows as were asked for may not be the last.
 */
export function readFound(reply: Reply): { total: number; found: Found[]; expired: string[] } {
  if (!Array.isArray(reply)) throw new TypeError('FT.SEARCH did not answer with a list');
  const [total, ...rest] = reply;
  const found: Found[] = [];
  const expired: string[] = [];
  for (let at = 0; at + 1 < rest.length; at += 2) {
    const [key, values] = [rest[at], rest[at + 1]];
    if (!(key instanceof Buffer)) continue;
    if (!Array.isArray(values)) {
      expired.push(key.toString());
      continue;
    }
    const fields = new Map<string, Buffer>();
    for (let i = 0; i + 1 < values.length; i += 2) fields.set(String(values[i]), values[i + 1] as Buffer);
    found.push({ key: key.toString(), fields });
  }
  return { total: Number(total), found, expired };
}

/** Of `FT.INFO`. */
export interface IndexState {
  readonly documents: number;
  /** Documents that the index could not take; no query finds them. */
  readonly failures: number;
  /** Still reading what was there before it. */
  readonly building: boolean;
}

export function readIndexState(reply: Reply): IndexState {
  const value = (name: string) => {
    const at = Array.isArray(reply) ? reply.findIndex((each) => String(each) === name) : -1;
    return at < 0 ? undefined : Number((reply as Reply[])[at + 1]);
  };
  return {
    documents: value('num_docs') ?? 0,
    failures: value('hash_indexing_failures') ?? 0,
    building: (value('indexing') ?? 0) !== 0 || (value('percent_indexed') ?? 1) < 1,
  };
}

/** Scopes are SHA-256 in hex; whatever else is hashed, so that it cannot be a query. */
const hexOnly = (scope: string): string => (/^[0-9a-f]{64}$/.test(scope) ? scope : hashed(scope));
