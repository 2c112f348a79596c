import { promisify } from 'node:util';
import {
  constants,
  crc32,
  zstdCompress,
  zstdCompressSync,
  zstdDecompress,
  zstdDecompressSync,
} from 'node:zlib';
import type { Entry } from '../../lookup/entry.ts';

/**
 * The bytes of an entry in Redis, without its vector, which stands in a field of its own:
 *
 *     F4  version  flags  0  CRC-32 of what follows (4)  length of the JSON (4)  JSON  answer
 *
 * From the length on it is compressed where that helps. Anybody may have written to Redis: what does not read as
 * exactly this is no entry.
 */
export const RECORD_VERSION = 1;

/** `newer`: of a later version of this program, which will read it. */
export type Unreadable = 'corrupt' | 'newer';

export async function encodeRecord(entry: Entry): Promise<Buffer> {
  const { vector: _, answer, ...rest } = entry;
  const json = Buffer.from(JSON.stringify(rest));
  const plain = Buffer.allocUnsafe(4 + json.length + answer.length);
  plain.writeUInt32LE(json.length, 0);
  plain.set(json, 4);
  plain.set(answer, 4 + json.length);
  const packed = plain.length < SHORT ? plain : await compress(plain);
  const smaller = packed.length < plain.length;
  const body = smaller ? packed : plain;
  const head = Buffer.allocUnsafe(HEAD);
  head.set([MAGIC, RECORD_VERSION, smaller ? COMPRESSED : 0, 0]);
  head.writeUInt32LE(crc32(body), 4);
  return Buffer.concat([head, body]);
}

export async function decodeRecord(bytes: Buffer): Promise<Omit<Entry, 'vector'> | Unreadable> {
  if (bytes.length < HEAD + 4 || bytes[0] !== MAGIC) return 'corrupt';
  if ((bytes[1] as number) > RECORD_VERSION) return 'newer';
  const body = bytes.subarray(HEAD);
  if (bytes[1] !== RECORD_VERSION || bytes.readUInt32LE(4) !== crc32(body)) return 'corrupt';
  try {
    const plain = (bytes[2] as number) & COMPRESSED ? await decompress(body) : body;
    const length = plain.readUInt32LE(0);
    if (length > plain.length - 4) return 'corrupt';
    const value: unknown = JSON.parse(plain.toString('utf8', 4, 4 + length));
    if (!isStored(value)) return 'corrupt';
    // A copy: a view would keep the whole reply of Redis in memory. JSON leaves out what is undefined.
    return { ...value, text: value.text, answer: new Uint8Array(plain.subarray(4 + length)) };
  } catch {
    return 'corrupt';
  }
}

/** Little-endian floats, as the vector index takes them. */
export function encodeVector(vector: Float32Array): Buffer {
  const bytes = Buffer.allocUnsafe(vector.length * 4);
  for (const [at, component] of vector.entries()) bytes.writeFloatLE(component, at * 4);
  return bytes;
}

/** Undefined where these are not the bytes of such a vector. */
export function decodeVector(bytes: Buffer, dimension: number): Float32Array | undefined {
  if (bytes.length !== dimension * 4) return undefined;
  const vector = new Float32Array(dimension);
  for (let at = 0; at < dimension; at++) {
    const component = bytes.readFloatLE(at * 4);
    if (!Number.isFinite(component)) return undefined;
    vector[at] = component;
  }
  return vector;
}

type Stored = Omit<Entry, 'vector' | 'answer'>;

const text = (value: unknown) => typeof value === 'string';
const number = (value: unknown) => Number.isFinite(value);
const texts = (value: unknown) => Array.isArray(value) && value.every(text);
const optional = (check: (value: unknown) => boolean) => (value: unknown) =>
  value === undefined || check(value);

/** Whoever adds a field to `Entry` is stopped by the type checker until it stands here. */
const checks: Record<keyof Stored, (value: unknown) => boolean> = {
  id: text,
  exactKey: text,
  scope: text,
  partition: text,
  dialect: text,
  model: text,
  tool: optional(text),
  text: optional(text),
  tags: texts,
  sources: texts,
  createdAt: number,
  expiresAt: number,
  keptUntil: optional(number),
  tokens: number,
  rhythm: optional(text),
};

function isStored(value: unknown): value is Stored {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(checks).every(([field, check]) => check((value as Record<string, unknown>)[field]));
}

/** Small ones at once: handing them to another thread takes longer. */
async function compress(plain: Buffer): Promise<Buffer> {
  return plain.length <= AT_ONCE ? zstdCompressSync(plain, LEVEL) : promisify(zstdCompress)(plain, LEVEL);
}

async function decompress(packed: Buffer): Promise<Buffer> {
  return packed.length <= AT_ONCE / 4
    ? zstdDecompressSync(packed, BOUND)
    : promisify(zstdDecompress)(packed, BOUND);
}

const MAGIC = 0xf4;
const COMPRESSED = 1;
const HEAD = 8;
const SHORT = 512;
const AT_ONCE = 32_768;
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** Larger than any answer that is kept; a few bytes can claim to be gigabytes. */
const BOUND = { maxOutputLength: 96 * 2 ** 20 };
