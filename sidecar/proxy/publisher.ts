import type { Lead } from '../leases/lease.ts';
import type { FlightRecord } from '../leases/record.ts';
import type { FlightError, Head, Outcome, Passenger, Seat } from './flight.ts';
import { describingBody } from './headers.ts';

/**
 * The passenger that stands for all who wait in other sidecars. It renews the lease for as long as the flight lasts, and
 * publishes only when somebody out there has said that he reads; most calls are nobody else's. It does not keep a flight in
 * the air for nobody: left alone on board, it stays while it is read.
 */
export class Publisher implements Passenger {
  readonly #lead: Lead;
  readonly #options: PublisherOptions;
  readonly #renewal: NodeJS.Timeout;
  #seat: Seat | undefined;
  /** In order; those before `#published` are with the others. */
  #records: FlightRecord[] = [];
  #published = 0;
  /** Records that are kept neither here nor there any more. */
  #forgotten = 0;
  #bytes = 0;
  #read = false;
  #left = false;
  #over = false;
  #alone = false;
  #publishing: Promise<void> | undefined;
  #soon: NodeJS.Timeout | undefined;

  constructor(lead: Lead, options: PublisherOptions) {
    this.#lead = lead;
    this.#options = options;
    this.#renewal = setInterval(() => void this.#publish(), renewEvery);
  }

  sit(seat: Seat): void {
    this.#seat = seat;
    if (this.#left) seat.leave();
  }

  head(head: Head, outcome: Outcome | undefined): void {
    const headers = describingBody(head.headers);
    if (head.status === 200) this.#add({ kind: 'head', head: { ...head, headers, outcome } });
    else this.#finish({ kind: 'failed', status: head.status });
  }

  data(chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    this.#add({ kind: 'data', chunk });
    this.#bound();
    return true;
  }

  end(): void {
    this.#finish({ kind: 'end', trailers: [] });
  }

  error({ status }: FlightError): void {
    this.#finish({ kind: 'failed', status });
  }

  /** Nobody is on board any more who sits in this process. */
  alone(): void {
    this.#alone = true;
    // Whether somebody reads is asked anew: he may have left too.
    void this.#publish();
  }

  #add(record: FlightRecord): void {
    if (this.#left || this.#over) return;
    this.#records.push(record);
    if (this.#read) this.#soon ??= setTimeout(() => void this.#publish(), gatherMs);
  }

  /** What late comers could still be told is bounded; past it they ask for themselves. */
  #bound(): void {
    if (this.#bytes <= this.#options.keepBytes) return;
    if (!this.#read || this.#records.length - this.#published > longestRow) {
      // 200: an answer, but not to be shared any more.
      this.#finish({ kind: 'failed', status: 200 });
      return;
    }
    while (this.#published > 0 && this.#bytes > this.#options.keepBytes) {
      const [first] = this.#records.splice(0, 1);
      this.#published--;
      this.#forgotten++;
      if (first?.kind === 'data') this.#bytes -= first.chunk.length;
    }
  }

  /** One at a time, so that they stay in order; what arrives meanwhile goes with the next. */
  async #publish(): Promise<void> {
    if (this.#left) return;
    this.#publishing ??= this.#publishNow().finally(() => {
      this.#publishing = undefined;
    });
    await this.#publishing;
  }

  async #publishNow(): Promise<void> {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    const sent = this.#read ? this.#records.slice(this.#published) : [];
    // Counted before the answer: a publication that may have happened is not repeated.
    this.#published += sent.length;
    try {
      const read = await this.#lead.publish(sent, this.#forgotten);
      const newlyRead = read && !this.#read;
      this.#read = read;
      if (this.#alone && !read) this.#leave();
      else if (newlyRead && this.#records.length > this.#published) await this.#publishNow();
    } catch {
      // Lost to another, or the store is away. Those who read look after themselves; ours have their answer from us.
      this.#leave();
    }
  }

  #finish(last: FlightRecord): void {
    if (this.#over || this.#left) return;
    this.#add(last);
    this.#over = true;
    void this.#end(last.kind === 'end');
  }

  async #end(good: boolean): Promise<void> {
    await this.#publish();
    // A question that comes now is answered by the entry, as soon as the store has it; until then by what is kept here.
    if (good) await Promise.race([this.#options.stored(), sleep(longestStore)]);
    await this.#publish();
    if (this.#left) return;
    await this.#lead.release();
    this.#leave();
  }

  #leave(): void {
    if (this.#left) return;
    this.#left = true;
    clearInterval(this.#renewal);
    clearTimeout(this.#soon);
    this.#records = [];
    this.#seat?.leave();
    if (this.#alone) void this.#lead.release();
  }
}

export interface PublisherOptions {
  /** For those who come late. */
  readonly keepBytes: number;
  /** Settles when the entry of this answer, if there is one, can be found by all. */
  readonly stored: () => Promise<unknown>;
}

/** Milliseconds; several times in the life of a lease, since a busy process is late. A first reader waits so long. */
const renewEvery = 250;

/** Milliseconds in which pieces gather, so that a fast stream is not a command for each word. */
const gatherMs = 5;

/** Milliseconds. */
const longestStore = 1_000;

/** Records that wait to be published; more means that the store cannot keep up. */
const longestRow = 10_000;

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
