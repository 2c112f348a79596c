import type { Entry } from '../lookup/entry.ts';
import type { Columns, Row } from '../tables/table.ts';

/**
 * A cache as a table: one row for each entry (`kind: entry`) and for each pair that was reported wrong (`kind: block`). The
 * same rows in files and on the wire between `fourfold export` and a sidecar.
 */
export const cacheColumns: Columns = {
  kind: { type: 'text', required: true },
  id: { type: 'text' },
  exactKey: { type: 'text' },
  scope: { type: 'text' },
  partition: { type: 'text' },
  dialect: { type: 'text' },
  model: { type: 'text' },
  tool: { type: 'text' },
  text: { type: 'text' },
  embeddingModel: { type: 'text' },
  vector: { type: 'numbers' },
  answer: { type: 'bytes' },
  tags: { type: 'texts' },
  sources: { type: 'texts' },
  createdAt: { type: 'time' },
  expiresAt: { type: 'time' },
  keptUntil: { type: 'time' },
  tokens: { type: 'integer' },
  rhythm: { type: 'text' },
  pair: { type: 'text' },
};

export function rowOf(entry: Entry, embeddingModel: string): Row {
  const { vector } = entry;
  return {
    kind: 'entry',
    ...entry,
    vector: vector ?? [],
    embeddingModel: vector === undefined ? undefined : embeddingModel,
  };
}

export const rowOfBlock = (pair: string): Row => ({ kind: 'block', tags: [], sources: [], vector: [], pair });
