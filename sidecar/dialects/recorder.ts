import { createParser } from 'eventsource-parser';
import type { Form, JsonObject, Recorder, Recording } from './dialect.ts';

/** Puts a streamed answer together, event by event, into the JSON form. */
export interface Assembly {
  /**
   * `unknown` where the event is not one of this API, an error for example: then nothing is stored. `done` at the terminal
   * event; what comes after it makes the stream one that we do not understand.
   */
  add(data: string, event: string | undefined): 'more' | 'done' | 'unknown';
  /** After the clean end of the body. Undefined where the answer never ended by itself. */
  body(): JsonObject | undefined;
}

/** What all dialects share: bytes split anywhere become one JSON answer, which its dialect judges. */
export function recorder(
  form: Form,
  dialect: { assembly(): Assembly; judge(body: unknown, bytes: Uint8Array): Recording },
): Recorder {
  if (form === 'stream') return streamRecorder(dialect.assembly(), dialect.judge);
  if (form === 'array') return arrayRecorder(dialect.assembly(), dialect.judge);
  return wholeRecorder((bytes) => dialect.judge(JSON.parse(utf8(bytes)), bytes));
}

type Judge = (body: unknown, bytes: Uint8Array) => Recording;

function streamRecorder(assembly: Assembly, judge: Judge): Recorder {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let done = false;
  let broken = false;
  const parser = createParser({
    onEvent: ({ data, event }) => {
      // Some hosts end every stream so, also of an API that has an end of its own.
      if (done && data === '[DONE]') return;
      const said = done ? 'unknown' : assembly.add(data, event);
      done ||= said === 'done';
      broken ||= said === 'unknown';
    },
  });
  const guarded = (step: () => void) => {
    if (broken) return;
    try {
      step();
    } catch {
      broken = true;
    }
  };
  return {
    get complete() {
      return done && !broken;
    },
    push: (chunk) => guarded(() => parser.feed(decoder.decode(chunk, { stream: true }))),
    end: () => {
      guarded(() => parser.feed(decoder.decode()));
      return broken ? { unstored: 'malformed' } : assembled(assembly, judge);
    },
  };
}

function arrayRecorder(assembly: Assembly, judge: Judge): Recorder {
  return wholeRecorder((bytes) => {
    const events = JSON.parse(utf8(bytes)) as object[];
    const known = events.every((event) => assembly.add(JSON.stringify(event), undefined) !== 'unknown');
    return known ? assembled(assembly, judge) : { unstored: 'malformed' };
  });
}

function wholeRecorder(record: (bytes: Uint8Array) => Recording): Recorder {
  const chunks: Uint8Array[] = [];
  return {
    push: (chunk) => void chunks.push(chunk),
    complete: false,
    end: () => {
      try {
        // A copy of its own: a chunk is a window into everything that the socket brought with it.
        return record(withoutMark(new Uint8Array(Buffer.concat(chunks))));
      } catch {
        return { unstored: 'malformed' };
      }
    },
  };
}

function assembled(assembly: Assembly, judge: Judge): Recording {
  try {
    const body = assembly.body();
    if (body === undefined) return { unstored: 'incomplete' };
    return judge(body, new TextEncoder().encode(JSON.stringify(body)));
  } catch {
    return { unstored: 'malformed' };
  }
}

/** A byte order mark is no part of the answer. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.slice(3) : bytes;
}

const utf8 = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
