import type { Header } from './bytes.ts';

/** One response as it came over the wire. */
export interface Response {
  readonly statusLine: string;
  readonly status: number;
  /** In order, in the spelling of the wire. */
  readonly headers: readonly Header[];
  /** Without the framing. */
  readonly body: Buffer;
  readonly trailers: readonly Header[];
  readonly framing: 'chunked' | 'length' | 'close' | 'none';
  /** Interim responses before it, for example 100 Continue. */
  readonly interim: readonly string[];
  /** The framing says that nothing is missing. */
  readonly complete: boolean;
}

/**
 * Reads responses off a connection, as far as they have come. Written for this purpose and not taken from a client
 * library, because a library hides what a comparison wants to see.
 */
export class ResponseReader {
  readonly #methods: string[];
  #unread: Buffer = Buffer.alloc(0);
  #chunks: Buffer[] = [];
  #partial: Partial<Mutable> | undefined;
  #interim: string[] = [];
  #left = 0;
  #step: (() => boolean) | undefined;
  readonly responses: Response[] = [];

  /** The methods of the requests that were sent, in order: a response to HEAD has no body. */
  constructor(methods: string[]) {
    this.#methods = methods;
  }

  push(bytes: Buffer): void {
    this.#unread = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes]);
    for (this.#step ??= this.#head; this.#step(); );
  }

  /** The response that is under way, and all that it lacks. */
  partial(): Response | undefined {
    return this.#partial && this.#made(false);
  }

  /** The connection has ended in good order, which is how a body without a length ends. */
  ended(): void {
    if (this.#partial?.framing === 'close') this.#finish();
  }

  readonly #head = (): boolean => {
    const end = this.#unread.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const [statusLine = '', ...lines] = this.#take(end + 4)
      .toString('latin1')
      .slice(0, -4)
      .split('\r\n');
    const status = Number(statusLine.split(' ')[1]);
    if (status >= 100 && status < 200 && status !== 101) return this.#interim.push(statusLine) > 0;
    const headers = lines.map(split);
    this.#partial = { statusLine, status, headers, trailers: [], interim: this.#interim };
    return this.#body(status, headers);
  };

  #body(status: number, headers: Header[]): boolean {
    const value = (wanted: string) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
    const bodiless = this.#methods[this.responses.length] === 'HEAD' || status === 204 || status === 304;
    if (bodiless) return this.#expect('none', 0, this.#counted);
    if (value('transfer-encoding')?.toLowerCase().includes('chunked'))
      return this.#expect('chunked', 0, this.#size);
    const length = value('content-length');
    if (length !== undefined) return this.#expect('length', Number(length), this.#counted);
    return this.#expect('close', Number.POSITIVE_INFINITY, this.#counted);
  }

  #expect(framing: Response['framing'], left: number, step: () => boolean): boolean {
    if (this.#partial) this.#partial.framing = framing;
    this.#left = left;
    this.#step = step;
    return true;
  }

  readonly #counted = (): boolean => {
    this.#takeBody();
    return this.#left === 0 && this.#finish();
  };

  readonly #size = (): boolean => {
    const end = this.#unread.indexOf('\r\n');
    if (end < 0) return false;
    this.#left = Number.parseInt(this.#take(end + 2).toString('latin1'), 16);
    this.#step = this.#left === 0 ? this.#trailer : this.#chunk;
    return true;
  };

  readonly #chunk = (): boolean => {
    this.#takeBody();
    if (this.#left > 0 || this.#unread.length < 2) return false;
    this.#take(2);
    this.#step = this.#size;
    return true;
  };

  readonly #trailer = (): boolean => {
    const end = this.#unread.indexOf('\r\n');
    if (end < 0) return false;
    const line = this.#take(end + 2)
      .toString('latin1')
      .slice(0, -2);
    if (line === '') return this.#finish();
    this.#partial?.trailers?.push(split(line));
    return true;
  };

  #takeBody(): void {
    const part = this.#take(Math.min(this.#left, this.#unread.length));
    this.#left -= part.length;
    if (part.length > 0) this.#chunks.push(part);
  }

  #take(count: number): Buffer {
    const part = this.#unread.subarray(0, count);
    this.#unread = this.#unread.subarray(count);
    return part;
  }

  #finish(): boolean {
    this.responses.push(this.#made(true));
    this.#partial = undefined;
    this.#chunks = [];
    this.#interim = [];
    this.#step = this.#head;
    return true;
  }

  #made(complete: boolean): Response {
    return { ...(this.#partial as Mutable), body: Buffer.concat(this.#chunks), complete };
  }
}

type Mutable = { -readonly [Key in keyof Response]: Response[Key] } & { trailers: Header[] };

function split(line: string): Header {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}
