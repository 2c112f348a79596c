import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import type { Dialect, Form, Recorder, Recording } from '../dialects/dialect.ts';
import type { UnstoredReason } from '../reasons.ts';
import type { Head, Keeper, Outcome } from './flight.ts';
import { headerValue } from './headers.ts';

type Recorded = Exclude<Recording, { unstored: UnstoredReason }>;

/**
 * Keeps an answer that goes by, once it is complete and good. Content encodings are removed from our copy only; the
 * client gets the bytes as they came.
 */
export function keeper(
  dialect: Dialect,
  options: {
    /** Why nothing of this request is stored, whatever the answer. */
    forbidden: UnstoredReason | undefined;
    maxBytes: number;
    store: (recorded: Recorded) => Outcome;
    unstored: (reason: UnstoredReason) => void;
  },
): Keeper {
  let recorder: Recorder;
  let decode: Decoder | undefined;
  const encoded: Buffer[] = [];

  const no = (reason: UnstoredReason): Outcome => {
    options.unstored(reason);
    return { reason };
  };
  const settle = (): Outcome => {
    const recording = recorder.end();
    return 'unstored' in recording ? no(recording.unstored) : options.store(recording);
  };

  return {
    begin(head) {
      if (options.forbidden !== undefined) return no(options.forbidden);
      if (head.status !== 200) return no('status');
      const form = formOf(head);
      const encoding = headerValue(head.headers, 'content-encoding')?.trim().toLowerCase() ?? 'identity';
      if (form === undefined || !(encoding in decoders)) return no('malformed');
      recorder = dialect.recorder(form);
      decode = decoders[encoding];
      return form === 'json' ? 'whole' : 'as-it-comes';
    },
    data(chunk) {
      if (decode === undefined) recorder.push(chunk);
      else encoded.push(chunk);
    },
    end() {
      if (decode === undefined) return settle();
      return decode(Buffer.concat(encoded), { maxOutputLength: options.maxBytes }).then(
        (bytes) => {
          recorder.push(bytes);
          return settle();
        },
        (error) => no(error.code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large-answer' : 'malformed'),
      );
    },
    giveUp: no,
  };
}

function formOf(head: Head): Form | undefined {
  const type = headerValue(head.headers, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return 'json';
  if (type === 'text/event-stream') return 'stream';
  return undefined;
}

type Decoder = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const decoders: Record<string, Decoder | undefined> = {
  identity: undefined,
  gzip: promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip),
  deflate: promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate),
  br: promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress),
  zstd: promisify<Buffer, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress),
};
