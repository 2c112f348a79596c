import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Asked } from './learning.ts';
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
  const texts = read.flat().map(({ prompt }) => prompt);
  const embedded = await vectors(texts, model, vectorCache);
  return read.map((rows) => {
    const tables = new Tables(
      rows.map(({ prompt }) => prompt),
      embedded,
      { leastSimilarity: 0.75, leastOverlap: 0.85 },
    );
    return {
      tables,
      asked: rows.map(({ prompt, intent, src }) => ({ text: tables.id(prompt), intent, source: src })),
    };
  });
}

export function linesOf<Row>(path: string): Row[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
