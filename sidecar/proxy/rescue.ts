import type { Client, Failure } from './client.ts';
import type { FlightError, Head, Outcome, Seat } from './flight.ts';
import type { RawHeaders } from './headers.ts';

/** What may answer in the provider's place. */
export interface Rescue {
  /** Whether it could. */
  has(): Promise<boolean>;
  /** Answers the client and says so, or does nothing. */
  answer(failure: Failure): Promise<boolean>;
}

/**
 * A client who may be given something else where the provider fails before the first byte has gone out. While that is
 * looked for, the provider's own words wait; they are passed on where nothing is found.
 */
export class RescuedClient implements Client {
  readonly #client: Client;
  readonly #rescue: Pick<Rescue, 'answer'>;
  #seat: Seat | undefined;
  /** What the client is not told yet; undefined while it is told everything at once. */
  #waiting: (() => boolean)[] | undefined;
  #looking = false;
  /** Something went out: from then on there is no other answer. */
  #seen = false;

  constructor(client: Client, rescue: Pick<Rescue, 'answer'>) {
    this.#client = client;
    this.#rescue = rescue;
  }

  sit(seat: Seat): void {
    this.#seat = seat;
    this.#client.sit(seat);
  }

  async instead(failure: Failure): Promise<boolean> {
    return mayRescue(failure) && (await this.#rescue.answer(failure).catch(() => false));
  }

  head(head: Head, outcome: Outcome | undefined, complete: boolean): void {
    const failed = mayRescue(head);
    // Of an answer that was held back it shows only now whether it is whole.
    if (failed || complete) this.#waiting = [];
    this.#pass(() => this.#client.head(head, outcome, complete));
    if (failed) this.#look({ status: head.status });
  }

  data(chunk: Buffer): boolean {
    return this.#pass(() => this.#client.data(chunk));
  }

  end(trailers: RawHeaders): void {
    this.#pass(() => this.#client.end(trailers));
    if (!this.#looking) this.#passOn();
  }

  error(error: FlightError): void {
    if (!this.#seen) this.#waiting ??= [];
    this.#pass(() => this.#client.error(error));
    if (this.#waiting !== undefined && !this.#looking) this.#look({ status: error.status });
  }

  /** False asks the flight to wait. */
  #pass(tell: () => unknown): boolean {
    if (this.#waiting === undefined) {
      this.#seen = true;
      return tell() !== false;
    }
    this.#waiting.push(() => tell() !== false);
    return !this.#looking;
  }

  #look(failure: Failure): void {
    this.#looking = true;
    this.#rescue
      .answer(failure)
      .catch(() => false)
      .then((rescued) => {
        this.#looking = false;
        if (!rescued) return this.#passOn();
        this.#waiting = undefined;
        this.#seat?.leave();
      });
  }

  #passOn(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    this.#seen = true;
    let ready = true;
    for (const tell of waiting) ready = tell();
    if (ready) this.#seat?.ready();
  }
}

/** RFC 5861, section 4: no answer, 500, 502, 503 and 504; and what providers say when they are asked too much (429, 529). */
export const mayRescue = ({ status }: Failure): boolean =>
  status === undefined || status === 429 || status >= 500;
