import type { RawHeaders } from './headers.ts';
import { isTimeout, type Line, type Receiver } from './upstream.ts';

/** Somebody who wants the answer of a flight. */
export interface Passenger {
  /** `complete`: the whole body follows at once. */
  head(head: Head, outcome: Outcome | undefined, complete: boolean): void;
  /** False asks to wait for `ready` before more is sent. */
  data(chunk: Buffer): boolean;
  end(trailers: RawHeaders): void;
  /** Before `head`: nobody answered. After it: the answer broke off. */
  error(error: FlightError): void;
  /** To an audience: nobody else is on board any more. */
  alone?(): void;
}

export interface Head {
  readonly status: number;
  readonly statusText: string;
  readonly headers: RawHeaders;
}

export interface FlightError {
  readonly timeout: boolean;
  readonly message: string;
  /** That the provider gave to another who asked the same. */
  readonly status?: number | undefined;
}

/** The provider failed for another who asked the same. */
export class FailedElsewhere extends Error {
  override readonly name = 'FailedElsewhere';
  /** Undefined where it gave no answer. */
  readonly status: number | undefined;

  constructor(status: number | undefined) {
    super(`the provider failed for another who asked the same${status === undefined ? '' : ` (${status})`}`);
    this.status = status;
  }
}

/** What became of the answer in the cache, where that is known before the first byte goes out. */
export interface Outcome {
  readonly entry?: string | undefined;
  /** As more than one entry. */
  readonly stored?: boolean | undefined;
  readonly reason?: string | undefined;
}

/** Watches the answer go by, to store it. */
export interface Keeper {
  /**
   * After the head: how this answer is kept, or why it is not. `whole` holds it back until it is complete, so that its
   * head can say what became of it.
   */
  begin(head: Head): 'whole' | 'as-it-comes' | Outcome;
  /** True when the answer is whole: it is settled, and nothing that comes after belongs to it. */
  data(chunk: Buffer): boolean;
  end(): Outcome | Promise<Outcome>;
  /** The answer broke off or grew too large. */
  giveUp(reason: 'incomplete' | 'too-large-answer'): Outcome;
}

/**
 * One call to the provider and everybody who waits for it. It is not tied to the request that began it: when that client
 * leaves, the others stay on board, and when the last one leaves, the call is aborted.
 *
 * What has arrived is kept, up to `keepBytes`, for those who come on board late. Up to there a slow passenger does not
 * slow the others down (their chunks are shared, so memory stays bounded by `keepBytes`); past it the call keeps pace with
 * the slowest, but not for long with one who takes nothing at all while others wait: that one is let go.
 */
export class Flight {
  readonly #passengers = new Set<Place>();
  readonly #keeper: Keeper | undefined;
  readonly #keepBytes: number;
  readonly #line: Line;
  readonly #landed: () => void;
  #head: Head | undefined;
  #outcome: Outcome | undefined;
  #kept: Buffer[] | undefined = [];
  #bytes = 0;
  #keeping = false;
  /** The answer is settled; only the end of the body is missing. */
  #whole = false;
  /** The head is held back until the whole answer is there, or has been too long in coming. */
  #held = false;
  #holding: NodeJS.Timeout | undefined;
  #paused = false;
  #stalled: NodeJS.Timeout | undefined;
  #over = false;
  /** How many of the passengers are an audience. */
  #audience = 0;

