import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, crc32, createZstdCompress, createZstdDecompress } from 'node:zlib';
import type { Entry } from '../lookup/entry.ts';
import { Slice } from './slices.ts';

/**
 * The file, before compression, is a row of frames: a header, one frame per entry, a trailer. A frame is three lengths
 * (32 bits each, little-endian), then JSON, the vector's bytes and the answer's bytes. The trailer repeats the number of
 * entries and the CRC-32 of all that stands before it, so a file that was cut or changed anywhere is known as damaged.
 *
 * Compressed with zstd at its fastest: gzip makes the file no smaller and takes seven times as long.
 */
export interface SnapshotHeader {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  /** The embedding model that the vectors come from. */
  readonly model: string;
  readonly dimension: number;
}

export interface SnapshotRecord {
  readonly entry: Entry;
  readonly aliases: readonly string[];
}

export class DamagedSnapshot extends Error {
  override readonly name = 'DamagedSnapshot';
}

export function snapshotHeader(model: string, dimension: number): SnapshotHeader {
  return { format: FORMAT, version: VERSION, model, dimension };
}

/**
 * All or nothing: until the last byte is on the disk, whoever reads `path` reads the file that was there before.
 * Answers how many entries were written.
 */
export async function writeSnapshot(
  path: string,
  header: SnapshotHeader,
  records: Iterable<SnapshotRecord>,
): Promise<number> {
  const temporary = `${path}.tmp`;
  const state = { entries: 0, crc: 0 };
  const compress = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  try {
    await pipeline(
      Readable.from(blocks(header, records, state), { objectMode: false, highWaterMark: BLOCK_BYTES }),
      compress,
      createWriteStream(temporary, { mode: 0o600, flush: true }),
    );
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await flushFolder(path);
  return state.entries;
}

/** The header, handed out first so that the reader can decide what to do with the entries. */
export interface SnapshotReader {
  header(header: SnapshotHeader): void;
  record(record: SnapshotRecord): Promise<void>;
}

/**
 * Hands out what it reads before it has seen the end, so what was read counts only once this has returned.
 * @throws DamagedSnapshot when the file is not whole; the system's error when it cannot be read at all.
 */
export async function readSnapshot(path: string, reader: SnapshotReader): Promise<number> {
  let entries = 0;
  try {
    await pipeline(createReadStream(path), createZstdDecompress(), async (source: AsyncIterable<Buffer>) => {
      entries = await readFrames(source, reader);
    });
  } catch (error) {
    if (isSystemError(error)) throw error;
    if (error instanceof DamagedSnapshot) throw error;
    throw new DamagedSnapshot(error instanceof Error ? error.message : String(error), { cause: error });
  }
  return entries;
}

async function* blocks(
  header: SnapshotHeader,
  records: Iterable<SnapshotRecord>,
  state: { entries: number; crc: number },
): AsyncGenerator<Buffer> {
  const slice = new Slice();
  let pending: Buffer[] = [];
  let bytes = 0;
  const add = (parts: Buffer[]) => {
    for (const part of parts) {
      state.crc = crc32(part, state.crc);
      bytes += part.length;
      pending.push(part);
    }
  };
  add(frame(header));
  for (const { entry, aliases } of records) {
    const { vector, answer, ...rest } = entry;
    add(frame({ ...rest, aliases: aliases.length === 0 ? undefined : aliases }, vector, answer));
    state.entries++;
    if (bytes >= BLOCK_BYTES) {
      yield Buffer.concat(pending, bytes);
      pending = [];
      bytes = 0;
    }
    await slice.pause();
  }
  const { crc } = state;
  add(frame({ entries: state.entries, crc }));
  yield Buffer.concat(pending, bytes);
}

function frame(json: object, vector?: Float32Array, answer?: Uint8Array): Buffer[] {
  const text = Buffer.from(JSON.stringify(json));
  const lengths = Buffer.allocUnsafe(LENGTHS_BYTES);
  lengths.writeUInt32LE(text.length, 0);
  lengths.writeUInt32LE(vector?.byteLength ?? 0, 4);
  lengths.writeUInt32LE(answer?.byteLength ?? 0, 8);
  return [lengths, text, bytesOf(vector), bytesOf(answer)];
}

async function readFrames(source: AsyncIterable<Buffer>, reader: SnapshotReader): Promise<number> {
  let header: SnapshotHeader | undefined;
  let entries = 0;
  let crc = 0;
  let ended = false;
  const slice = new Slice();
  for await (const { json, vector, answer, crc: crcWithThis } of frames(source)) {
    if (ended) throw new DamagedSnapshot('something follows the trailer');
    if (header === undefined) {
      header = checkedHeader(json);
      reader.header(header);
    } else if ('crc' in json) {
      if (json.crc !== crc) throw new DamagedSnapshot('the checksum does not fit');
      if (json.entries !== entries)
        throw new DamagedSnapshot(`expected ${json.entries} entries, got ${entries}`);
      ended = true;
    } else {
      const { aliases = [], ...rest } = json as unknown as Entry & { aliases?: string[] };
      // JSON leaves out what is undefined.
      await reader.record({ entry: { ...rest, text: rest.text, vector, answer }, aliases });
      entries++;
    }
    crc = crcWithThis;
    await slice.pause();
  }
  if (!ended) throw new DamagedSnapshot('the trailer is missing');
  return entries;
}

interface Frame {
  readonly json: Record<string, unknown>;
  readonly vector: Float32Array | undefined;
  readonly answer: Uint8Array;
  /** Of the file up to and with this frame. */
  readonly crc: number;
}

async function* frames(source: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0);
  let crc = 0;
  for await (const chunk of source) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    while (rest.length - at >= LENGTHS_BYTES) {
      const [json, vector, answer] = [0, 4, 8].map((place) => rest.readUInt32LE(at + place)) as [
        number,
        number,
        number,
      ];
      const length = LENGTHS_BYTES + json + vector + answer;
      if (length > LONGEST_FRAME_BYTES) throw new DamagedSnapshot(`a frame of ${length} bytes`);
      if (rest.length - at < length) break;
      crc = crc32(rest.subarray(at, at + length), crc);
      const jsonAt = at + LENGTHS_BYTES;
      yield {
        json: parsed(rest.toString('utf8', jsonAt, jsonAt + json)),
        vector: vectorOf(rest.subarray(jsonAt + json, jsonAt + json + vector)),
        answer: new Uint8Array(rest.subarray(jsonAt + json + vector, at + length)),
        crc,
      };
      at += length;
    }
    rest = rest.subarray(at);
  }
  if (rest.length > 0) throw new DamagedSnapshot('the file ends within a frame');
}

function parsed(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new DamagedSnapshot('a frame is not an object');
}

function checkedHeader(json: Record<string, unknown>): SnapshotHeader {
  if (json.format !== FORMAT) throw new DamagedSnapshot('not a snapshot of fourfold');
  if (json.version !== VERSION)
    throw new DamagedSnapshot(`expected format version ${VERSION}, got ${json.version}`);
  return json as unknown as SnapshotHeader;
}

function vectorOf(bytes: Buffer): Float32Array | undefined {
  return bytes.length === 0 ? undefined : new Float32Array(new Uint8Array(bytes).buffer);
}

function bytesOf(array: Float32Array | Uint8Array | undefined): Buffer {
  if (array === undefined) return Buffer.alloc(0);
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

/** A rename is on the disk only when its folder is. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path.slice(0, path.lastIndexOf('/')) || '/');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** From the operating system, and so not about what the file holds. The decompressor's errors have a `code` too. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

const FORMAT = 'fourfold-snapshot';
const VERSION = 1;
const LENGTHS_BYTES = 12;
const BLOCK_BYTES = 64 * 1024;
/** Far beyond any answer: a length over it is not a length. */
const LONGEST_FRAME_BYTES = 256 * 1024 * 1024;
