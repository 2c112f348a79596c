import { type Following, GapError, type Lead, type Leases } from '../leases/lease.ts';
import type { Failure } from './client.ts';
import { FailedElsewhere, Flight, type Keeper, type Outcome } from './flight.ts';
import { describingBody } from './headers.ts';
import { Publisher } from './publisher.ts';
import { mayRescue, type Rescue } from './rescue.ts';
import { Retelling } from './retelling.ts';
import type { Line, Receiver } from './upstream.ts';

/** A flight whose call one sidecar makes for all of the cache. */
export function fleetFlight(options: FleetCallOptions & { readonly landed: () => void }): Flight {
  const call = new FleetCall(options);
  const flight: Flight = new Flight((receiver) => call.send(receiver, () => flight), {
    ...options,
    keeper: call.keeper,
  });
  return flight;
}

/**
 * A call that one sidecar makes for all of the cache. To the flight it is one call like any other: its answer comes from
 * the provider, or from the sidecar that asked the provider first.
 */
class FleetCall {
  readonly #options: FleetCallOptions;
  #following = false;
  #outcome: Outcome | undefined;

  constructor(options: FleetCallOptions) {
    this.#options = options;
  }

  /** What another sidecar asked for is kept by that one. */
  get keeper(): Keeper {
    const own = this.#options.keeper;
    return {
      begin: (head) => (this.#following ? (this.#outcome ?? 'as-it-comes') : own.begin(head)),
      data: (chunk) => (this.#following ? false : own.data(chunk)),
      end: () => (this.#following ? {} : own.end()),
      giveUp: (reason) => (this.#following ? {} : own.giveUp(reason)),
    };
  }

  send(receiver: Receiver, flight: () => Flight): Line {
    const line = new SwitchedLine();
    const answer = new Retelling(receiver, this.#options.keepBytes);
    this.#fly(receiver, answer, flight, line).catch((error) => {
      line.abort();
      receiver.error(error);
    });
    return line;
  }

  async #fly(receiver: Receiver, answer: Retelling, flight: () => Flight, line: SwitchedLine): Promise<void> {
    const { leases, key, ask, told } = this.#options;
    for (let attempt = 0; attempt < mostLeaders; attempt++) {
      const lease = await leases.take(key);
      if (line.aborted) {
        if (lease?.role === 'leads') void lease.release();
        return;
      }
      if (lease === undefined) break;
      answer.resume();
      if (lease.role === 'leads') {
        this.#lead(lease, answer.begun, flight());
        line.become(ask(answer.begun ? continuing(answer, line) : receiver));
        return;
      }
      this.#following = true;
      if (!answer.begun) told.collapsed();
      const end = await this.#follow(lease, answer, line);
      if (end === 'over') return;
      this.#following = answer.begun;
      if (typeof end === 'object') {
        if (!answer.begun && mayRescue(end) && (await this.#options.rescue?.has().catch(() => false)))
          throw new FailedElsewhere(end.status);
        break;
      }
    }
    // Nobody leads, or nobody could: as without the others.
    if (!answer.begun) told.alone();
    else answer.resume();
    line.become(ask(answer.begun ? continuing(answer, line) : receiver));
  }

  /** Who takes the place of a dead leader publishes what was told so far, and what goes on from there. */
  #lead(lease: Lead, begun: boolean, flight: Flight): void {
    if (!flight.boarding) {
      void lease.release();
      return;
    }
    if (!begun) this.#options.told.alone();
    const publisher = new Publisher(lease, this.#options);
    publisher.sit(flight.board(publisher, { audience: true }));
  }

  /**
   * `over`: the answer is told, or nobody listens. `gone`: the leader is dead; somebody has to ask anew. Else there is no
   * answer to share, with the status that the leader had (200: it has one), and this sidecar asks for itself.
   * @throws where what was told cannot be brought to an end.
   */
  async #follow(lease: Following, answer: Retelling, line: SwitchedLine): Promise<'over' | 'gone' | Failure> {
    let heard = performance.now();
    let pause = shortestPause;
    while (!line.aborted) {
      await line.flowing();
      const page = await this.#read(lease, answer.begun ? longestSilence : 0, heard);
      if (page === undefined) return unheard;
      if (line.aborted) return 'over';
      for (const record of page.records) {
        if (record.kind === 'failed') {
          // As in one process: an answer that the provider broke off breaks off for all.
          if (answer.begun) throw new Error('the shared answer broke off');
          return { status: record.status };
        }
        if (record.kind === 'head') {
          const { status, statusText, headers, outcome } = record.head;
          if (!answer.begun) this.#outcome = outcome;
          // A sidecar of an earlier version publishes all of them.
          answer.head(status, statusText, describingBody(headers));
        } else if (record.kind === 'data') answer.data(record.chunk);
        else {
          answer.end(record.trailers);
          return 'over';
        }
      }
      if (page.records.length > 0) {
        heard = performance.now();
        pause = shortestPause;
        continue;
      }
      if (!page.led) return 'gone';
      // The leader's own deadlines end its call long before; this is for one that lives and does nothing.
      if (performance.now() - heard > this.#options.longestWaitMs) return unheard;
      await sleep(pause);
      pause = Math.min(pause * 1.5, longestPause);
    }
    return 'over';
  }

  /** Undefined where the store has been away for longer than this patience. It may be back in a moment, with the answer. */
  async #read(
    lease: Following,
    patience: number,
    heard: number,
  ): Promise<Awaited<ReturnType<Following['read']>> | undefined> {
    for (;;) {
      try {
        return await lease.read();
      } catch (error) {
        if (error instanceof GapError || performance.now() - heard > patience) return undefined;
        await sleep(longestPause);
      }
    }
  }
}

/** The provider's answer to a question that it has been asked before. */
function continuing(answer: Retelling, line: Line): Receiver {
  let diverged = false;
  const attempt = (tell: () => void) => {
    if (diverged) return;
    try {
      tell();
    } catch (error) {
      diverged = true;
      line.abort();
      answer.error(error as Error);
    }
  };
  return {
    head: (...head) => attempt(() => answer.head(...head)),
    data: (chunk) => attempt(() => answer.data(chunk)),
    end: (trailers) => attempt(() => answer.end(trailers)),
    error: (error) => attempt(() => answer.error(error)),
  };
}

export interface FleetCallOptions {
  readonly leases: Leases;
  /** Who may share: the same as in the process. */
  readonly key: string;
  /** Asks the provider. */
  readonly ask: (receiver: Receiver) => Line;
  /** Of the first passenger: asked before the provider is asked again, where it failed for another sidecar. */
  readonly rescue?: Rescue | undefined;
  readonly keeper: Keeper;
  readonly keepBytes: number;
  readonly stored: () => Promise<unknown>;
  readonly longestWaitMs: number;
  /** How the first passenger's request is handled, when that is known or changes. */
  readonly told: { alone(): void; collapsed(): void };
}

/** The leader, or the store, is not heard of: that says nothing about the provider. */
const unheard: Failure = { status: 200 };

/** A line whose other end is found later. */
class SwitchedLine implements Line {
  #line: Line | undefined;
  #paused = false;
  #wake: (() => void)[] = [];
  aborted = false;

  become(line: Line): void {
    this.#line = line;
    if (this.aborted) line.abort();
    else if (this.#paused) line.pause();
  }

  pause(): void {
    this.#paused = true;
    this.#line?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#line?.resume();
    this.#flow();
  }

  abort(): void {
    this.aborted = true;
    this.#line?.abort();
    this.#flow();
  }

  async flowing(): Promise<void> {
    if (this.#paused && !this.aborted) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  #flow(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

/** A key whose leaders die one after the other is not asked for together any more. */
const mostLeaders = 5;

/** Milliseconds between two readings: short while records come, longer while the provider thinks. */
const shortestPause = 4;
const longestPause = 40;

/** Milliseconds without the store in the middle of an answer. */
const longestSilence = 5_000;

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
