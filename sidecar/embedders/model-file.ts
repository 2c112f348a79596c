import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { bytesOf, type WordTable, withoutWordTable } from './onnx-file.ts';

export class ModelChangedError extends Error {}

/**
 * A model as the runtime is to load it: its path, or its bytes without the table of words, which is then read row by row. That
 * table is half of what a model takes in memory, of a multilingual one four fifths, and a text needs a thousandth of it.
 */
export function openModelFile(path: string): {
  readonly model: string | Uint8Array;
  readonly words?: WordRows;
} {
  const file = openSync(path, 'r');
  const version = versionOf(file);
  const bytes = wholeOf(file);
  const parts = partsOf(bytes);
  // The collection of garbage sees only a small object, and would be in no hurry.
  bytes.buffer.transfer(0);
  if (parts !== undefined) return { model: parts.model, words: new WordRows(file, version, parts.table) };
  closeSync(file);
  return { model: path };
}

/** In a buffer of its own, which can be let go. */
function wholeOf(file: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(fstatSync(file).size);
  fill(bytes, file, 0);
  return bytes;
}

/** @throws ModelChangedError where the file ends before. */
function fill(bytes: Uint8Array, file: number, from: number): void {
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(file, bytes, at, Math.min(bytes.length - at, mostAtOnce), from + at);
    if (read === 0) throw new ModelChangedError('the file of the model became shorter while it was read');
    at += read;
  }
}

/** Node reads less than 2 GiB in one call. */
const mostAtOnce = 2 ** 30;

/** What is wrong with a file that is no model, the runtime says better. */
function partsOf(bytes: Uint8Array) {
  try {
    return withoutWordTable(bytes);
  } catch {
    return undefined;
  }
}

export class WordRows {
  readonly table: WordTable;
  readonly #file: number;
  readonly #version: string;
  /** Bytes of a row. */
  readonly #length: number;
  /** Rows that were read before, each where its id modulo their number says: vocabularies begin with what is frequent. */
  readonly #kept: Uint8Array;
  readonly #keptIds = new Int32Array(keptRows).fill(-1);

  /** `file`: stays open until the thread ends, so that another file in its place changes nothing. */
  constructor(file: number, version: string, table: WordTable) {
    this.table = table;
    this.#file = file;
    this.#version = version;
    this.#length = table.columns * bytesOf[table.type];
    this.#kept = new Uint8Array(keptRows * this.#length);
  }

  /**
   * One row for each id, one after the other.
   * @throws RangeError for an id without a row
   * @throws ModelChangedError where somebody wrote to the file: its rows are not those of the model that was loaded
   */
  of(ids: readonly number[]): Float32Array | Uint8Array | Int8Array {
    const { type, rows } = this.table;
    const found = new Uint8Array(ids.length * this.#length);
    for (const [at, id] of ids.entries()) {
      if (id >= rows)
        throw new RangeError(`the model has ${rows} word pieces, and was asked for number ${id}`);
      found.set(this.#row(id), at * this.#length);
    }
    if (versionOf(this.#file) !== this.#version)
      throw new ModelChangedError('the file of the model was written to while it was in use');
    return new arrays[type](found.buffer);
  }

  #row(id: number): Uint8Array {
    const place = id % keptRows;
    const from = place * this.#length;
    const row = this.#kept.subarray(from, from + this.#length);
    if (this.#keptIds[place] !== id) {
      // Whatever happens meanwhile, half of a row is never taken for one.
      this.#keptIds[place] = -1;
      fill(row, this.#file, this.table.offset + id * this.#length);
      this.#keptIds[place] = id;
    }
    return row;
  }
}

const keptRows = 2048;
const arrays = { float32: Float32Array, uint8: Uint8Array, int8: Int8Array };

function versionOf(file: number): string {
  const { size, mtimeMs } = fstatSync(file);
  return `${size} ${mtimeMs}`;
}
