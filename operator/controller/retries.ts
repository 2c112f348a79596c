/**
 * How long a key that failed waits: 5 ms at first, doubling. On the way to five minutes it rests at 2.5 seconds for about
 * two minutes, because most failures are an API server that will be back, and then nobody wants to wait.
 */
export class Retries {
  readonly #failures = new Map<string, number>();
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Milliseconds: between half of the step and the whole of it. */
  next(key: string): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    return stepMs(failures) * (0.5 + this.#random() / 2);
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }
}

/** The longest wait after so many failures. */
export function stepMs(failures: number): number {
  const beyond = failures - restFrom - restTimes;
  if (beyond <= 0) return Math.min(restMs, 5 * 2 ** failures);
  return Math.min(longestMs, restMs * 2 ** beyond);
}

const restMs = 2_500;
/** 5 ms doubled nine times is more than the rest. */
const restFrom = 9;
const restTimes = 60;
const longestMs = 300_000;
