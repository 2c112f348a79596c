import type { Client } from './client.ts';
import type { FlightError, Head, Outcome, Seat } from './flight.ts';
import type { RawHeaders } from './headers.ts';

/**
 * A client who does not get the provider's answer as it comes, but what is made of it: a good answer is gathered whole.
 * Any other goes on to the client as it is.
 */
export class Collector implements Client {
  readonly #client: Client;
  readonly #collected: (head: Head, body: Buffer) => void;
  readonly #mostBytes: number;
  #chunks: Buffer[] | undefined;
  #bytes = 0;
  #head: Head | undefined;

  constructor(client: Client, mostBytes: number, collected: (head: Head, body: Buffer) => void) {
    this.#client = client;
    this.#mostBytes = mostBytes;
    this.#collected = collected;
  }

  sit(seat: Seat): void {
    this.#client.sit(seat);
  }

  head(head: Head, outcome: Outcome | undefined, complete: boolean): void {
    this.#head = head;
    if (head.status === 200) this.#chunks = [];
    else this.#client.head(head, outcome, complete);
  }

  data(chunk: Buffer): boolean {
    if (this.#chunks === undefined) return this.#client.data(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes <= this.#mostBytes) this.#chunks.push(chunk);
    return true;
  }

  end(trailers: RawHeaders): void {
    if (this.#chunks === undefined || this.#head === undefined) this.#client.end(trailers);
    // What is too large is no answer that anything can be made of.
    else
      this.#collected(
        this.#head,
        this.#bytes > this.#mostBytes ? Buffer.alloc(0) : Buffer.concat(this.#chunks),
      );
  }

  error(error: FlightError): void {
    this.#client.error(error);
  }
}
