import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Asked } from './learning.ts';
import { linesOf } from './lines.ts';
import { Tables } from './tables.ts';
import { vectors } from './vectors.ts';

export interface Stream {
  readonly tables: Tables;
  /** In the order of the file. */
  readonly asked: readonly Asked[];
}

/** Where vectors are kept between runs. */
export const vectorCache = resolve(import.meta.dirname, '../../../.cache/eval/minilm');

/** All streams of that folder, with what the phases would find out about their texts. */
export async function loadStreams(folder: string, model: string): Promise<Stream[]> {
  const files = readdirSync(folder).filter((name) => /^stream.*\.jsonl$/.test(name));
  const read = files.map((name) =>
    linesOf<{ prompt: string; intent: string; src: string }>(`${folder}/${name}`),
  );
  const tablesOf = await readTables(
    read.flat().map(({ prompt }) => prompt),
    model,
  );
  return read.map((rows) => {
    const tables = tablesOf(rows.map(({ prompt }) => prompt));
    return {
      tables,
      asked: rows.map(({ prompt, intent, src }) => ({ text: tables.id(prompt), intent, source: src })),
    };
  });
}

/** Embeds all texts, and makes tables of some of them at a time. */
export async function readTables(
  texts: readonly string[],
  model: string,
): Promise<(some: readonly string[]) => Tables> {
  const embedded = await vectors(texts, model, vectorCache);
  return (some) => new Tables(some, embedded, { leastSimilarity: 0.75, leastOverlap: 0.85 });
}
