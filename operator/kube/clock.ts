import { setTimeout as sleep } from 'node:timers/promises';

/** Time as an argument. Spans are measured on a clock that nobody can set; only what others read is wall time. */
export interface Clock {
  /** Milliseconds, only ever growing. */
  monotonic(): number;
  wall(): Date;
  /** Ends early, without an error, when the signal is given. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** @returns what cancels it. */
  after(milliseconds: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  monotonic: () => performance.now(),
  wall: () => new Date(),
  sleep: (milliseconds, signal) =>
    sleep(milliseconds, undefined, signal === undefined ? {} : { signal }).catch((error) => {
      if (!signal?.aborted) throw error;
    }),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
