import { extname } from 'node:path';
import { csv } from './csv.ts';
import { jsonl } from './jsonl.ts';
import { parquet } from './parquet.ts';
import type { Format } from './table.ts';

const formats: Readonly<Record<string, Format>> = { '.parquet': parquet, '.jsonl': jsonl, '.csv': csv };

/** @throws TypeError where the ending of the name says nothing. */
export function formatOf(path: string): Format {
  const format = formats[extname(path).toLowerCase()];
  if (format !== undefined) return format;
  throw new TypeError(`${path}: expected a name that ends in ${Object.keys(formats).join(', ')}`);
}
