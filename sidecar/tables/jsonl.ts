import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Column, Columns, Format, Placed, Row } from './table.ts';

/** One JSON object in each line. Bytes are their text, or base64 where they are none; times are in ISO 8601. */
export const jsonl: Format = {
  async write(columns, sink) {
    return {
      append: async (row) => await sink(Buffer.from(`${lineOf(row, columns)}\n`)),
      end: async () => {},
    };
  },

  async *read(path) {
    const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
    let at = 0;
    for await (const line of lines) {
      at++;
      if (line.trim() === '') continue;
      yield { place: `line ${at}`, ...parsed(line) } satisfies Placed;
    }
  },
};

export function lineOf(row: Row, columns: Columns): string {
  const written = Object.entries(columns).map(([name, column]) => [name, jsonOf(row[name], column)]);
  return JSON.stringify(Object.fromEntries(written));
}

function jsonOf(value: unknown, { type }: Column): unknown {
  if (value === undefined || value === null) return undefined;
  if (type === 'time') return new Date(value as number).toISOString();
  // Nine digits are what a 32-bit number has; as a 64-bit one it would be written with seventeen.
  if (type === 'numbers') return Array.from(value as Iterable<number>, (each) => Number(each.toPrecision(9)));
  return type === 'bytes' ? bytesOf(value as Uint8Array) : value;
}

function bytesOf(bytes: Uint8Array): string | { base64: string } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = buffer.toString('utf8');
  return Buffer.from(text).equals(buffer) ? text : { base64: buffer.toString('base64') };
}

/** What a line holds, or why it holds no row. */
export function parsed(line: string): { row: Row } | { fault: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return { fault: `expected a JSON object, found what is not JSON: ${(error as Error).message}` };
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { row: value as Row };
  return { fault: `expected a JSON object, found ${Array.isArray(value) ? 'a list' : typeof value}` };
}
