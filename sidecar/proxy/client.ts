import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FlightError, Head, Outcome, Passenger, Seat } from './flight.ts';
import { headerValue, type RawHeaders, toClient, without } from './headers.ts';
import { endWith } from './outbox.ts';

/** A passenger who keeps a seat: who leaves by himself, and says when he can take more. */
export interface Client extends Passenger {
  sit(seat: Seat): void;
  /**
   * The provider failed for the one whose call this client has shared. Answers it otherwise and says so, or does nothing;
   * then it asks for itself. Of a client for whom there is nothing else, absent.
   */
  instead?(failure: Failure): Promise<boolean>;
}

/** How the provider failed before its answer reached the client. */
export interface Failure {
  /** Undefined where there was no answer at all. */
  readonly status: number | undefined;
}

/** Passes an answer on to its client, as it came, with the cache's own headers added. */
export class ClientPassenger implements Client {
  readonly #response: ServerResponse;
  readonly #options: ClientOptions;
  /** The body comes at once: its last chunk, mostly the only one, goes out with its end. */
  #complete = false;
  #last: Buffer | undefined;
  #seat: Seat | undefined;

  constructor(response: ServerResponse, options: ClientOptions) {
    this.#response = response;
    this.#options = options;
    response.on('drain', () => this.#seat?.ready());
    response.on('close', () => this.#seat?.leave());
  }

  sit(seat: Seat): void {
    this.#seat = seat;
    if (this.#response.destroyed) seat.leave();
  }

  head(head: Head, outcome: Outcome | undefined, complete: boolean): void {
    this.#complete = complete;
    const added = this.#options.headers(head, outcome);
    const headers = toClient(head.headers);
    this.#response.writeHead(head.status, bytesAsLatin1(head.statusText), [
      ...(isChunked(this.#response, head.status, headers) ? headers : without('trailer', headers)),
      ...added,
    ]);
    // Otherwise node waits for the first byte of the body, to send both in one packet. `flushHeaders` would do, but sends
    // the head as UTF-8, and header bytes are Latin-1.
    if (!complete) this.#response.write('', 'latin1');
  }

  data(chunk: Buffer): boolean {
    if (!this.#complete) return this.#response.write(chunk);
    this.#writeLast();
    this.#last = chunk;
    return true;
  }

  end(trailers: RawHeaders): void {
    if (trailers.length > 0) this.#response.addTrailers(pairs(trailers));
    if (this.#last === undefined) this.#response.end();
    else endWith(this.#response, this.#last);
  }

  error(error: FlightError): void {
    // What broke off must not look complete; what came before still reaches the client.
    this.#writeLast();
    if (this.#response.headersSent) this.#cut();
    else this.#options.unanswered(error);
  }

  #writeLast(): void {
    if (this.#last !== undefined) this.#response.write(this.#last);
    this.#last = undefined;
  }

  #cut(): void {
    const { socket } = this.#response;
    if (socket !== null) socket.destroySoon();
    // An earlier answer of the same connection still has it.
    else this.#response.once('socket', (later: Socket) => later.destroySoon());
  }
}

/** Node refuses to write the header `Trailer` of an answer in which there can be none (RFC 9112, section 7.1.2). */
function isChunked({ req }: ServerResponse, status: number, headers: RawHeaders): boolean {
  if (req.httpVersion !== '1.1' || req.method === 'HEAD' || status === 204 || status === 304) return false;
  return headerValue(headers, 'content-length') === undefined;
}

/** undici reads the reason phrase as UTF-8, and node writes Latin-1: the bytes stay what they were. */
function bytesAsLatin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

export interface ClientOptions {
  /** What the cache adds, as a flat list. */
  headers(head: Head, outcome: Outcome | undefined): string[];
  /** The provider could not be asked. */
  unanswered(error: FlightError): void;
}

function pairs(raw: RawHeaders): [string, string][] {
  const list: [string, string][] = [];
  for (let i = 0; i < raw.length; i += 2) list.push([raw[i] as string, raw[i + 1] as string]);
  return list;
}
