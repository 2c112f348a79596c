/**
 * Rows of values, in a file. What leaves the cache and comes into it (decisions, entries, questions with answers) is a table
 * in one of the formats of `index.ts`, chosen by the ending of the file's name.
 */
export interface Format {
  /** Writes rows of these columns; what is written so far is a whole file only after `end`. */
  write(columns: Columns, sink: Sink): Promise<RowWriter>;
  /** @throws where the file is not of this format at all; what is wrong with one row is said in its place. */
  read(path: string): AsyncIterable<Placed>;
}

/** For tables that fit into memory. */
export async function all(rows: AsyncIterable<Placed>): Promise<Placed[]> {
  const read: Placed[] = [];
  for await (const row of rows) read.push(row);
  return read;
}

export interface RowWriter {
  append(row: Row): Promise<void>;
  end(): Promise<void>;
}

/** Takes bytes, in order. */
export type Sink = (bytes: Uint8Array) => Promise<void>;

export type Columns = Readonly<Record<string, Column>>;
export type Row = Readonly<Record<string, unknown>>;

/**
 * What the values of a column are: `time` milliseconds since the epoch; `texts` and `numbers` lists, an empty one where there
 * is nothing to say. Any other value may be undefined, except where `required`.
 */
export interface Column {
  readonly type: 'text' | 'number' | 'integer' | 'boolean' | 'time' | 'bytes' | 'texts' | 'numbers';
  readonly required?: true;
}

/** A row and where it stands, for whoever has to find it: `line 3`, `row 3`. */
export type Placed = { readonly place: string } & (
  | { readonly row: Row; readonly fault?: undefined }
  | { readonly row?: undefined; readonly fault: string }
);