  constructor(
    send: (receiver: Receiver) => Line,
    options: { keeper: Keeper | undefined; keepBytes: number; landed: () => void },
  ) {
    this.#keeper = options.keeper;
    this.#keepBytes = options.keepBytes;
    this.#landed = options.landed;
    this.#line = send({
      head: (status, statusText, headers) => this.#onHead({ status, statusText, headers }),
      data: (chunk) => this.#onData(chunk),
      end: (trailers) => void this.#onEnd(trailers),
      error: (error) => this.#onError(error),
    });
  }

  /** Whether a newcomer would still get the whole answer. */
  get boarding(): boolean {
    return !this.#over && this.#kept !== undefined && (this.#head === undefined || this.#head.status === 200);
  }

  get head(): Head | undefined {
    return this.#head;
  }

  /** An audience stands for others elsewhere: it sets no pace, and is told when it is left alone on board. */
  board(passenger: Passenger, { audience = false } = {}): Seat {
    const seat = { passenger, full: false, audience };
    this.#passengers.add(seat);
    if (audience) this.#audience++;
    if (this.#head !== undefined && !this.#held) {
      passenger.head(this.#head, this.#outcome, false);
      for (const chunk of this.#kept ?? []) if (!passenger.data(chunk)) seat.full = true;
      this.#keepPace();
    }
    return {
      ready: () => {
        seat.full = false;
        this.#keepPace();
      },
      leave: () => {
        if (!this.#drop(seat)) return;
        if (this.#passengers.size === 0) this.#abandon();
        else if (this.#passengers.size > this.#audience) this.#keepPace();
        else this.#each(({ passenger }) => passenger.alone?.());
      },
    };
  }

  #onHead(head: Head): void {
    if (this.#over) return;
    this.#head = head;
    const way = this.#keeper?.begin(head);
    this.#keeping = typeof way === 'string';
    if (typeof way === 'object') this.#outcome = way;
    if (way === 'whole') {
      this.#held = true;
      this.#holding = setTimeout(() => this.#release(undefined), longestHold);
      return;
    }
    this.#each(({ passenger }) => passenger.head(head, this.#outcome, false));
  }

  #onData(chunk: Buffer): void {
    if (this.#over) return;
    this.#bytes += chunk.length;
    if (this.#bytes > this.#keepBytes) this.#stopKeeping();
    this.#kept?.push(chunk);
    if (this.#keeping && this.#keeper?.data(chunk)) {
      this.#keeping = false;
      this.#whole = true;
    }
    if (this.#held) return;
    this.#each((seat) => {
      if (!seat.passenger.data(chunk)) seat.full = true;
    });
    this.#keepPace();
  }

  #stopKeeping(): void {
    if (this.#keeping) {
      this.#keeping = false;
      this.#release(this.#keeper?.giveUp('too-large-answer'));
    }
    this.#kept = undefined;
  }

  async #onEnd(trailers: RawHeaders): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    const outcome = this.#keeping ? this.#keeper?.end() : undefined;
    this.#release(outcome instanceof Promise ? await outcome : outcome);
    this.#each(({ passenger }) => passenger.end(trailers));
    this.#land();
  }

  #onError(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#release(this.#keeping ? this.#keeper?.giveUp('incomplete') : undefined);
    const { message } = error;
    const status = error instanceof FailedElsewhere ? error.status : undefined;
    this.#each(({ passenger }) => passenger.error({ timeout: isTimeout(error), message, status }));
    this.#land();
  }

  /** Lets go what was held back. */
  #release(outcome: Outcome | undefined): void {
    clearTimeout(this.#holding);
    if (!this.#held) return;
    this.#held = false;
    this.#outcome = outcome;
    this.#each((seat) => {
      if (this.#head !== undefined) seat.passenger.head(this.#head, outcome, this.#over);
      for (const chunk of this.#kept ?? []) if (!seat.passenger.data(chunk)) seat.full = true;
    });
    this.#keepPace();
  }

  /** What goes wrong with one passenger (a head that cannot be written, for one) ends that passenger only. */
  #each(tell: (seat: Place) => void): void {
    for (const seat of this.#passengers) {
      try {
        tell(seat);
      } catch (error) {
        this.#drop(seat);
        seat.passenger.error({ timeout: false, message: (error as Error).message });
      }
    }
  }

  #drop(seat: Place): boolean {
    if (!this.#passengers.delete(seat)) return false;
    if (seat.audience) this.#audience--;
    return true;
  }

  #keepPace(): void {
    let full = 0;
    for (const seat of this.#passengers) if (seat.full) full++;
    // Alone, or with an answer too large to keep, there is nobody to wait for but the slowest.
    const alone = this.#passengers.size - this.#audience === 1;
    const pause = full > 0 && (alone || this.#kept === undefined);
    if (pause === this.#paused || this.#over) return;
    this.#paused = pause;
    clearTimeout(this.#stalled);
    if (pause && !alone) this.#stalled = setTimeout(() => this.#letGo(), longestStall);
    if (pause) this.#line.pause();
    else this.#line.resume();
  }

  /** Who has taken nothing all the time that the call stood still holds up the others. */
  #letGo(): void {
    const full = [...this.#passengers].filter((seat) => seat.full && !seat.audience);
    const others = this.#passengers.size - this.#audience - full.length;
    if (others === 0) return;
    for (const seat of full) {
      this.#drop(seat);
      seat.passenger.error({ timeout: true, message: 'the client takes nothing, and others wait' });
    }
    this.#keepPace();
  }

  #abandon(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#keeping) this.#keeper?.giveUp('incomplete');
    if (this.#whole) {
      // SDKs stop reading at the terminal event. A moment later the body ends, and the connection can be used again.
      this.#line.resume();
      setTimeout(() => this.#line.abort(), lastBytes).unref();
    } else this.#line.abort();
    this.#land();
  }

  #land(): void {
    clearTimeout(this.#holding);
    clearTimeout(this.#stalled);
    this.#passengers.clear();
    this.#kept = undefined;
    this.#landed();
  }
}

interface Place {
  readonly passenger: Passenger;
  full: boolean;
  readonly audience: boolean;
}

export interface Seat {
  /** The passenger can take more. */
  ready(): void;
  leave(): void;
}

/** For the rest of a body whose answer is whole. Milliseconds. */
const lastBytes = 1_000;

/** Milliseconds that one passenger may hold up the others. */
const longestStall = 5_000;

/** A JSON answer normally arrives at once; one that trickles is not kept from its client. Milliseconds. */
const longestHold = 1_000;
