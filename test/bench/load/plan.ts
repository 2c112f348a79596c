/** What the load process is told to do, and what it tells. Plain JSON: it crosses to another process. */
export interface Plan {
  readonly url: string;
  readonly connections: number;
  /** Ends at whichever comes first. */
  readonly seconds?: number;
  readonly count?: number;
  /** Asked in order; after the last comes the first again. */
  readonly asks: readonly Ask[];
}

export interface Ask {
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Stands in the answer's body, or the answer is wrong. */
  readonly expect?: string;
}

export interface Outcome {
  readonly requests: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Status other than 200, or a connection that broke. */
  readonly failed: number;
  /** Answers without the text that was expected in them. */
  readonly wrong: number;
  /** CPU time of the load process for each request: near 1e6 / perSecond, it measured itself. */
  readonly driverMicros: number;
  /** Milliseconds to the last byte. */
  readonly all: Spread;
  /** Milliseconds to the first byte of the body. */
  readonly firstByte: Spread;
  readonly byPhase: Readonly<Record<string, Spread>>;
}

export interface Spread {
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { n: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
