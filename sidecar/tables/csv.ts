import { createReadStream } from 'node:fs';
import type { Format, Placed } from './table.ts';

/**
 * Comma-separated values (RFC 4180) with names in the first line; every value is a text. A record whose quotes do not pair is a
 * fault: nobody could say where its values end. Read only.
 */
export const csv: Format = {
  async write() {
    throw new TypeError('a .csv file cannot be written: expected .parquet or .jsonl');
  },

  async *read(path) {
    let names: readonly string[] | undefined;
    for await (const { line, fields, fault } of records(createReadStream(path, 'utf8'))) {
      if (names === undefined) {
        if (fault !== undefined) throw new TypeError(`${path} line ${line}: ${fault}`);
        names = fields.map((name) => name.trim());
        continue;
      }
      if (fields.length === 1 && fields[0] === '') continue;
      const place = `line ${line}`;
      const known = names;
      if (fault !== undefined) {
        yield { place, fault };
        continue;
      }
      yield fields.length === known.length
        ? { place, row: Object.fromEntries(fields.map((field, at) => [known[at] as string, field])) }
        : ({ place, fault: `expected ${known.length} values, found ${fields.length}` } satisfies Placed);
    }
  },
};

interface Csv {
  /** Where the record begins; a quoted value may go over several. */
  readonly line: number;
  readonly fields: readonly string[];
  readonly fault: string | undefined;
}

async function* records(text: AsyncIterable<string>): AsyncGenerator<Csv> {
  let fields: string[] = [];
  let field = '';
  let fault: string | undefined;
  /** `pending`: a quote inside quotes: the end of the value, or the first half of a quote in it. */
  let state: 'plain' | 'quoted' | 'pending' | 'closed' = 'plain';
  let line = 1;
  let begun = 1;
  let opened = 1;
  let first = true;
  const ended = (): Csv => {
    const record = { line: begun, fields: [...fields, field], fault };
    fields = [];
    field = '';
    fault = undefined;
    state = 'plain';
    begun = line;
    return record;
  };
  for await (const chunk of text) {
    for (const character of first ? chunk.replace(/^\uFEFF/, '') : chunk) {
      first = false;
      if (state === 'pending') {
        state = character === '"' ? 'quoted' : 'closed';
        if (state === 'quoted') {
          field += '"';
          continue;
        }
      }
      if (character === '\n') line++;
      if (state === 'quoted') {
        if (character === '"') state = 'pending';
        else field += character;
      } else if (character === '\n') yield ended();
      else if (character === ',') {
        fields.push(field);
        field = '';
        state = 'plain';
      } else if (character === '\r') {
        // Half of a line's end.
      } else if (state === 'closed')
        fault ??= `expected a comma or the end of the line after the quoted value in line ${line}, found ${character}`;
      else if (character !== '"') field += character;
      else if (field === '') {
        state = 'quoted';
        opened = line;
      } else
        fault ??= `expected the value in line ${line} in quotes, found a quote after ${field.slice(0, 40)}`;
    }
  }
  if (state === 'quoted')
    fault ??= `expected the quote in line ${opened} to be closed, found the end of the file`;
  if (field !== '' || fields.length > 0 || fault !== undefined) yield ended();
}
