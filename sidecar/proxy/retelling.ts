import { headerValue, type RawHeaders } from './headers.ts';
import { DivergedError, Resumption } from './resumption.ts';
import type { Receiver } from './upstream.ts';

/**
 * Tells an answer that comes from elsewhere, whole events at a time, and can go on with another one where the first breaks
 * off in the middle.
 */
export class Retelling {
  readonly #receiver: Receiver;
  readonly #keepBytes: number;
  #head: { status: number; headers: RawHeaders } | undefined;
  #events = false;
  /** What was told of an event stream; undefined where it has grown too long to be told again. */
  #said: Buffer[] | undefined = [];
  #bytes = 0;
  /** The beginning of an event. */
  #rest: Buffer = Buffer.alloc(0);
  #resumption: Resumption | undefined;
  #decoder = new TextDecoder();

  constructor(receiver: Receiver, keepBytes: number) {
    this.#receiver = receiver;
    this.#keepBytes = keepBytes;
  }

  /** Something was told: from now on there is no other answer, only a continuation. */
  get begun(): boolean {
    return this.#head !== undefined;
  }

  /** @throws DivergedError where a continuation is of another kind. */
  head(status: number, statusText: string, headers: RawHeaders): void {
    const events = isEvents(headers);
    if (this.#head === undefined) {
      this.#head = { status, headers };
      this.#events = events;
      this.#receiver.head(status, statusText, headers);
    } else if (status !== this.#head.status || !events || !this.#events) throw new DivergedError();
  }

  /** @throws DivergedError */
  data(chunk: Buffer): void {
    if (!this.#events) {
      this.#receiver.data(chunk);
      return;
    }
    if (this.#resumption !== undefined) {
      const text = this.#resumption.push(this.#decoder.decode(chunk, { stream: true }));
      if (text !== '') this.#tell(Buffer.from(text));
      return;
    }
    const all = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const end = endOfEvents(all);
    this.#rest = all.subarray(end);
    if (end > 0) this.#tell(all.subarray(0, end));
  }

  /** @throws DivergedError where a continuation ends before it has said what was said. */
  end(trailers: RawHeaders): void {
    if (this.#resumption !== undefined && !this.#resumption.caughtUp) throw new DivergedError();
    if (this.#rest.length > 0) this.#receiver.data(this.#rest);
    this.#receiver.end(trailers);
  }

  error(error: Error): void {
    this.#receiver.error(error);
  }

  /** What comes from now on is another answer, from its beginning. @throws DivergedError where nothing can go on. */
  resume(): void {
    if (!this.begun) return;
    if (!this.#events || this.#said === undefined) throw new DivergedError();
    this.#rest = Buffer.alloc(0);
    this.#decoder = new TextDecoder();
    this.#resumption = new Resumption(Buffer.concat(this.#said).toString());
  }

  #tell(events: Buffer): void {
    this.#bytes += events.length;
    if (this.#bytes > this.#keepBytes) this.#said = undefined;
    this.#said?.push(events);
    this.#receiver.data(events);
  }
}

function isEvents(headers: RawHeaders): boolean {
  const type = headerValue(headers, 'content-type')?.split(';')[0]?.trim().toLowerCase();
  const encoding = headerValue(headers, 'content-encoding')?.trim().toLowerCase() ?? 'identity';
  return type === 'text/event-stream' && encoding === 'identity';
}

/** Behind the last empty line. */
function endOfEvents(bytes: Buffer): number {
  const ends = ['\n\n', '\r\n\r\n', '\r\r'].map((line) => {
    const at = bytes.lastIndexOf(line);
    return at < 0 ? 0 : at + line.length;
  });
  return Math.max(...ends);
}
