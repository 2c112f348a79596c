import { extname } from 'node:path';
import { csv } from './csv.ts';
import { jsonl } from './jsonl.ts';
import { parquet } from './parquet.ts';
import type { Format } from './table.ts';

const formats: Readonly<Record<string, Format>> = { '.parquet': parquet, '.jsonl': jsonl, '.csv': csv };

/** `endings`: those that can be used. @throws TypeError where the name has none of them. */
export function formatOf(path: string, endings: readonly string[] = Object.keys(formats)): Format {
  const ending = extname(path).toLowerCase();
  const format = endings.includes(ending) ? formats[ending] : undefined;
  if (format !== undefined) return format;
  throw new TypeError(`${path}: expected a name that ends in ${endings.join(', ')}`);
}
