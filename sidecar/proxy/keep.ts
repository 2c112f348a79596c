import type { Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
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
  dialect: Pick<Dialect, 'recorder'>,
  options: {
    /** The form that the request asks for. */
    form: Form;
    /** Why nothing of this request is stored, whatever the answer. */
    forbidden: UnstoredReason | undefined;
    maxBytes: number;
    /** So many bytes of the answer have come. */
    arrived?: (bytes: number) => void;
    store: (recorded: Recorded) => Outcome;
    unstored: (reason: UnstoredReason) => void;
  },
): Keeper {
  let recorder: Recorder;
  let decoder: Transform | undefined;
  let settled: Outcome | undefined;
  let decodedBytes = 0;
  let undecodable = false;

  const no = (reason: UnstoredReason): Outcome => {
    options.unstored(reason);
    settled = { reason };
    return settled;
  };
  const settle = (): Outcome => {
    if (settled !== undefined) return settled;
    if (undecodable) return no('malformed');
    try {
      const recording = recorder.end();
      if ('unstored' in recording) return no(recording.unstored);
      settled = options.store(recording);
      return settled;
    } catch {
      // Whatever an answer holds, its client gets it.
      return no('malformed');
    }
  };
  const take = (chunk: Uint8Array): void => {
    if (settled !== undefined) return;
    recorder.push(chunk);
    if (recorder.complete) settle();
  };
  const takeDecoded = (chunk: Buffer): void => {
    decodedBytes += chunk.length;
    if (decodedBytes <= options.maxBytes) take(chunk);
    else if (settled === undefined) no('too-large-answer');
  };
  const decoded = async (stream: Transform): Promise<void> => {
    stream.end();
    await finished(stream).catch(() => {
      undecodable = true;
    });
  };

  return {
    begin(head) {
      if (options.forbidden !== undefined) return no(options.forbidden);
      if (head.status !== 200) return no('status');
      const form = formOf(head, options.form);
      const encoding = headerValue(head.headers, 'content-encoding')?.trim().toLowerCase() ?? 'identity';
      if (form === undefined || !Object.hasOwn(decoders, encoding)) return no('malformed');
      recorder = dialect.recorder(form);
      decoder = decoders[encoding]?.();
      decoder?.on('data', takeDecoded).on('error', () => {
        undecodable = true;
      });
      return form === 'json' ? 'whole' : 'as-it-comes';
    },
    data(chunk) {
      options.arrived?.(chunk.length);
      if (decoder === undefined) take(chunk);
      else if (!undecodable) decoder.write(chunk);
      return settled !== undefined;
    },
    end() {
      return decoder === undefined ? settle() : decoded(decoder).then(settle);
    },
    giveUp(reason) {
      if (settled !== undefined) return settled;
      if (decoder === undefined || reason !== 'incomplete') return no(reason);
      // The client may have left at the terminal event while its bytes were still being decoded.
      void decoded(decoder).then(() => settled ?? no(reason));
      return { reason };
    },
  };
}

/** A JSON body is an array of events only where that was asked for. */
function formOf(head: Head, asked: Form): Form | undefined {
  const type = headerValue(head.headers, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return asked === 'array' ? 'array' : 'json';
  if (type === 'text/event-stream') return 'stream';
  return undefined;
}

const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = zlib.constants;

/** What is there of a cut body is decoded too; whether the answer in it is whole, its own format says. */
const decoders: Record<string, (() => Transform) | undefined> = {
  identity: undefined,
  gzip: () => zlib.createGunzip({ finishFlush: Z_SYNC_FLUSH }),
  deflate: () => zlib.createInflate({ finishFlush: Z_SYNC_FLUSH }),
  br: () => zlib.createBrotliDecompress({ finishFlush: BROTLI_OPERATION_FLUSH }),
  zstd: () => zlib.createZstdDecompress({ finishFlush: ZSTD_e_flush }),
};
