import type { IncomingMessage } from 'node:http';
import type { Question } from '../lookup/question.ts';
import type { Client, Failure } from './client.ts';
import type { Directives } from './directives.ts';
import type { Flight, Passenger } from './flight.ts';
import { describingBody } from './headers.ts';

/** Calls under way that an identical request may share, in this process. */
export class SharedFlights {
  readonly #flights = new Map<string, Flight>();

  /** Whether a call of that key could be shared now. */
  has(key: string): boolean {
    return this.#flights.get(key)?.boarding ?? false;
  }

  /**
   * Seats the client in the flight of that key: in one that is under way, or in a new one. `collapsed` and `alone` are told
   * which it was; a follower whose leader fails before the first byte is answered otherwise, or told `alone` after all.
   */
  board(
    key: string | undefined,
    client: Client,
    takeOff: TakeOff,
    told: { collapsed(): void; alone(): void },
  ): void {
    const shared = key === undefined ? undefined : this.#flights.get(key);
    if (shared?.boarding) {
      told.collapsed();
      const seat = shared.board(
        follower(
          client,
          () => seat.leave(),
          () => {
            told.alone();
            client.sit(takeOff(() => {}, undefined).board(client));
          },
        ),
      );
      client.sit(seat);
      return;
    }
    told.alone();
    const flight = takeOff(() => {
      if (key !== undefined && this.#flights.get(key) === flight) this.#flights.delete(key);
    }, key);
    if (key !== undefined) this.#flights.set(key, flight);
    client.sit(flight.board(client));
  }
}

/** Begins a flight; with a key others may share it, those in other sidecars too. */
export type TakeOff = (landed: () => void, key: string | undefined) => Flight;

/**
 * Requests that may share one answer as it stands on the wire: same identity, same form, an encoding that each of them
 * accepts, and the same wishes for what is stored.
 */
export function flightKey(
  request: IncomingMessage,
  { asked, identity }: Question,
  directives: Directives,
): string {
  return JSON.stringify([
    identity.exactKey,
    asked.form,
    asked.withUsage,
    request.headers['accept-encoding'],
    request.headers.accept,
    directives.ttlSeconds,
    directives.tags,
    directives.sources,
  ]);
}

/**
 * The leader's failure is not the followers' failure: before the first byte went out, they ask for themselves. Not those who
 * can be answered without the provider: fifty more calls are what a provider in trouble needs least.
 */
function follower(client: Client, leave: () => void, askForItself: () => void): Passenger {
  let answered = false;
  const failed = (failure: Failure) => {
    leave();
    if (client.instead === undefined) return askForItself();
    void client.instead(failure).then((done) => {
      if (!done) askForItself();
    });
  };
  return {
    head(head, outcome, complete) {
      if (head.status !== 200) return failed(head);
      answered = true;
      client.head({ ...head, headers: describingBody(head.headers) }, outcome, complete);
    },
    data: (chunk) => client.data(chunk),
    end: () => client.end([]),
    error: (error) => (answered ? client.error(error) : failed({ status: error.status })),
  };
}
