import { found } from '../../crds/found.ts';
import type { Row } from '../tables/table.ts';

/** A question that somebody has answered, with the headers that say the rest of it. */
export interface GivenRow {
  readonly question: string;
  readonly answer: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** @returns what the row says, or what is wrong with it. */
export function givenRow(row: Row): GivenRow | string {
  for (const column of ['question', 'answer']) {
    const value = row[column];
    if (typeof value !== 'string' || value.trim() === '') return fault(column, 'a text', value);
  }
  const headers: Record<string, string> = {};
  for (const [column, { expected, textOf }] of Object.entries(columns)) {
    const value = row[column] ?? '';
    const text = textOf(value);
    if (text === undefined || control.test(text)) return fault(column, expected, value);
    if (text !== '') headers[`x-fourfold-${column}`] = headerBytes(text);
  }
  return { ...(row as { question: string; answer: string }), headers };
}

/** Names in headers are UTF-8, and `fetch` wants a header as its bytes, each a character. */
export const headerBytes = (text: string): string => Buffer.from(text).toString('latin1');

const names = {
  expected: 'names with commas between, or a list of names',
  textOf: (value: unknown): string | undefined => {
    if (typeof value === 'string') return value;
    const isList =
      Array.isArray(value) && value.every((name) => typeof name === 'string' && !name.includes(','));
    return isList ? value.join(',') : undefined;
  },
};

/** Each of these columns may be empty. */
const columns = {
  tags: names,
  sources: names,
  ttl: {
    expected: 'a duration such as 10m, or seconds',
    textOf: (value: unknown) =>
      typeof value === 'string' || typeof value === 'number' ? String(value) : undefined,
  },
};

/** What no header may hold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant
const control = /[\x00-\x1f\x7f]/;

const fault = (column: string, expected: string, value: unknown): string =>
  `${column}: expected ${expected}, found ${found(value)}`;
