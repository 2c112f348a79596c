import { constants, createBrotliCompress, createGzip } from 'node:zlib';

/** Compresses piece by piece, each flushed, as a provider does that streams. */
export async function encode(pieces: readonly Buffer[], encoding: 'gzip' | 'br'): Promise<Buffer[]> {
  const coder = encoding === 'gzip' ? createGzip() : createBrotliCompress();
  const flush = encoding === 'gzip' ? constants.Z_SYNC_FLUSH : constants.BROTLI_OPERATION_FLUSH;
  const coded: Buffer[] = [];
  let since: Buffer[] = [];
  coder.on('data', (piece: Buffer) => since.push(piece));
  for (const piece of pieces) {
    coder.write(piece);
    await new Promise<void>((done) => coder.flush(flush, done));
    coded.push(Buffer.concat(since));
    since = [];
  }
  await new Promise<void>((done) => coder.once('end', done).end());
  return [...coded, Buffer.concat(since)].filter((piece) => piece.length > 0);
}

/** The same bytes, in pieces that end at the given offsets. */
export function splitAt(pieces: readonly Buffer[], offsets: readonly number[]): Buffer[] {
  const whole = Buffer.concat(pieces);
  const ends = [...new Set([...offsets, whole.length])]
    .filter((at) => at > 0 && at <= whole.length)
    .sort((a, b) => a - b);
  return ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end));
}
