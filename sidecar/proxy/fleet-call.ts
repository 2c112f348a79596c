import { type Following, GapError, type Leases } from '../leases/lease.ts';
import { Flight, type Keeper, type Outcome } from './flight.ts';
import { Publisher } from './publisher.ts';
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
    void this.#fly(receiver, flight, line);
    return line;
  }

  async #fly(receiver: Receiver, flight: () => Flight, line: SwitchedLine): Promise<void> {
    const { leases, key, ask, told } = this.#options;
    for (let attempt = 0; attempt < mostLeaders; attempt++) {
      const lease = await leases.take(key);
      if (line.aborted) {
        if (lease?.role === 'leads') void lease.release();
        return;
      }
      if (lease === undefined) break;
      if (lease.role === 'leads') {
        told.alone();
        const publisher = new Publisher(lease, this.#options);
        publisher.sit(flight().board(publisher, { audience: true }));
        line.become(ask(receiver));
        return;
      }
      this.#following = true;
      told.collapsed();
      const end = await this.#follow(lease, receiver, line);
      if (end === 'over') return;
      this.#following = false;
      if (end === 'failed') break;
    }
    // As without the others: nobody leads, or nobody could.
    told.alone();
    line.become(ask(receiver));
  }

  /**
   * `over`: the answer has been told, whole or broken off. `failed`: nothing of it was told, and this sidecar asks for
   * itself. `gone`: the leader is dead and nothing was told; whoever takes the lease asks anew.
   */
  async #follow(
    lease: Following,
    receiver: Receiver,
    line: SwitchedLine,
  ): Promise<'over' | 'failed' | 'gone'> {
    let told = false;
    let heard = performance.now();
    let pause = shortestPause;
    const broken = (message: string): 'over' => {
      receiver.error(new Error(message));
      return 'over';
    };
    while (!line.aborted) {
      await line.flowing();
      let page: Awaited<ReturnType<Following['read']>>;
      try {
        page = await lease.read();
      } catch (error) {
        if (!told) return 'failed';
        if (error instanceof GapError) return broken('the shared answer was too fast for this reader');
        // The store may be back in a moment, and with it the answer.
        if (performance.now() - heard > longestSilence)
          return broken('the store of the shared answer is away');
        await sleep(longestPause);
        continue;
      }
      if (line.aborted) return 'over';
      for (const record of page.records) {
        if (record.kind === 'failed') return told ? broken('the shared answer broke off') : 'failed';
        if (record.kind === 'head') {
          told = true;
          this.#outcome = record.head.outcome;
          receiver.head(record.head.status, record.head.statusText, record.head.headers);
        } else if (record.kind === 'data') receiver.data(record.chunk);
        else {
          receiver.end(record.trailers);
          return 'over';
        }
      }
      if (page.records.length > 0) {
        heard = performance.now();
        pause = shortestPause;
        continue;
      }
      if (!page.led) return told ? broken('the sidecar that asked the provider is gone') : 'gone';
      // The leader's own deadlines end its call long before; this is for one that lives and does nothing.
      if (performance.now() - heard > this.#options.longestWaitMs) {
        return told ? broken('the shared answer stands still') : 'failed';
      }
      await sleep(pause);
      pause = Math.min(pause * 1.5, longestPause);
    }
    return 'over';
  }
}

export interface FleetCallOptions {
  readonly leases: Leases;
  /** Who may share: the same as in the process. */
  readonly key: string;
  /** Asks the provider. */
  readonly ask: (receiver: Receiver) => Line;
  readonly keeper: Keeper;
  readonly keepBytes: number;
  readonly stored: () => Promise<unknown>;
  readonly longestWaitMs: number;
  /** How the first passenger's request is handled, when that is known or changes. */
  readonly told: { alone(): void; collapsed(): void };
}

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
