import { createReadStream } from 'node:fs';
import type { Format, Placed } from './table.ts';

/** Comma-separated values (RFC 4180) with names in the first line; every value is a text. Read only. */
export const csv: Format = {
  async write() {
    throw new TypeError('a .csv file cannot be written: expected .parquet or .jsonl');
  },

  async *read(path) {
    let names: readonly string[] | undefined;
    for await (const { line, fields } of records(createReadStream(path, 'utf8'))) {
      if (names === undefined) {
        names = fields.map((name) => name.trim());
        continue;
      }
      if (fields.length === 1 && fields[0] === '') continue;
      const place = `line ${line}`;
      const known = names;
      yield fields.length === known.length
        ? { place, row: Object.fromEntries(fields.map((field, at) => [known[at] as string, field])) }
        : ({ place, fault: `expected ${known.length} values, found ${fields.length}` } satisfies Placed);
    }
  },
};

/** `line`: where the record begins; a quoted value may go over several. */
async function* records(text: AsyncIterable<string>): AsyncGenerator<{ line: number; fields: string[] }> {
  let fields: string[] = [];
  let field = '';
  let quoted = false;
  /** A quote inside quotes: the end of the value, or the first half of a quote in it. */
  let pending = false;
  let line = 1;
  let begun = 1;
  let first = true;
  for await (const chunk of text) {
    for (const character of first ? chunk.replace(/^\uFEFF/, '') : chunk) {
      first = false;
      if (pending) {
        pending = false;
        if (character === '"') {
          field += '"';
          continue;
        }
        quoted = false;
      }
      if (character === '\n') line++;
      if (quoted) {
        if (character === '"') pending = true;
        else field += character;
      } else if (character === '"' && field === '') quoted = true;
      else if (character === ',') {
        fields.push(field);
        field = '';
      } else if (character === '\n') {
        yield { line: begun, fields: [...fields, field] };
        fields = [];
        field = '';
        begun = line;
      } else if (character !== '\r') field += character;
    }
  }
  if (field !== '' || fields.length > 0) yield { line: begun, fields: [...fields, field] };
}
